"""The clips as the models hear them: with the shipped axes of textures, or with axes of a fold."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from services.audio_features.backends.feeling import GENRES
from services.audio_features.backends.listening import SHIPPED_NETWORK, ListeningNetwork
from services.audio_features.backends.loudness import integrated_loudness
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import Floats
from training.audio_features.clips import LabelledClips, Part, measured, statistics
from training.audio_features.fitting import Labels
from training.audio_features.layers import pooled
from training.audio_features.textures import fit_basis
from training.audio_features.validation import Heard
from training.audio_features.vectors import Chosen, Sounds, Vectors, vectors

PARTS: tuple[Part, Part, Part] = ("whole", "first half", "second half")


def labels_of(clips: LabelledClips) -> Labels:
    """What the models are to learn of the clips."""
    genres = np.array([GENRES.index(genre) for genre in clips.genres])
    return Labels(clips.shares, clips.annotators, genres)


def as_served(paths: Sequence[Path]) -> Sounds:
    """Hears the clips with the shipped network, exactly as the service does."""
    version = f"textures-{_shipped().version}"
    return Sounds(
        *(
            vectors(
                statistics(paths, part),
                [each["textures"] for each in measured(version, paths, part, _textures)],
            )
            for part in PARTS
        )
    )


def in_folds(paths: Sequence[Path], data: Path) -> Heard:
    """Hears the clips with axes of textures that are found anew on the learning clips alone."""
    known = [statistics(paths, part) for part in PARTS]
    layers = [pooled(paths, data, part) for part in PARTS]

    def heard(learn: Chosen) -> Sounds:
        basis = fit_basis(np.concatenate([layers[0][index] for index in learn]))

        def rows(part: int) -> Vectors:
            return vectors(known[part], [basis.textures(each) for each in layers[part]])

        return Sounds(rows(0), rows(1), rows(2))

    return heard


@cache
def _shipped() -> ListeningNetwork:
    return ListeningNetwork(SHIPPED_NETWORK, 1)


def _textures(samples: Floats) -> dict[str, Floats]:
    with Recording.of(samples) as recording:
        _, textures = _shipped().listen(recording, integrated_loudness(recording))
    return {"textures": textures}
