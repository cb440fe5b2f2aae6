"""The embedding that is shipped: what the network has seen, and in which style it is seen.

It joins the published tail's embedding and the tuned tail's (1,280 numbers each, about content)
with mean and deviation of every channel of the trunk (192 numbers, about texture, contrast and
colour). Style tells more about arousal than content does.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray

from training.captioner.backbone import EMBEDDING
from training.captioner.corpora import Pixels
from training.captioner.features import Store
from training.captioner.tuning import Tagger

Floats = NDArray[np.float32]

_STYLE_WEIGHT = 1.5
_BATCH = 128


@dataclass(frozen=True, slots=True)
class Style:
    """How trunk statistics, (192,), become comparable with the standardised content.

    `spread` also holds the weight of style: all of it together counts 1.5 times one tail.
    """

    mean: Floats
    spread: Floats

    @classmethod
    def measured(cls, maps: NDArray[np.float16]) -> Self:
        """Takes the scale of style from feature maps of everyday photos."""
        values = statistics(maps)
        weight = _STYLE_WEIGHT * np.sqrt(EMBEDDING / values.shape[1])
        spread = values.std(0) + 0.05 * values.std()
        return cls(values.mean(0), (spread / weight).astype(np.float32))

    def of(self, maps: NDArray[np.float16]) -> Floats:
        """Standardised style, (photos, 192)."""
        return ((statistics(maps) - self.mean) / self.spread).astype(np.float32)


def statistics(maps: NDArray[np.float16]) -> Floats:
    """Mean and standard deviation over the area of every channel: (photos, 2 × channels)."""
    rows: list[Floats] = []
    for start in range(0, len(maps), _BATCH):
        chunk = maps[start : start + _BATCH].astype(np.float32)
        rows.append(np.concatenate([chunk.mean((2, 3)), chunk.std((2, 3))], axis=1))
    return np.concatenate(rows)


def content(store: Store, tagger: Tagger, name: str, pixels: Pixels, view: int = 0) -> Floats:
    """Both tails' standardised embeddings, (photos, 2560), for a whole collection."""
    maps, frozen = store.maps(name, pixels, view), store.embeddings(name, pixels, view)
    rows: list[Floats] = []
    with torch.inference_mode():
        for start in range(0, len(maps), _BATCH):
            chunk = torch.from_numpy(maps[start : start + _BATCH].astype(np.float32))
            plain = torch.from_numpy(frozen[start : start + _BATCH])
            rows.append(tagger.joined(chunk, plain).numpy())
    return np.concatenate(rows)


def whole(
    store: Store, tagger: Tagger, style: Style, name: str, pixels: Pixels, view: int = 0
) -> Floats:
    """Content and style, (photos, 2752)."""
    seen = content(store, tagger, name, pixels, view)
    return np.concatenate([seen, style.of(store.maps(name, pixels, view))], axis=1)
