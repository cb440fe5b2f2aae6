"""One vector of a sound, its principal components, and the embedding by which sounds are compared.

The vector holds two blocks: statistics of measured features (`statistics.model_vector`) and the
mean texture that the listening network hears (`listening.Listened`). Neither depends on volume.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.audio_features.backends.statistics import model_vector
from services.audio_features.domain import Floats, Summary

CLIP = 3.0
"""Standardised numbers are held within this many deviations, so that none can dominate."""


def sound_vector(features: Mapping[str, Summary], texture: Floats) -> Floats:
    """What the models read of one sound, shape (numbers,); `texture` has shape (128,)."""
    return np.concatenate([model_vector(features), texture]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Projection:
    """From sound vectors to 128 principal components and to embeddings.

    `centre` and `scale` have shape (numbers,); `components` (128, numbers) hold the axes, each
    number weighed so that every feature has its say; `offset`, shape (128,), is the components'
    mean over the training clips and `length` the root of their summed variance. `spread`, shape
    (128, 128), evens out what changes within a piece of music, as `training` learned it.
    """

    centre: Floats
    scale: Floats
    components: Floats
    offset: Floats
    length: float
    spread: Floats

    def project(self, vectors: Floats) -> Floats:
        """Projects vectors of shape (n, numbers); training clips come out with mean length 1."""
        standard = np.clip((vectors - self.centre) / self.scale, -CLIP, CLIP)
        return np.asarray((standard @ self.components.T - self.offset) / self.length, np.float32)

    def embed(self, projected: Floats) -> Floats:
        """Turns projections of shape (n, 128) into embeddings of length 1."""
        spread = projected @ self.spread
        lengths = np.linalg.norm(spread, axis=1, keepdims=True)
        return np.asarray(spread / np.maximum(lengths, 1e-12), np.float32)
