"""The bi-modal decoder: words that look at what was heard and seen."""

from torch import Tensor, nn

from services.captioner.backends.bmt.attention import Attention
from services.captioner.backends.bmt.blocks import Bridge, FeedForward, Residual
from services.captioner.backends.bmt.sizes import Sizes


class DecoderLayer(nn.Module):
    """Self-attention, attention to sound and to pictures side by side, a bridge, feed-forward."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        width, drop = sizes.caption, sizes.dropout
        inside = (sizes.inner, sizes.heads, drop)
        self.res_layer_self_att = Residual(width, drop)
        self.self_att = Attention(width, width, *inside)
        self.res_layer_enc_att_A = Residual(width, drop)
        self.res_layer_enc_att_V = Residual(width, drop)
        self.enc_att_A = Attention(width, sizes.audio, *inside)
        self.enc_att_V = Attention(width, sizes.video, *inside)
        self.bridge = Bridge(width, drop)
        self.res_layer_ff = Residual(width, drop)
        self.feed_forward = FeedForward(width, drop)

    def forward(
        self,
        words: Tensor,
        audio: Tensor,
        video: Tensor,
        masks: tuple[Tensor, Tensor, Tensor],
    ) -> Tensor:
        """Returns the words' stream, (batch, words, width); masks of words, sound and pictures."""
        word_mask, audio_mask, video_mask = masks
        words = self.res_layer_self_att(words, lambda x: self.self_att(x, x, word_mask))
        heard = self.res_layer_enc_att_A(words, lambda x: self.enc_att_A(x, audio, audio_mask))
        seen = self.res_layer_enc_att_V(words, lambda x: self.enc_att_V(x, video, video_mask))
        joined: Tensor = self.res_layer_ff(self.bridge(heard, seen), self.feed_forward)
        return joined


class _Stack(nn.Module):
    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.layers = nn.ModuleList(DecoderLayer(sizes) for _ in range(sizes.layers))


class Decoder(nn.Module):
    """The layers of the decoder."""

    def __init__(self, sizes: Sizes) -> None:
        super().__init__()
        self.decoder = _Stack(sizes)

    def forward(
        self,
        words: Tensor,
        audio: Tensor,
        video: Tensor,
        masks: tuple[Tensor, Tensor, Tensor],
    ) -> Tensor:
        """Returns (batch, words, width)."""
        for layer in self.decoder.layers:
            words = layer(words, audio, video, masks)
        return words
