"""A store for tests: in memory, and out of order when it is told to be."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from services.audio_features.domain import Analysis, Sequence, StoreError


class FakeStore:
    """Keeps analyses as long as it lives; while `is_down`, it fails as a real one would."""

    def __init__(self) -> None:
        self.is_down = False
        self._kept: dict[str, Analysis] = {}

    def keep(self, analysis: Analysis) -> None:
        """Keeps it."""
        self._check()
        self._kept[analysis.id] = replace(analysis, frames={})

    def find(self, analysis_id: str) -> Analysis | None:
        """Finds it."""
        self._check()
        return self._kept.get(analysis_id)

    def sequences(self, analysis_ids: Collection[str]) -> Mapping[str, tuple[Sequence, Sequence]]:
        """Finds both sequences of each."""
        self._check()
        found = [each for name in analysis_ids if (each := self._kept.get(name))]
        return {each.id: (each.mfcc, each.chroma) for each in found if each.mfcc and each.chroma}

    def count(self, part_versions: Mapping[str, str]) -> tuple[int, int]:
        """Counts them."""
        self._check()
        stale = [each for each in self._kept.values() if each.part_versions != part_versions]
        return len(self._kept), len(stale)

    def close(self) -> None:
        """Holds nothing."""

    def _check(self) -> None:
        if self.is_down:
            raise StoreError("out of order, as the test wants it")
