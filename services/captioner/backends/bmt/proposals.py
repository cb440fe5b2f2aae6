"""The proposal network: which stretches of a video something happens in.

Ten convolutional heads look at what the encoder heard, ten at what it saw; each tells at every
step, for every anchor (a usual length), how far the centre lies, how much longer or shorter the
stretch is, and how sure it is (as YOLO does for boxes). Names are those of the checkpoint.
"""

import torch
from torch import Tensor, nn

from services.captioner.backends.bmt.attention import present
from services.captioner.backends.bmt.blocks import Positions
from services.captioner.backends.bmt.encoder import Encoder
from services.captioner.backends.bmt.features import PADDING, Batch
from services.captioner.backends.bmt.sizes import PUBLISHED, HeadSizes, Sizes


class Head(nn.Module):
    """One head: a convolution over time and two over the channels."""

    def __init__(self, width: int, kernel: int, sizes: HeadSizes, dropout: float) -> None:
        super().__init__()
        hidden, told = sizes.hidden, 3 * len(sizes.anchors)
        self.conv_layers = nn.Sequential(
            nn.Conv1d(width, hidden, kernel, padding=kernel // 2),
            nn.Dropout(dropout),
            nn.ReLU(),
            nn.Conv1d(hidden, hidden, 1),
            nn.Dropout(dropout),
            nn.ReLU(),
            nn.Conv1d(hidden, told, 1),
        )

    def forward(self, rows: Tensor) -> Tensor:
        """Returns (batch, anchors, steps, 3): raw centre, length and confidence."""
        told: Tensor = self.conv_layers(rows.transpose(1, 2))
        batch, values, steps = told.shape
        return told.view(batch, values // 3, 3, steps).transpose(2, 3)


class ProposalNetwork(nn.Module):
    """The encoder of the captioning network, and heads on both of its streams."""

    def __init__(self, audio: HeadSizes, video: HeadSizes, sizes: Sizes = PUBLISHED) -> None:
        super().__init__()
        self.sizes = {"audio": audio, "video": video}
        self.pos_enc_A = Positions(sizes.audio, sizes.dropout)
        self.pos_enc_V = Positions(sizes.video, sizes.dropout)
        self.encoder = Encoder(sizes)
        self.detection_layers_A = nn.ModuleList(
            Head(sizes.audio, kernel, audio, sizes.dropout) for kernel in audio.kernels
        )
        self.detection_layers_V = nn.ModuleList(
            Head(sizes.video, kernel, video, sizes.dropout) for kernel in video.kernels
        )

    def raw(self, batch: Batch) -> dict[str, list[Tensor]]:
        """What every head says, by modality: each (batch, anchors, steps, 3)."""
        masks = present(batch.audio, PADDING), present(batch.rgb, PADDING)
        audio = self.pos_enc_A(batch.audio)
        video = self.pos_enc_V(batch.rgb + batch.flow)
        heard, seen = self.encoder(audio, video, *masks)
        return {
            "audio": [head(heard) for head in self.detection_layers_A],
            "video": [head(seen) for head in self.detection_layers_V],
        }

    def forward(self, batch: Batch) -> Tensor:
        """Returns every candidate, (batch, candidates, 3): centre and length in s, confidence.

        Those of sound come first; within a modality by head, anchor and step. Steps that are
        padding speak too, as in the published code.
        """
        return torch.cat(
            [
                candidates(told, self.sizes[modality])
                for modality, heads in self.raw(batch).items()
                for told in heads
            ],
            dim=1,
        )


def candidates(told: Tensor, sizes: HeadSizes) -> Tensor:
    """Turns what a head says, (batch, anchors, steps, 3), into (batch, anchors × steps, 3)."""
    steps = torch.arange(told.shape[2], device=told.device)
    # Divided by the stride and multiplied again, as published, so that both round alike.
    lengths = told.new_tensor([anchor / sizes.stride for anchor in sizes.anchors]).unsqueeze(1)
    centre = (told[..., 0].sigmoid() + steps) * sizes.stride
    length = lengths * told[..., 1].exp() * sizes.stride
    return torch.stack([centre, length, told[..., 2].sigmoid()], dim=-1).flatten(1, 2)
