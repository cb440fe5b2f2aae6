"""Sound embeddings of whole songs and of their halves, as the service makes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.audio_features.backends.feeling import SHIPPED_MODEL, load_model
from services.recommender.tracks import Array
from training.audio_features.hearing import as_served


@dataclass(frozen=True, slots=True, eq=False)
class Sounds:
    """n songs: embeddings of the whole and of both halves (n x d each), and feelings (n x 15)."""

    whole: Array
    halves: tuple[Array, Array]
    feelings: Array


def sounds_of(paths: Sequence[Path]) -> Sounds:
    """Hears files as the service does; what was heard before is read from the training's cache."""
    model, heard = load_model(SHIPPED_MODEL), as_served(paths)
    felt = [
        [*feeling.moods, feeling.valence, feeling.arousal]
        for feeling in model.feelings(heard.whole.rows)
    ]
    return Sounds(
        model.embeddings(heard.whole.rows),
        (model.embeddings(heard.first.rows), model.embeddings(heard.second.rows)),
        np.array(felt, np.float32),
    )
