"""What measures sounds, and what keeps the measurements: the ports behind the service."""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from services.audio_features.domain import Analysis, Media, Sequence


def never() -> bool:
    """Says that somebody still waits for the answer."""
    return False


class AudioAnalyzer(Protocol):
    """Turns a sound file, or a video, into an `Analysis`.

    Calls may come from several threads. The same bytes give the same analysis, whose id is their
    `content_digest`. Raises `UnreadableMedia`, `MediaTooLarge` or `NoSound`; silence is an
    analysis with a note, and so is what there is of a video that ends too early.
    """

    @property
    def name(self) -> str:
        """What the model is called, such as `librosa`."""

    @property
    def version(self) -> str:
        """Changes whenever the numbers for the same bytes would."""

    @property
    def part_versions(self) -> Mapping[str, str]:
        """The version of each part of an analysis, by name."""

    def analyze(
        self,
        media: Media,
        frames: Collection[str] = (),
        is_abandoned: Callable[[], bool] = never,
    ) -> Analysis:
        """Analyses one file; it is read from its beginning, wherever it stands.

        Args:
            media: The file.
            frames: Names of features wanted frame by frame.
            is_abandoned: Asked now and then; once it says yes, nobody waits for the answer and
                `Abandoned` is raised.

        Raises:
            InvalidOption: There is no feature of some name, or their frames would have over
                `MAX_FRAME_NUMBERS` numbers together.
        """

    def renewed(self, kept: Analysis) -> Analysis | None:
        """Brings a kept analysis up to date without its sound; None if the sound is needed."""

    def close(self) -> None:
        """Releases what it holds; nothing may be analysed afterwards."""


class AnalysisStore(Protocol):
    """Where analyses are kept on disk. Calls block, and may come from several threads.

    Every method raises `StoreError` if the store cannot do its work; nothing is half written.
    """

    def keep(self, analysis: Analysis) -> None:
        """Keeps an analysis, replacing one with the same id; it is on disk when this returns."""

    def find(self, analysis_id: str) -> Analysis | None:
        """The analysis with this id, as it was kept."""

    def sequences(self, analysis_ids: Collection[str]) -> Mapping[str, tuple[Sequence, Sequence]]:
        """MFCC and chroma of those that are kept and have them, by id."""

    def count(self, part_versions: Mapping[str, str]) -> tuple[int, int]:
        """How many analyses are kept, and how many of them differ from these versions."""

    def close(self) -> None:
        """Releases the store; no call may follow."""
