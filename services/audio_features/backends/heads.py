"""The parts of an analysis that learned models read, from what was measured and heard."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from services.audio_features.backends.feeling import FeelingModel
from services.audio_features.backends.fingerprints import FingerprintNetwork, fingerprinted
from services.audio_features.backends.measurement import Measurement
from services.audio_features.backends.projection import sound_vector
from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.windows import (
    felt_windows,
    heard_windows,
    window_vectors,
    windows_of,
)
from services.audio_features.domain import Analysis, Floats, Window


class Heads:
    """Everything learned that is told of a sound; calls may come from several threads.

    `materials` is asked while the sound is there, `read` whenever a head is new: it sees nothing
    but the analysis, with its `features` and `materials`.
    """

    def __init__(self, model: FeelingModel, fingerprints: FingerprintNetwork) -> None:
        self._model = model
        self._fingerprints = fingerprints
        self.versions: Mapping[str, str] = {
            "feeling": model.version,
            "windows": fingerprints.version,
        }
        """The version of each head, by the name of its part."""

    def materials(
        self, recording: Recording, measurement: Measurement, textures: Floats
    ) -> dict[str, Floats]:
        """What the heads need beside the statistics, by name; kept with the analysis."""
        del recording
        return {
            "texture": mean_texture(textures),
            "window_vectors": window_vectors(measurement, textures),
            "windows_heard": heard_windows(measurement),
        }

    def windows(self, recording: Recording, measurement: Measurement) -> tuple[Window, ...]:
        """Where windows lie, and by what clips of them are found."""
        return fingerprinted(recording, windows_of(measurement), self._fingerprints)

    def read(self, analysis: Analysis) -> Analysis:
        """The same analysis with everything that the heads tell of it."""
        given = analysis.materials
        vector = sound_vector(analysis.features, given["texture"])[np.newaxis]
        (feeling,), (genres,) = self._model.feelings(vector), self._model.genres(vector)
        return replace(
            analysis,
            embedding=self._model.embeddings(vector)[0],
            feeling=feeling,
            genres=genres,
            windows=felt_windows(
                analysis.windows, given["window_vectors"], given["windows_heard"], self._model
            ),
        )


def mean_texture(textures: Floats) -> Floats:
    """What a whole sound sounds like, shape (128,), from the textures of its patches."""
    return np.asarray(textures.mean(axis=0, dtype=np.float64), np.float32)
