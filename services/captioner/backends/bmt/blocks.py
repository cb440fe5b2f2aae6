"""The parts that encoder and decoder are made of."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

MAX_POSITIONS = 3660


class Residual(nn.Module):
    """Adds what a part makes of the normalised stream: x + dropout(part(norm(x)))."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, stream: Tensor, part: Callable[[Tensor], Tensor]) -> Tensor:
        """Returns the stream, (batch, steps, width), after the part."""
        added: Tensor = stream + self.dropout(part(self.norm(stream)))
        return added


class FeedForward(nn.Module):
    """Two linear layers with a rectifier between, four times as wide inside."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, stream: Tensor) -> Tensor:
        """Returns (batch, steps, width)."""
        made: Tensor = self.fc2(self.dropout(torch.relu(self.fc1(stream))))
        return made


class Bridge(nn.Module):
    """Joins what the words heard with what they saw: relu(dropout(linear(norm(both)))).

    Nothing is added around it: the words' own stream passes only through here.
    """

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(2 * width)
        self.linear = nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, heard: Tensor, seen: Tensor) -> Tensor:
        """Returns (batch, words, width) from two of the same shape."""
        both = self.norm(torch.cat([heard, seen], dim=-1))
        return torch.relu(self.dropout(self.linear(both)))


class Positions(nn.Module):
    """Adds where in the sequence a row stands.

    Unlike in "Attention Is All You Need", a cosine takes its own dimension for its frequency and
    not that of the sine before it; the published weights were learned with that.
    """

    table: Tensor

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        # Never among the tensors of a checkpoint: it is always computed.
        self.register_buffer("table", position_table(MAX_POSITIONS, width), persistent=False)

    def forward(self, rows: Tensor) -> Tensor:
        """Returns (batch, steps, width) for at most `MAX_POSITIONS` steps."""
        placed: Tensor = self.dropout(rows + self.table[: rows.shape[1]])
        return placed


def position_table(positions: int, width: int) -> Tensor:
    """Returns (positions, width): sines in even, cosines in odd dimensions."""
    dimension = torch.arange(width, dtype=torch.float64, device="cpu")
    position = torch.arange(positions, dtype=torch.float64, device="cpu").unsqueeze(1)
    angles = position * torch.exp(-math.log(10_000.0) * dimension / width)
    even = torch.arange(width, device="cpu") % 2 == 0
    return torch.where(even, angles.sin(), angles.cos()).float()
