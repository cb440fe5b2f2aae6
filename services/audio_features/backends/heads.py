"""The parts of an analysis that learned models read, from what was measured and heard."""

from collections.abc import Mapping
from dataclasses import replace

from services.audio_features.backends.feeling import FeelingModel
from services.audio_features.backends.measurement import Measurement
from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.windows import felt_windows
from services.audio_features.domain import Analysis, Floats, Window


class Heads:
    """Everything learned that is told of a sound; calls may come from several threads.

    `materials` is asked while the sound is there, `read` whenever a head is new: it sees nothing
    but the analysis, with its `features` and `materials`.
    """

    def __init__(self, model: FeelingModel) -> None:
        self._model = model
        self.versions: Mapping[str, str] = {"feeling": model.version}
        """The version of each head, by the name of its part."""

    def materials(self, recording: Recording, measurement: Measurement) -> dict[str, Floats]:
        """What the heads need beside the statistics, by name; kept with the analysis."""
        del recording, measurement
        return {}

    def windows(self, measurement: Measurement) -> tuple[Window, ...]:
        """What every 10 s feel like."""
        return felt_windows(measurement, self._model)

    def read(self, analysis: Analysis) -> Analysis:
        """The same analysis with everything that the heads tell of it."""
        return replace(
            analysis,
            embedding=self._model.embed(analysis.features),
            feeling=self._model.feel(analysis.features),
        )
