"""The use case: analyse sound, keep and remember what was analysed, compare what is known."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from services.audio_features.alignment import align
from services.audio_features.domain import (
    MAX_SEQUENCE_FRAMES,
    Alignment,
    Analysis,
    Floats,
    InvalidSequence,
    Media,
    StoreError,
    UnknownAnalysis,
)
from services.audio_features.known import KnownSounds
from services.audio_features.ports import AudioAnalyzer, never

Side = str | Floats
"""One side of a comparison: the id of an analysis, or frames of shape (n, d)."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted of an analysis beside itself: to be kept, and features frame by frame."""

    keep: bool = False
    frames: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An analysis, and whether it is kept on disk."""

    analysis: Analysis
    is_kept: bool


class Extractor:
    """Analyses and compares sounds with one analyzer; blocks, so it runs off the event loop."""

    def __init__(self, analyzer: AudioAnalyzer, known: KnownSounds) -> None:
        self.analyzer = analyzer
        self.known = known

    def kept(self, content_id: str, wishes: Wishes) -> Answer | None:
        """Answers from the store; None if the sound is needed.

        What is kept by an older version is brought up to date first, and kept so. A store that
        does not answer is as good as none, unless the analysis is to be kept.

        Raises:
            StoreError: It is to be kept, and the store does not answer.
        """
        if wishes.frames:
            return None  # which are never kept
        try:
            return self._current(content_id)
        except StoreError as error:
            if wishes.keep:
                raise
            _log.warning("not looked for in the store: %s", error)
            return None

    def _current(self, content_id: str) -> Answer | None:
        found = self.known.store.find(content_id)
        current = self.analyzer.renewed(found) if found is not None else None
        if found is None or current is None:
            return None
        if current.part_versions != found.part_versions:
            self.known.store.keep(current)
        self.known.remember(current)
        return Answer(current, is_kept=True)

    def analyze(
        self,
        media: Media,
        wishes: Wishes = Wishes(),
        is_abandoned: Callable[[], bool] = never,
    ) -> Answer:
        """Analyses one file, remembers it, and keeps it if that is wished.

        Raises:
            StoreError: It could not be kept.
            InvalidOption, Abandoned, UnreadableMedia, MediaTooLarge, NoSound: As the analyzer says.
        """
        analysis = self.analyzer.analyze(media, wishes.frames, is_abandoned)
        self.known.remember(analysis)
        if wishes.keep:
            self.known.store.keep(replace(analysis, frames={}))
        return Answer(analysis, wishes.keep)

    def analyze_file(self, path: Path, wishes: Wishes, is_abandoned: Callable[[], bool]) -> Answer:
        """Analyses a file by its path, as `analyze` does."""
        with path.open("rb") as file:
            return self.analyze(file, wishes, is_abandoned)

    def compare(self, first: Side, second: Side) -> Alignment:
        """Aligns two sounds; raises `UnknownAnalysis` or `InvalidSequence`, naming the field."""
        one, other = self._frames("first", first), self._frames("second", second)
        if one.shape[1] != other.shape[1]:
            raise InvalidSequence(
                "second.sequence.dimensions",
                f"the frames have {other.shape[1]} numbers, those of `first` {one.shape[1]}",
            )
        return align(one, other)

    def _frames(self, name: str, side: Side) -> Floats:
        if isinstance(side, str):
            mfcc = self.known.mfcc(side)
            if mfcc is None:
                raise UnknownAnalysis(f"{name}.analysis_id", side)
            return shortened(mfcc.frames)
        if not 0 < len(side) <= MAX_SEQUENCE_FRAMES:
            raise InvalidSequence(
                f"{name}.sequence", f"must have 1 to {MAX_SEQUENCE_FRAMES} frames"
            )
        if not np.isfinite(side).all():
            raise InvalidSequence(f"{name}.sequence.values", "must be finite numbers")
        return side


def shortened(frames: Floats) -> Floats:
    """Averages neighbours of a long sound until at most `MAX_SEQUENCE_FRAMES` are left."""
    together = -(-len(frames) // MAX_SEQUENCE_FRAMES)
    if together == 1:
        return frames
    starts = np.arange(0, len(frames), together)
    counts = np.diff(np.append(starts, len(frames)))
    sums = np.add.reduceat(frames, starts, axis=0)
    return (sums / counts[:, np.newaxis]).astype(np.float32)
