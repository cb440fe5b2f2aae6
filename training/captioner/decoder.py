"""The network that writes captions: a small transformer decoder over the cells of a picture.

Source: Vaswani et al., "Attention Is All You Need", NeurIPS 2017, with normalisation before every
layer and the output tied to the word embeddings.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.captioner.wording import LONGEST, PAD

_SMALL = 0.02
"""Deviation of the first embeddings: tied to the output, large ones spoil the first epochs."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of a decoder; `seen` is the number of channels of a cell, `cells` their number."""

    words: int
    seen: int = 1280
    cells: int = 36
    width: int = 256
    layers: int = 3
    heads: int = 4
    inner: int = 768
    dropout: float = 0.2


Kept = tuple[Tensor, Tensor]
"""Keys and values, each (N, heads, T, width / heads)."""


class Attention(nn.Module):
    """Attention with several heads; keys and values are made apart, so that they can be kept."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.query = nn.Linear(shape.width, shape.width)
        self.keys_values = nn.Linear(shape.width, 2 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)

    def split(self, x: Tensor) -> Tensor:
        """Maps (N, T, width) to (N, heads, T, width / heads)."""
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def kept(self, x: Tensor) -> Kept:
        """Keys and values of what is attended to, (N, T, width)."""
        keys, values = self.keys_values(x).chunk(2, dim=2)
        return self.split(keys), self.split(values)

    def forward(self, x: Tensor, kept: Kept, causal: bool = False) -> Tensor:
        """What each of (N, T, width) finds."""
        found = functional.scaled_dot_product_attention(
            self.split(self.query(x)), *kept, is_causal=causal
        )
        y: Tensor = self.out(found.transpose(1, 2).flatten(2))
        return y


class Layer(nn.Module):
    """Looks back at the words, looks at the picture, thinks."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.before = nn.ModuleList(nn.LayerNorm(shape.width) for _ in range(3))
        self.back, self.at = Attention(shape), Attention(shape)
        self.inner = nn.Linear(shape.width, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.width)
        self.dropout = nn.Dropout(shape.dropout)

    def forward(self, x: Tensor, memory: Tensor) -> Tensor:
        """Maps words (photos × captions, T, width) on, given memory (photos, cells, width)."""
        y = self.before[0](x)
        x = x + self.dropout(self.back(y, self.back.kept(y), causal=True))
        # All captions of a photo look at it together: its keys are made once.
        y = self.before[1](x).reshape(len(memory), -1, x.shape[2])
        x = x + self.dropout(self.at(y, self.at.kept(memory)).reshape(x.shape))
        y = functional.gelu(self.inner(self.before[2](x)))
        thought: Tensor = self.dropout(self.outer(self.dropout(y)))
        return x + thought

    def step(self, x: Tensor, past: Kept | None, seen: Kept) -> tuple[Tensor, Kept]:
        """Maps one more word of every line on, (lines, 1, width), without dropout."""
        y = self.before[0](x)
        kept: Kept = self.back.kept(y)
        if past is not None:
            kept = (torch.cat([past[0], kept[0]], dim=2), torch.cat([past[1], kept[1]], dim=2))
        x = x + self.back(y, kept)
        y = self.before[1](x).reshape(len(seen[0]), -1, x.shape[2])
        x = x + self.at(y, seen).reshape(x.shape)
        return x + self.outer(functional.gelu(self.inner(self.before[2](x)))), kept


class Decoder(nn.Module):
    """Gives every next word a score, from the cells of a picture and the words before."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.bridge = nn.Linear(shape.seen, shape.width)
        self.places = nn.Parameter(torch.randn(shape.cells + 1, shape.width) * _SMALL)
        self.settled = nn.LayerNorm(shape.width)
        self.words = nn.Embedding(shape.words, shape.width, padding_idx=PAD)
        self.turns = nn.Parameter(torch.randn(LONGEST + 1, shape.width) * _SMALL)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.last = nn.LayerNorm(shape.width)
        self.bias = nn.Parameter(torch.zeros(shape.words))
        self.dropout = nn.Dropout(shape.dropout)
        nn.init.normal_(self.words.weight, std=_SMALL)

    def memory(self, cells: Tensor) -> Tensor:
        """What there is to look at: (N, seen, H, W) become (N, 1 + H × W, width), mean first."""
        flat = cells.flatten(2).transpose(1, 2)
        flat = torch.cat([flat.mean(1, keepdim=True), flat], dim=1)
        settled: Tensor = self.dropout(self.settled(self.bridge(flat) + self.places))
        return settled

    def forward(self, numbers: Tensor, memory: Tensor) -> Tensor:
        """Scores of the next word: (photos × captions, T) to (photos × captions, T, words)."""
        x = self.words(numbers) + self.turns[: numbers.shape[1]]
        x = self.dropout(x)
        for layer in self.layers:
            x = layer(x, memory)
        scores: Tensor = functional.linear(self.last(x), self.words.weight, self.bias)
        return scores

    def stacked(self) -> list[Layer]:
        """The layers, first to last."""
        return [layer for layer in self.layers if isinstance(layer, Layer)]

    def kept(self, memory: Tensor) -> list[Kept]:
        """Every layer's keys and values of the picture."""
        return [layer.at.kept(memory) for layer in self.stacked()]

    def step(
        self, numbers: Tensor, past: list[Kept], seen: list[Kept]
    ) -> tuple[Tensor, list[Kept]]:
        """Reads one more word of every line, (lines, 1), and scores what follows, (lines, words).

        `past` holds every layer's keys and values of the words before, and is empty at first.
        """
        turn = past[0][0].shape[2] if past else 0
        x = self.words(numbers) + self.turns[turn]
        present: list[Kept] = []
        for place, layer in enumerate(self.stacked()):
            x, kept = layer.step(x, past[place] if past else None, seen[place])
            present.append(kept)
        scores = functional.linear(self.last(x[:, 0]), self.words.weight, self.bias)
        return scores, present
