"""RAFT: where every pixel of one picture went in the next.

Teed & Deng, "RAFT: Recurrent All-Pairs Field Transforms for Optical Flow", ECCV 2020. Tensor names
are those of the authors' `raft-sintel` and `raft-things`; `renamed` reads torchvision's too.
"""

import re
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, grid_sample, unfold

LEVELS, RADIUS, HIDDEN = 4, 4, 128
ROUNDS = 20
_SCALE = 8
_CORRELATIONS = LEVELS * (2 * RADIUS + 1) ** 2


class _Block(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int, *, batch_norm: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.norm1, self.norm2 = _norm(outputs, batch_norm), _norm(outputs, batch_norm)
        self.downsample: nn.Module | None = None
        if stride > 1:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride), _norm(outputs, batch_norm)
            )

    def forward(self, maps: Tensor) -> Tensor:
        made = torch.relu(self.norm1(self.conv1(maps)))
        made = torch.relu(self.norm2(self.conv2(made)))
        return torch.relu(made + (maps if self.downsample is None else self.downsample(maps)))


class _Eye(nn.Module):
    """Maps of an eighth of the picture's size."""

    def __init__(self, outputs: int, *, batch_norm: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, padding=3)
        self.norm1 = _norm(64, batch_norm)
        self.layer1 = _layer(64, 64, 1, batch_norm)
        self.layer2 = _layer(64, 96, 2, batch_norm)
        self.layer3 = _layer(96, 128, 2, batch_norm)
        self.conv2 = nn.Conv2d(128, outputs, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        maps = torch.relu(self.norm1(self.conv1(pictures)))
        seen: Tensor = self.conv2(self.layer3(self.layer2(self.layer1(maps))))
        return seen


class _Motion(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.convc1 = nn.Conv2d(_CORRELATIONS, 256, 1)
        self.convc2 = nn.Conv2d(256, 192, 3, padding=1)
        self.convf1 = nn.Conv2d(2, 128, 7, padding=3)
        self.convf2 = nn.Conv2d(128, 64, 3, padding=1)
        self.conv = nn.Conv2d(64 + 192, HIDDEN - 2, 3, padding=1)

    def forward(self, flow: Tensor, alike: Tensor) -> Tensor:
        alike = torch.relu(self.convc2(torch.relu(self.convc1(alike))))
        moved = torch.relu(self.convf2(torch.relu(self.convf1(flow))))
        both = torch.relu(self.conv(torch.cat([alike, moved], dim=1)))
        return torch.cat([both, flow], dim=1)


class _Gate(nn.Module):
    """A recurrent unit that looks along rows, then along columns."""

    def __init__(self) -> None:
        super().__init__()
        for number, kernel in ((1, (1, 5)), (2, (5, 1))):
            padding = (kernel[0] // 2, kernel[1] // 2)
            for part in "zrq":
                convolution = nn.Conv2d(3 * HIDDEN, HIDDEN, kernel, padding=padding)
                self.add_module(f"conv{part}{number}", convolution)

    def forward(self, hidden: Tensor, given: Tensor) -> Tensor:
        for number in (1, 2):
            both = torch.cat([hidden, given], dim=1)
            update = self.get_submodule(f"convz{number}")(both).sigmoid()
            reset = self.get_submodule(f"convr{number}")(both).sigmoid()
            both = torch.cat([reset * hidden, given], dim=1)
            candidate = self.get_submodule(f"convq{number}")(both).tanh()
            hidden = (1 - update) * hidden + update * candidate
        return hidden


class _FlowHead(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(HIDDEN, 256, 3, padding=1)
        self.conv2 = nn.Conv2d(256, 2, 3, padding=1)

    def forward(self, hidden: Tensor) -> Tensor:
        step: Tensor = self.conv2(torch.relu(self.conv1(hidden)))
        return step


class _Update(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = _Motion()
        self.gru = _Gate()
        self.flow_head = _FlowHead()
        self.mask = nn.Sequential(
            nn.Conv2d(HIDDEN, 256, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(256, 9 * _SCALE**2, 1),
        )


class Raft(nn.Module):
    """The large model; `rounds` of looking where each pixel went."""

    def __init__(self, rounds: int = ROUNDS) -> None:
        super().__init__()
        self._rounds = rounds
        self.fnet = _Eye(256, batch_norm=False)
        self.cnet = _Eye(2 * HIDDEN, batch_norm=True)
        self.update_block = _Update()

    def forward(self, frames: Tensor) -> Tensor:
        """Returns (n - 1, 2, height, width): pixels to the right and down, to the next frame.

        Frames are (n, 3, height, width), 0 to 255, with sides that 8 divides and of at least 128
        pixels. Each is looked at once, not once with either neighbour.
        """
        pictures = frames / 127.5 - 1
        maps = self.fnet(pictures)
        one, other = maps[:-1], maps[1:]
        alike = _pyramid(one, other)
        hidden, context = self.cnet(pictures[:-1]).chunk(2, dim=1)
        hidden, context = hidden.tanh(), context.relu()
        origin = _grid(one)
        places = origin.clone()
        for _ in range(self._rounds):
            near = _looked_up(alike, places)
            motion = self.update_block.encoder(places - origin, near)
            hidden = self.update_block.gru(hidden, torch.cat([context, motion], dim=1))
            places = places + self.update_block.flow_head(hidden)
        return _enlarged(places - origin, 0.25 * self.update_block.mask(hidden))


_TORCHVISION: dict[str, str | Callable[[re.Match[str]], str]] = {
    r"^feature_encoder\.": "fnet.",
    r"^context_encoder\.": "cnet.",
    r"^([fc]net)\.conv\.": r"\1.conv2.",
    r"\.convnormrelu(\d?)\.0\.": lambda found: f".conv{found[1] or 1}.",
    r"\.convnormrelu(\d?)\.1\.": lambda found: f".norm{found[1] or 1}.",
    r"\.motion_encoder\.conv(?:(c)orr|(f)low)?(\d?)\.0\.": (
        lambda found: f".encoder.conv{found[1] or found[2] or ''}{found[3]}."
    ),
    r"\.recurrent_block\.convgru(\d)\.conv([zrq])\.": r".gru.conv\2\1.",
    r"^mask_predictor\.convrelu\.0\.": "update_block.mask.0.",
    r"^mask_predictor\.conv\.": "update_block.mask.2.",
}
"""What torchvision calls the parts, and what the authors do."""


def renamed(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Brings the authors' or torchvision's weights to the names used here."""
    found: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        ours = name.removeprefix("module.")
        for theirs, here in _TORCHVISION.items():
            ours = re.sub(theirs, here, ours)
        # The authors' files name the third norm of a block twice.
        if ".norm3." not in ours:
            found[ours] = tensor
    return found


def _norm(channels: int, batch_norm: bool) -> nn.Module:
    return nn.BatchNorm2d(channels) if batch_norm else nn.InstanceNorm2d(channels)


def _layer(inputs: int, outputs: int, stride: int, batch_norm: bool) -> nn.Sequential:
    return nn.Sequential(
        _Block(inputs, outputs, stride, batch_norm=batch_norm),
        _Block(outputs, outputs, 1, batch_norm=batch_norm),
    )


def _grid(maps: Tensor) -> Tensor:
    """The place of every cell, (batch, 2, height, width): column, then row."""
    height, width = maps.shape[-2:]
    rows, columns = torch.meshgrid(
        torch.arange(height, device=maps.device),
        torch.arange(width, device=maps.device),
        indexing="ij",
    )
    return torch.stack([columns, rows]).to(maps.dtype).expand(len(maps), -1, -1, -1)


def _pyramid(one: Tensor, other: Tensor) -> list[Tensor]:
    """How alike every cell is to every other, and to ever larger neighbourhoods of it."""
    batch, channels, height, width = one.shape
    alike = one.flatten(2).transpose(1, 2) @ other.flatten(2) / channels**0.5
    levels = [alike.reshape(batch * height * width, 1, height, width)]
    for _ in range(LEVELS - 1):
        levels.append(avg_pool2d(levels[-1], 2))
    return levels


def _looked_up(levels: list[Tensor], places: Tensor) -> Tensor:
    """The likeness around each cell's present place, (batch, 324, height, width)."""
    batch, _, height, width = places.shape
    reach = torch.linspace(-RADIUS, RADIUS, 2 * RADIUS + 1, device=places.device)
    # The published weights expect the window's columns to vary slowest.
    around = torch.stack(torch.meshgrid(reach, reach, indexing="ij"), dim=-1)
    centres = places.permute(0, 2, 3, 1).reshape(-1, 1, 1, 2)
    near = []
    for level, maps in enumerate(levels):
        size = places.new_tensor([maps.shape[-1] - 1, maps.shape[-2] - 1])
        points = 2 * (centres / 2**level + around) / size - 1
        found = grid_sample(maps, points, align_corners=True)
        near.append(found.reshape(batch, height, width, -1))
    return torch.cat(near, dim=-1).permute(0, 3, 1, 2)


def _enlarged(flow: Tensor, mask: Tensor) -> Tensor:
    """Eight times the size; each pixel a mixture, told by the mask, of nine cells around it."""
    batch, _, height, width = flow.shape
    weights = mask.view(batch, 1, 9, _SCALE, _SCALE, height, width).softmax(dim=2)
    cells = unfold(_SCALE * flow, 3, padding=1).view(batch, 2, 9, 1, 1, height, width)
    mixed = (weights * cells).sum(dim=2).permute(0, 1, 4, 2, 5, 3)
    return mixed.reshape(batch, 2, _SCALE * height, _SCALE * width)
