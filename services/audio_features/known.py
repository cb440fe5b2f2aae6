"""The sounds that are known by their id: those analysed last, and those that are kept."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping

from services.audio_features.domain import Analysis, Sequence
from services.audio_features.ports import AnalysisStore

RECENT_BYTES = 64 << 20
"""Memory for what was analysed last: about fifty hours of sound."""


class RecentAnalyses:
    """The sequences of the analyses used last; safe to share between threads.

    Args:
        capacity: Most analyses; those unused for longest go first.
        max_bytes: Most memory that they may take together; the last one stays in any case.
    """

    def __init__(self, capacity: int, max_bytes: int = RECENT_BYTES) -> None:
        self._capacity = capacity
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, Analysis] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, analysis: Analysis) -> None:
        """Remembers what an analysis is compared by, and drops others if there are too many."""
        compared = Analysis(
            analysis.id, analysis.duration_seconds, mfcc=analysis.mfcc, chroma=analysis.chroma
        )
        with self._lock:
            self._bytes -= _bytes(self._kept.pop(analysis.id, None))
            self._kept[analysis.id] = compared
            self._bytes += _bytes(compared)
            while len(self._kept) > self._capacity or (
                self._bytes > self._max_bytes and len(self._kept) > 1
            ):
                self._bytes -= _bytes(self._kept.popitem(last=False)[1])

    def get(self, analysis_id: str) -> Analysis | None:
        """Looks an analysis up, which also counts as using it."""
        with self._lock:
            if analysis_id in self._kept:
                self._kept.move_to_end(analysis_id)
            return self._kept.get(analysis_id)


class KnownSounds:
    """Finds the sequences of sounds, in memory first and then in the store. Blocks.

    Whatever asks the store raises `StoreError` if it does not answer.
    """

    def __init__(self, recent: RecentAnalyses, store: AnalysisStore) -> None:
        self._recent = recent
        self.store = store

    def remember(self, analysis: Analysis) -> None:
        """Lets an analysis be found for a while."""
        self._recent.put(analysis)

    def mfcc(self, analysis_id: str) -> Sequence | None:
        """The MFCC of a sound; None if it is not known, or has none."""
        recent = self._recent.get(analysis_id)
        if recent is not None:
            return recent.mfcc
        found = self.store.sequences([analysis_id]).get(analysis_id)
        return found[0] if found else None

    def sequences(self, analysis_ids: Collection[str]) -> Mapping[str, tuple[Sequence, Sequence]]:
        """MFCC and chroma of those that are known and have both, by id."""
        found: dict[str, tuple[Sequence, Sequence]] = {}
        for each in analysis_ids:
            recent = self._recent.get(each)
            if recent is not None and recent.mfcc is not None and recent.chroma is not None:
                found[each] = recent.mfcc, recent.chroma
        missing = [each for each in analysis_ids if each not in found]
        return {**found, **self.store.sequences(missing)} if missing else found


def _bytes(analysis: Analysis | None) -> int:
    sequences = (analysis.mfcc, analysis.chroma) if analysis else ()
    return sum(sequence.frames.nbytes for sequence in sequences if sequence)
