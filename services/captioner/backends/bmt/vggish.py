"""VGGish: 0.96 s of sound as log-mel bands in, 128 numbers out.

Hershey et al., "CNN Architectures for Large-Scale Audio Classification", ICASSP 2017. Tensor names
are those of the common PyTorch port (`features.0.weight`, `embeddings.4.bias`, …). The features
are the raw output of the last rectifier: no PCA, no quantisation.
"""

from collections.abc import Mapping

from torch import Tensor, nn

FEATURES = 128
_CHANNELS: tuple[int | None, ...] = (64, None, 128, None, 256, 256, None, 512, 512, None)
"""Convolutions' channels; None halves either side."""


class Vggish(nn.Module):
    """Six convolutions and three linear layers, those within `hidden` wide."""

    def __init__(self, hidden: int = 4096) -> None:
        super().__init__()
        self.features = nn.Sequential(*_convolutions())
        self.embeddings = nn.Sequential(
            nn.Linear(512 * 6 * 4, hidden),
            nn.ReLU(),
            nn.Linear(hidden, hidden),
            nn.ReLU(),
            nn.Linear(hidden, FEATURES),
            nn.ReLU(),
        )

    def forward(self, examples: Tensor) -> Tensor:
        """Returns (batch, 128) from log-mel examples (batch, 96, 64)."""
        maps = self.features(examples.unsqueeze(1))
        # The weights come from TensorFlow, where channels are last.
        embedded: Tensor = self.embeddings(maps.permute(0, 2, 3, 1).flatten(1))
        return embedded


def _convolutions() -> list[nn.Module]:
    layers: list[nn.Module] = []
    inputs = 1
    for channels in _CHANNELS:
        if channels is None:
            layers.append(nn.MaxPool2d(2))
        else:
            layers += [nn.Conv2d(inputs, channels, 3, padding=1), nn.ReLU()]
            inputs = channels
    return layers


def kept(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The network's own weights; the port's file may hold those of the PCA as well."""
    return {
        name: tensor
        for name, tensor in weights.items()
        if name.startswith(("features.", "embeddings."))
    }
