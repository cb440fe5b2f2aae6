"""I3D: Inception v1 with every filter stretched over time, for pictures or for flow.

Carreira & Zisserman, "Quo Vadis, Action Recognition?", CVPR 2017. Tensor names are those of the
common PyTorch port (`Conv3d_1a_7x7.conv3d.weight`, `Mixed_3b.b1a.bn.bias`, …).
"""

import re
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool1d, max_pool3d, pad

FRAMES, SIDE, FEATURES = 64, 224, 1024
"""Frames of a window, pixels of either side, and how many features come of it."""

EPSILON = 1e-3
"""Of the batch norms of the original; the port whose names are in lower case has PyTorch's 1e-5."""

_LOWER_CASE_EPSILON = 1e-5
_BLOCKS = {
    "Mixed_3b": (192, 64, 96, 128, 16, 32, 32),
    "Mixed_3c": (256, 128, 128, 192, 32, 96, 64),
    "Mixed_4b": (480, 192, 96, 208, 16, 48, 64),
    "Mixed_4c": (512, 160, 112, 224, 24, 64, 64),
    "Mixed_4d": (512, 128, 128, 256, 24, 64, 64),
    "Mixed_4e": (512, 112, 144, 288, 32, 64, 64),
    "Mixed_4f": (528, 256, 160, 320, 32, 128, 128),
    "Mixed_5b": (832, 256, 160, 320, 32, 128, 128),
    "Mixed_5c": (832, 384, 192, 384, 48, 128, 128),
}
_POOLED_BEFORE = {"Mixed_4b": ((3, 3, 3), (2, 2, 2)), "Mixed_5b": ((2, 2, 2), (2, 2, 2))}
_BRANCHES = {
    "branch_0": "b0",
    "branch_1.0": "b1a",
    "branch_1.1": "b1b",
    "branch_2.0": "b2a",
    "branch_2.1": "b2b",
    "branch_3.1": "b3b",
}


class Unit(nn.Module):
    """A convolution of the same size, a batch norm and a rectifier."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, epsilon: float = EPSILON
    ) -> None:
        super().__init__()
        self._kernel, self._stride = (kernel,) * 3, (stride,) * 3
        self.conv3d = nn.Conv3d(inputs, outputs, kernel, stride, bias=False)
        self.bn = nn.BatchNorm3d(outputs, eps=epsilon)

    def forward(self, clip: Tensor) -> Tensor:
        """Returns (batch, outputs, time, height, width)."""
        made = self.bn(self.conv3d(_same(clip, self._kernel, self._stride)))
        return torch.relu_(made)


class Mixed(nn.Module):
    """Inception's four branches side by side."""

    def __init__(self, widths: tuple[int, ...], epsilon: float) -> None:
        super().__init__()
        inputs, b0, b1a, b1b, b2a, b2b, b3 = widths
        self.b0 = Unit(inputs, b0, epsilon=epsilon)
        self.b1a = Unit(inputs, b1a, epsilon=epsilon)
        self.b1b = Unit(b1a, b1b, kernel=3, epsilon=epsilon)
        self.b2a = Unit(inputs, b2a, epsilon=epsilon)
        self.b2b = Unit(b2a, b2b, kernel=3, epsilon=epsilon)
        self.b3b = Unit(inputs, b3, epsilon=epsilon)

    def forward(self, clip: Tensor) -> Tensor:
        """Returns all branches' channels after each other."""
        pooled = _pooled(clip, (3, 3, 3), (1, 1, 1))
        branches = [self.b0(clip), self.b1b(self.b1a(clip)), self.b2b(self.b2a(clip))]
        return torch.cat([*branches, self.b3b(pooled)], dim=1)


class I3d(nn.Module):
    """Clips in, 1,024 features each out.

    Args:
        channels: 3 for pictures, 2 for flow.
        epsilon: What the batch norms of these weights were made with.
    """

    def __init__(self, channels: int, epsilon: float = EPSILON) -> None:
        super().__init__()
        self.Conv3d_1a_7x7 = Unit(channels, 64, kernel=7, stride=2, epsilon=epsilon)
        self.Conv3d_2b_1x1 = Unit(64, 64, epsilon=epsilon)
        self.Conv3d_2c_3x3 = Unit(64, 192, kernel=3, epsilon=epsilon)
        for name, widths in _BLOCKS.items():
            self.add_module(name, Mixed(widths, epsilon))

    def forward(self, clips: Tensor) -> Tensor:
        """Returns (batch, 1024) from (batch, channels, time, height, width) in [-1, 1].

        Time is 64 and either side 224 where the published features are wanted; every other size
        from 16 frames and 32 pixels on gives features as well.
        """
        clips = _pooled(self.Conv3d_1a_7x7(clips), (1, 3, 3), (1, 2, 2))
        clips = self.Conv3d_2c_3x3(self.Conv3d_2b_1x1(clips))
        clips = _pooled(clips, (1, 3, 3), (1, 2, 2))
        for name in _BLOCKS:
            if name in _POOLED_BEFORE:
                clips = _pooled(clips, *_POOLED_BEFORE[name])
            clips = self.get_submodule(name)(clips)
        # The original averages over 2 × 7 × 7 windows first, and those over time.
        return avg_pool1d(clips.mean((3, 4)), 2, stride=1).mean(-1)


def renamed(weights: Mapping[str, Tensor]) -> tuple[dict[str, Tensor], float]:
    """Brings either port's weights to the names used here; the classifier is left out.

    Returns the weights and the epsilon that belongs to them.
    """
    lower = any(name.startswith("conv3d_1a") for name in weights)
    found = {_renamed(name) if lower else name: tensor for name, tensor in weights.items()}
    kept = {
        name: tensor
        for name, tensor in found.items()
        if name.startswith(("Conv3d_1a", "Conv3d_2", "Mixed_"))
        and not name.endswith("num_batches_tracked")
    }
    return kept, _LOWER_CASE_EPSILON if lower else EPSILON


def _renamed(name: str) -> str:
    name = name.replace(".batch3d.", ".bn.")
    for theirs, ours in _BRANCHES.items():
        name = name.replace(f".{theirs}.", f".{ours}.")
    return re.sub(r"^(conv3d_[12]|mixed_)", lambda found: found[0].capitalize(), name)


def _pooled(clip: Tensor, kernel: tuple[int, ...], stride: tuple[int, ...]) -> Tensor:
    return max_pool3d(_same(clip, kernel, stride), kernel, stride, ceil_mode=True)


def _same(clip: Tensor, kernel: tuple[int, ...], stride: tuple[int, ...]) -> Tensor:
    """Pads with 0 as TensorFlow does, the odd one behind."""
    sides: list[int] = []
    for size, step in zip(reversed(kernel), reversed(stride), strict=True):
        extra = max(size - step, 0)
        sides += [extra // 2, extra - extra // 2]
    return pad(clip, sides) if any(sides) else clip
