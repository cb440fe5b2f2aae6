"""The captioning network: features of a stretch in, the probabilities of its next word out.

Iashin & Rahtu, "A Better Use of Audio-Visual Cues: Dense Video Captioning with Bi-modal
Transformer", BMVC 2020. Tensor names are those of the published checkpoint.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from services.captioner.backends.bmt.attention import later_hidden, present
from services.captioner.backends.bmt.blocks import Positions
from services.captioner.backends.bmt.decoder import Decoder
from services.captioner.backends.bmt.encoder import Encoder
from services.captioner.backends.bmt.features import PADDING, Batch
from services.captioner.backends.bmt.sizes import PUBLISHED, Sizes
from services.captioner.backends.bmt.vocabulary import END, START

MAX_WORDS = 30


class _Embedder(nn.Module):
    """GloVe vectors, never trained, times the root of their width."""

    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        self.embedder = nn.Embedding(words, width)
        self.embedder.weight.requires_grad_(False)
        self._scale = math.sqrt(width)

    def forward(self, words: Tensor) -> Tensor:
        scaled: Tensor = self.embedder(words) * self._scale
        return scaled


class _Generator(nn.Module):
    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        self.linear = nn.Linear(width, words)

    def forward(self, stream: Tensor) -> Tensor:
        return torch.log_softmax(self.linear(stream), dim=-1)


@dataclass(frozen=True, slots=True)
class Memory:
    """What was heard and seen: both encoded streams and their masks."""

    audio: Tensor
    video: Tensor
    audio_mask: Tensor
    video_mask: Tensor


class CaptioningNetwork(nn.Module):
    """Encoder, decoder and a vocabulary of `words` words."""

    def __init__(self, words: int, sizes: Sizes = PUBLISHED) -> None:
        super().__init__()
        self.emb_C = _Embedder(words, sizes.caption)
        self.pos_enc_A = Positions(sizes.audio, sizes.dropout)
        self.pos_enc_V = Positions(sizes.video, sizes.dropout)
        self.pos_enc_C = Positions(sizes.caption, sizes.dropout)
        self.encoder = Encoder(sizes)
        self.decoder = Decoder(sizes)
        self.generator = _Generator(words, sizes.caption)

    def encode(self, batch: Batch) -> Memory:
        """Hears and sees a batch of stretches once, for all words that will be said of them."""
        masks = present(batch.audio, PADDING), present(batch.rgb, PADDING)
        audio = self.pos_enc_A(batch.audio)
        video = self.pos_enc_V(batch.rgb + batch.flow)
        heard, seen = self.encoder(audio, video, *masks)
        return Memory(heard, seen, *masks)

    def decode(self, memory: Memory, words: Tensor) -> Tensor:
        """Returns log-probabilities (batch, length, vocabulary) of the word after each of these."""
        masks = later_hidden(words, PADDING), memory.audio_mask, memory.video_mask
        stream = self.pos_enc_C(self.emb_C(words))
        said: Tensor = self.generator(self.decoder(stream, memory.audio, memory.video, masks))
        return said

    def forward(self, batch: Batch, words: Tensor) -> Tensor:
        """Returns log-probabilities (batch, length, vocabulary), as `decode` does."""
        return self.decode(self.encode(batch), words)


@torch.inference_mode()
def said_of(network: CaptioningNetwork, batch: Batch, longest: int = MAX_WORDS) -> list[list[int]]:
    """Says the likeliest next word again and again; returns each stretch's words without specials.

    A caption that does not end within `longest` words is left as it is.
    """
    memory = network.encode(batch)
    count = len(batch.audio)
    words = torch.full((count, 1), START, device=batch.audio.device)
    ended = torch.zeros(count, dtype=torch.bool, device=batch.audio.device)
    while words.shape[1] <= longest and not bool(ended.all()):
        following = network.decode(memory, words)[:, -1].argmax(-1)
        words = torch.cat([words, following.unsqueeze(1)], dim=1)
        ended |= following == END
    return [_before_end(row[1:]) for row in words.tolist()]


def _before_end(words: list[int]) -> list[int]:
    return words[: words.index(END)] if END in words else words
