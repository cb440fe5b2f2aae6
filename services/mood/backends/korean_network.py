"""The small network that reads Korean as it stands, without putting it into English words.

Every morpheme is the sum of its own row and the mean of its pieces' rows; it sees its neighbours
and then, by attention, the whole text. Mean and maximum over the morphemes are the text's features.
`models/mood/korean.safetensors` holds the weights in fp16; `training/mood/korean_training.py`
makes them. NumPy suffices: a sentence takes less than a millisecond.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from services.mood.backends.korean_features import Features

WIDTH = 128
NEIGHBOURS = 3
ATTENTION_HEADS = 4
HEADS = {"vector": 384, "emotions": 28, "kote": 44, "affect": 3}
"""What the network was taught to say, and with how many numbers."""
EPSILON = 1e-5
POSITION_SCALE = 0.05

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Sensed:
    """What the network makes of texts, a row for each.

    `features` (texts, 256); `vector` (texts, 384) lies in MiniLM's space with length 1, or is
    nought where no morpheme was known; `known` (texts,) is the share of morphemes with a row.
    """

    features: Floats
    vector: Floats
    scores: Mapping[str, Floats]
    known: Floats


class KoreanNetwork:
    """Runs the network in NumPy; safe to call from several threads."""

    def __init__(self, tensors: Mapping[str, Floats]) -> None:
        self._weights = {
            name: value if name == "table" else value.astype(np.float32)
            for name, value in tensors.items()
            if name != "vocabulary"
        }
        self._rows = {int(feature): row for row, feature in enumerate(tensors["vocabulary"])}

    def sense(self, texts: Sequence[Sequence[Features]]) -> Sensed:
        """Reads texts given as the features of their morphemes, in order."""
        rows = [self._pooled(text) for text in texts]
        features = np.array([pooled for pooled, _ in rows], dtype=np.float32)
        features = features.reshape(len(texts), 2 * WIDTH)
        known = np.array([share for _, share in rows], dtype=np.float32)
        scores = {name: self._linear(features, f"heads.{name}") for name in HEADS}
        vector = scores.pop("vector")
        lengths = np.linalg.norm(vector, axis=1, keepdims=True)
        vector = np.where(known[:, None] > 0, vector / np.maximum(lengths, 1e-9), 0.0)
        return Sensed(features, vector.astype(np.float32), scores, known)

    def seen(self, text: Sequence[Features]) -> float:
        """The share of a text's morphemes that were learned whole, not by their pieces alone."""
        return sum(each[0] in self._rows for each in text) / max(1, len(text))

    def _pooled(self, text: Sequence[Features]) -> tuple[Floats, float]:
        bags = [bag for bag in map(self._bag, text) if bag is not None]
        if not bags:
            return np.zeros(2 * WIDTH, dtype=np.float32), 0.0
        hidden = np.stack(bags) + positions(len(bags))
        hidden = hidden + self._near(self._normal(hidden, "near_norm"))
        hidden = hidden + self._attended(self._normal(hidden, "attention_norm"))
        inner = _gelu(self._linear(self._normal(hidden, "inner_norm"), "inner_in"))
        hidden = hidden + self._linear(inner, "inner_out")
        pooled = np.concatenate([hidden.mean(axis=0), hidden.max(axis=0)])
        return self._normal(pooled, "pooled_norm"), len(bags) / len(text)

    def _bag(self, features: Features) -> Floats | None:
        """The sum of a morpheme's own row and the mean of its pieces', None if all are unknown."""
        own = self._rows.get(features[0])
        pieces = [row for row in map(self._rows.get, features[1:]) if row is not None]
        table = self._weights["table"]
        bag = np.zeros(WIDTH, dtype=np.float32)
        if pieces:
            bag += table[pieces].astype(np.float32).mean(axis=0)
        if own is not None:
            bag += table[own]
        return bag if pieces or own is not None else None

    def _near(self, hidden: Floats) -> Floats:
        wide = np.pad(hidden, ((1, 1), (0, 0)))
        near = np.concatenate([wide[:-2], wide[1:-1], wide[2:]], axis=1)
        return _gelu(self._linear(near, "near"))

    def _attended(self, hidden: Floats) -> Floats:
        length = len(hidden)
        parts = self._linear(hidden, "attention_in").reshape(length, 3, ATTENTION_HEADS, -1)
        query, key, value = parts.transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1])
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed = (shares / shares.sum(axis=-1, keepdims=True)) @ value
        return self._linear(mixed.transpose(1, 0, 2).reshape(length, WIDTH), "attention_out")

    def _normal(self, hidden: Floats, name: str) -> Floats:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return np.asarray(weight * (centred / spread) + bias)

    def _linear(self, inputs: Floats, name: str) -> Floats:
        return np.asarray(
            inputs @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        )


@lru_cache(maxsize=256)
def positions(length: int) -> Floats:
    """Sines and cosines of the places of morphemes, (length, WIDTH) (Vaswani et al., 2017)."""
    places = np.arange(length)[:, None]
    rates = 10_000.0 ** (-np.arange(0, WIDTH, 2) / WIDTH)
    angles = places * rates
    waves = np.concatenate([np.sin(angles), np.cos(angles)], axis=1)
    return np.asarray(POSITION_SCALE * waves, dtype=np.float32)


def _gelu(values: Floats) -> Floats:
    """The Gaussian error linear unit, by its tanh form (Hendrycks and Gimpel, 2016)."""
    inner = 0.7978845608 * (values + 0.044715 * values**3)
    return np.asarray(0.5 * values * (1.0 + np.tanh(inner)))
