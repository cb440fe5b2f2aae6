"""The bi-modal encoder: sound and pictures, each told what is in the other."""

from torch import Tensor, nn

from services.captioner.backends.bmt.attention import Attention
from services.captioner.backends.bmt.blocks import FeedForward, Residual
from services.captioner.backends.bmt.sizes import Sizes


class EncoderLayer(nn.Module):
    """Self-attention, attention to the other modality, feed-forward; M1 is sound, M2 pictures."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        audio, video, drop = sizes.audio, sizes.video, sizes.dropout
        inside = (sizes.inner, sizes.heads, drop)
        self.self_att_M1 = Attention(audio, audio, *inside)
        self.self_att_M2 = Attention(video, video, *inside)
        self.bi_modal_att_M1 = Attention(audio, video, *inside)
        self.bi_modal_att_M2 = Attention(video, audio, *inside)
        self.feed_forward_M1 = FeedForward(audio, drop)
        self.feed_forward_M2 = FeedForward(video, drop)
        self.res_layers_M1 = nn.ModuleList(Residual(audio, drop) for _ in range(3))
        self.res_layers_M2 = nn.ModuleList(Residual(video, drop) for _ in range(3))

    def forward(
        self, audio: Tensor, video: Tensor, audio_mask: Tensor, video_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Returns both streams in their shapes, (batch, steps, width).

        The other modality is looked at after its own self-attention, and not normalised.
        """
        audio = self.res_layers_M1[0](audio, lambda x: self.self_att_M1(x, x, audio_mask))
        video = self.res_layers_M2[0](video, lambda x: self.self_att_M2(x, x, video_mask))
        heard = self.res_layers_M1[1](audio, lambda x: self.bi_modal_att_M1(x, video, video_mask))
        seen = self.res_layers_M2[1](video, lambda x: self.bi_modal_att_M2(x, audio, audio_mask))
        heard = self.res_layers_M1[2](heard, self.feed_forward_M1)
        return heard, self.res_layers_M2[2](seen, self.feed_forward_M2)


class _Stack(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EncoderLayer(sizes) for _ in range(sizes.layers))


class Encoder(nn.Module):
    """The layers of the encoder."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.encoder_AV = _Stack(sizes)

    def forward(
        self, audio: Tensor, video: Tensor, audio_mask: Tensor, video_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Returns both streams in their shapes; masks are (batch, 1, steps)."""
        for layer in self.encoder_AV.layers:
            audio, video = layer(audio, video, audio_mask, video_mask)
        return audio, video
