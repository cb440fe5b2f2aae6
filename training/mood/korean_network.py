"""The Korean network while it learns: the same arithmetic as the service's, in torch.

`services.mood.backends.korean_network` runs what is learned here, in NumPy.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from services.mood.backends.korean_features import Features
from services.mood.backends.korean_network import (
    ATTENTION_HEADS,
    HEADS,
    NEIGHBOURS,
    WIDTH,
    positions,
)

ROWS = 22_000
"""Most features in the table: 5.6 MB in fp16."""
RAREST = 3
LONGEST = 64
"""Morphemes of a text beyond this many are not learned from."""
INNER = 256
DROPOUT = 0.2
HIDDEN_MORPHEMES = 0.1
"""How many morphemes are shown by their pieces alone, so that unseen ones are understood too."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts side by side: `types` (texts, morphemes) points into the bags of rows; 0 is none."""

    types: Tensor
    rows: Tensor
    starts: Tensor
    weights: Tensor


class Vocabulary:
    """The features that have a row of their own, and texts as numbers of morphemes."""

    def __init__(self, texts: Iterable[Sequence[Features]]) -> None:
        counts = Counter(feature for text in texts for each in text for feature in each)
        common = [feature for feature, count in counts.most_common(ROWS) if count >= RAREST]
        self.features = np.array(sorted(common), dtype=np.uint32)
        self._row = {int(feature): row for row, feature in enumerate(self.features)}
        self._type: dict[Features, int] = {}
        self._bags: list[tuple[list[int], list[int]]] = [([], [])]

    def texts(self, texts: Sequence[Sequence[Features]]) -> list[Rows]:
        """Each text as the numbers of its morphemes, without those of which nothing is known."""
        return [self._numbers(text) for text in texts]

    def _numbers(self, text: Sequence[Features]) -> Rows:
        numbers = (self._number(each) for each in text)
        return np.array([number for number in numbers if number][:LONGEST], dtype=np.int64)

    def _number(self, features: Features) -> int:
        if features not in self._type:
            own = [self._row[features[0]]] if features[0] in self._row else []
            pieces = [self._row[feature] for feature in features[1:] if feature in self._row]
            self._type[features] = len(self._bags) if own or pieces else 0
            if own or pieces:
                self._bags.append((own, pieces))
        return self._type[features]

    def batch(self, texts: Sequence[Rows], dice: np.random.Generator | None) -> Batch:
        """Puts texts side by side; with `dice`, hides some morphemes behind their pieces."""
        types = np.zeros((len(texts), max(1, *map(len, texts))), dtype=np.int64)
        for at, text in enumerate(texts):
            types[at, : len(text)] = text
        used, places = np.unique(types, return_inverse=True)
        bags = [self._bag(number, dice) for number in used]
        starts = np.cumsum([0, *(len(rows) for rows, _ in bags[:-1])])
        return Batch(
            types=torch.from_numpy(np.where(types, places.reshape(types.shape), -1)),
            rows=torch.tensor([row for rows, _ in bags for row in rows], dtype=torch.int64),
            starts=torch.from_numpy(starts),
            weights=torch.tensor([weight for _, weights in bags for weight in weights]),
        )

    def _bag(
        self, number: np.int64, dice: np.random.Generator | None
    ) -> tuple[list[int], list[float]]:
        own, pieces = self._bags[number]
        if dice is not None and pieces and dice.random() < HIDDEN_MORPHEMES:
            own = []
        return own + pieces, [1.0] * len(own) + [1.0 / max(1, len(pieces))] * len(pieces)


class Network(nn.Module):
    """Morphemes, their neighbours, attention among them, then mean and maximum; linear heads."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(rows, WIDTH, mode="sum")
        nn.init.normal_(self.table.weight, std=0.1)
        self.near_norm = nn.LayerNorm(WIDTH)
        self.near = nn.Linear(NEIGHBOURS * WIDTH, WIDTH)
        self.attention_norm = nn.LayerNorm(WIDTH)
        self.attention_in = nn.Linear(WIDTH, 3 * WIDTH)
        self.attention_out = nn.Linear(WIDTH, WIDTH)
        self.inner_norm = nn.LayerNorm(WIDTH)
        self.inner_in = nn.Linear(WIDTH, INNER)
        self.inner_out = nn.Linear(INNER, WIDTH)
        self.pooled_norm = nn.LayerNorm(2 * WIDTH)
        self.heads = nn.ModuleDict(
            {name: nn.Linear(2 * WIDTH, size) for name, size in HEADS.items()}
        )
        self.dropout = nn.Dropout(DROPOUT)

    def forward(self, batch: Batch) -> Tensor:
        """The pooled features of texts, (texts, 2 * WIDTH)."""
        bags = self.table(batch.rows, batch.starts, per_sample_weights=batch.weights)
        mask = batch.types >= 0
        known = mask[..., None].float()
        hidden = bags[batch.types.clamp(min=0)]
        hidden = (self.dropout(hidden) + torch.from_numpy(positions(hidden.shape[1]))) * known
        hidden = hidden + self._near(self.near_norm(hidden) * known)
        hidden = hidden + self._attended(self.attention_norm(hidden), mask)
        inner = nn.functional.gelu(self.inner_in(self.inner_norm(hidden)), approximate="tanh")
        hidden = hidden + self.dropout(self.inner_out(inner))
        features: Tensor = self.dropout(self.pooled_norm(_pooled(hidden, known)))
        return features

    def _near(self, hidden: Tensor) -> Tensor:
        wide = nn.functional.pad(hidden, (0, 0, 1, 1))
        near = torch.cat([wide[:, :-2], wide[:, 1:-1], wide[:, 2:]], dim=-1)
        seen: Tensor = self.dropout(nn.functional.gelu(self.near(near), approximate="tanh"))
        return seen

    def _attended(self, hidden: Tensor, mask: Tensor) -> Tensor:
        texts, length, _ = hidden.shape
        parts = self.attention_in(hidden).view(texts, length, 3, ATTENTION_HEADS, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        mixed = nn.functional.scaled_dot_product_attention(
            query, key, value, attn_mask=mask[:, None, None, :] | ~mask.any(1)[:, None, None, None]
        )
        joined = mixed.transpose(1, 2).reshape(texts, length, -1)
        attended: Tensor = self.dropout(self.attention_out(joined))
        return attended


def _pooled(hidden: Tensor, known: Tensor) -> Tensor:
    mean = (hidden * known).sum(1) / known.sum(1).clamp(min=1.0)
    highest = hidden.masked_fill(known == 0, -1e4).amax(1)
    return torch.cat([mean, torch.where(known.any(1), highest, 0.0)], dim=-1)
