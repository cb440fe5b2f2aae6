"""What the models read of the clips: statistics and mean textures, as the service lays them out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.heads import mean_texture
from services.audio_features.backends.projection import sound_vector
from services.audio_features.backends.statistics import model_tables
from services.audio_features.domain import Floats, Summary

Chosen = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Vectors:
    """Rows of shape (clips, numbers): statistics in tables of these sizes, then the texture."""

    rows: Floats
    table_sizes: tuple[int, ...]

    def only(self, chosen: Chosen) -> "Vectors":
        """Returns the chosen clips alone."""
        return Vectors(self.rows[chosen], self.table_sizes)

    @property
    def numbers(self) -> int:
        """How many statistics come before the texture."""
        return sum(self.table_sizes)


@dataclass(frozen=True, slots=True)
class Sounds:
    """The same clips whole and halved: the halves tell what changes within a piece of music."""

    whole: Vectors
    first: Vectors
    second: Vectors

    def only(self, chosen: Chosen) -> "Sounds":
        """Returns the chosen clips alone."""
        return Sounds(self.whole.only(chosen), self.first.only(chosen), self.second.only(chosen))


def vectors(statistics: Sequence[Mapping[str, Summary]], textures: Sequence[Floats]) -> Vectors:
    """Puts statistics and textures, each (patches, 128), of the same clips together."""
    sizes = tuple(table.size for table in model_tables(statistics[0]).values())
    pairs = zip(statistics, textures, strict=True)
    return Vectors(
        np.stack([sound_vector(one, mean_texture(other)) for one, other in pairs]), sizes
    )
