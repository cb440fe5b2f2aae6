"""Attention between streams of different widths, as the Bi-modal Transformer has it."""

import math

import torch
from torch import Tensor, nn


class Attention(nn.Module):
    """Multi-headed attention whose queries and sources may differ in width.

    Everything is brought to `inner` dimensions and the answer back to the queries' width. Dropout
    falls on what was attended to, not on the probabilities.

    Args:
        query: Width of the queries.
        source: Width of keys and values.
        inner: Width of all heads together.
        heads: How many heads; divides `inner`.
        dropout: Probability of dropping a value.
    """

    def __init__(self, query: int, source: int, inner: int, heads: int, dropout: float) -> None:
        super().__init__()
        self._heads = heads
        self.linear_Q2d = nn.Linear(query, inner)
        self.linear_K2d = nn.Linear(source, inner)
        self.linear_V2d = nn.Linear(source, inner)
        self.linear_d2Q = nn.Linear(inner, query)
        self.dropout = nn.Dropout(dropout)

    def forward(self, queries: Tensor, source: Tensor, mask: Tensor) -> Tensor:
        """Returns (batch, queries, width).

        Args:
            queries: (batch, queries, width).
            source: (batch, steps, source width).
            mask: (batch, 1 or queries, steps), true where a step may be looked at.
        """
        asked = self._split(self.linear_Q2d(queries))
        keys = self._split(self.linear_K2d(source))
        values = self._split(self.linear_V2d(source))
        scores = asked @ keys.transpose(-1, -2) / math.sqrt(asked.shape[-1])
        weights = scores.masked_fill(~mask.unsqueeze(1), -math.inf).softmax(-1)
        seen = self.dropout(weights @ values).transpose(1, 2).flatten(2)
        answer: Tensor = self.linear_d2Q(seen)
        return answer

    def _split(self, rows: Tensor) -> Tensor:
        batch, steps, inner = rows.shape
        return rows.view(batch, steps, self._heads, inner // self._heads).transpose(1, 2)


def later_hidden(words: Tensor, padding: int) -> Tensor:
    """The mask of words (batch, length): none sees a later one, nor padding.

    Its shape is (batch, length, length), true where a word may be looked at.
    """
    length = words.shape[1]
    earlier = torch.ones(length, length, dtype=torch.bool, device=words.device).tril()
    return (words != padding).unsqueeze(1) & earlier


def present(rows: Tensor, padding: float) -> Tensor:
    """The mask of feature rows (batch, steps, width): (batch, 1, steps), false on padding.

    A row is padding if its first value equals `padding`, the published rule. Features that happen
    to hold that value are hidden too, unless that hid all of a video, which has no answer.
    """
    shown = (rows[:, :, 0] != padding).unsqueeze(1)
    return shown | ~shown.any(-1, keepdim=True)
