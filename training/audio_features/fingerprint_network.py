"""The window network: a small convolutional network from log-mels to a point on a sphere."""

import torch
from torch import Tensor, nn

WIDTH = 128
"""Numbers in an embedding."""

BANDS = 64

_LAYERS = (
    (12, (5, 3), (2, 1)),
    (24, (3, 3), (2, 2)),
    (48, (3, 3), (2, 2)),
    (96, (3, 3), (2, 2)),
)
"""Channels, kernel and stride in time and pitch."""
_HIDDEN = 192
LEAST_SPREAD = 1e-2


class WindowNetwork(nn.Module):
    """Embeds log-mels of any length of at least 0.4 s.

    Two pictures go in: the log-mel less its mean, and less the mean of each band, which is what
    remains of music through any microphone. Convolutions go over time and pitch alike; mean and
    deviation over time are what is kept of them, so that a clip lies near the window it is in.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 2
        for channels, kernel, stride in _LAYERS:
            pads = (kernel[0] // 2, kernel[1] // 2)
            layers += [
                nn.Conv2d(inputs, channels, kernel, stride, pads),
                nn.BatchNorm2d(channels),
                nn.ReLU(),
            ]
            inputs = channels
        self.seeing = nn.Sequential(*layers)
        self.joining = nn.Sequential(
            nn.Conv1d(inputs * BANDS // 8, _HIDDEN, 1), nn.BatchNorm1d(_HIDDEN), nn.ReLU()
        )
        self.pointing = nn.Linear(2 * _HIDDEN, WIDTH)

    def forward(self, log_mel: Tensor) -> Tensor:
        """Log-mels (n, frames, 64) to points (n, 128) of length 1."""
        halved = nn.functional.avg_pool1d(log_mel.transpose(1, 2), 2).transpose(1, 2)
        whole = halved - halved.mean((1, 2), keepdim=True)
        bands = halved - halved.mean(1, keepdim=True)
        seen = self.seeing(torch.stack([whole, bands], 1))
        steps = seen.transpose(2, 3).flatten(1, 2)
        joined = self.joining(steps)
        mean = joined.mean(2)
        spread = (joined.var(2, unbiased=False) + LEAST_SPREAD**2).sqrt()
        return nn.functional.normalize(self.pointing(torch.cat([mean, spread], 1)), dim=1)
