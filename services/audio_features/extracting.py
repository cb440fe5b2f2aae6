"""The use case: analyse sound, remember what was analysed, compare what is remembered."""

import threading
from collections import OrderedDict
from dataclasses import replace
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
    UnknownAnalysis,
)
from services.audio_features.ports import AudioAnalyzer

Side = str | Floats
"""One side of a comparison: the id of an analysis, or frames of shape (n, d)."""


class RecentAnalyses:
    """The analyses used last, up to a number of them; safe to share between threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[str, Analysis] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, analysis: Analysis) -> None:
        """Keeps an analysis, and drops the one unused for longest if there are too many."""
        with self._lock:
            self._kept[analysis.id] = analysis
            self._kept.move_to_end(analysis.id)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)

    def get(self, analysis_id: str) -> Analysis | None:
        """Looks an analysis up, which also counts as using it."""
        with self._lock:
            if analysis_id in self._kept:
                self._kept.move_to_end(analysis_id)
            return self._kept.get(analysis_id)


class Extractor:
    """Analyses and compares sounds with one analyzer; blocks, so it runs off the event loop."""

    def __init__(self, analyzer: AudioAnalyzer, recent: RecentAnalyses) -> None:
        self.analyzer = analyzer
        self._recent = recent

    def analyze(self, media: Media) -> Analysis:
        """Analyses one file and remembers it; raises what the analyzer raises."""
        analysis = self.analyzer.analyze(media)
        self._recent.put(replace(analysis, features={}))
        return analysis

    def analyze_file(self, path: Path) -> Analysis:
        """Analyses a file by its path, as `analyze` does."""
        with path.open("rb") as file:
            return self.analyze(file)

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
            analysis = self._recent.get(side)
            if analysis is None or analysis.mfcc is None:
                raise UnknownAnalysis(f"{name}.analysis_id", side)
            return analysis.mfcc.frames
        if not 0 < len(side) <= MAX_SEQUENCE_FRAMES:
            raise InvalidSequence(
                f"{name}.sequence", f"must have 1 to {MAX_SEQUENCE_FRAMES} frames"
            )
        if not np.isfinite(side).all():
            raise InvalidSequence(f"{name}.sequence.values", "must be finite numbers")
        return side
