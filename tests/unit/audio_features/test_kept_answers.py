"""Known sounds are answered from the store; only what a newer version changes is made again."""

from collections.abc import Callable, Collection
from dataclasses import replace

import pytest

from services.audio_features.backends.fake import READABLE, FakeAnalyzer
from services.audio_features.backends.fake_store import FakeStore
from services.audio_features.domain import Analysis, InvalidOption, Media, StoreError
from services.audio_features.extracting import Extractor, Wishes
from services.audio_features.known import KnownSounds, RecentAnalyses
from services.audio_features.ports import never

SONG = READABLE + b" song"
KEEP = Wishes(keep=True)


class CountingAnalyzer(FakeAnalyzer):
    """Counts the sounds it was given."""

    sounds = 0

    def analyze(
        self,
        media: Media,
        frames: Collection[str] = (),
        is_abandoned: Callable[[], bool] = never,
    ) -> Analysis:
        self.sounds += 1
        return super().analyze(media, frames, is_abandoned)


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


def extractor(store: FakeStore, analyzer: FakeAnalyzer | None = None) -> Extractor:
    known = KnownSounds(RecentAnalyses(4), store)
    return Extractor(analyzer or FakeAnalyzer(), known)


def test_what_is_to_be_kept_is_kept_and_known_from_then_on(store: FakeStore) -> None:
    answer = extractor(store).analyze(SONG, KEEP)
    assert answer.is_kept
    started_again = extractor(store)
    known = started_again.kept(answer.analysis.id, Wishes())
    assert known is not None
    assert known.is_kept
    assert known.analysis.features.keys() == answer.analysis.features.keys()
    assert started_again.compare(answer.analysis.id, answer.analysis.id).distance == 0


def test_what_is_not_to_be_kept_is_only_remembered(store: FakeStore) -> None:
    own = extractor(store)
    answer = own.analyze(SONG)
    assert not answer.is_kept
    assert store.count({}) == (0, 0)
    assert list(own.known.sequences([answer.analysis.id])) == [answer.analysis.id]
    assert own.kept(answer.analysis.id, KEEP) is None


def test_newer_heads_read_what_is_kept_and_that_is_kept(store: FakeStore) -> None:
    old = extractor(store).analyze(SONG, KEEP).analysis
    newer = FakeAnalyzer(heads_version="2")
    answer = extractor(store, newer).kept(old.id, Wishes())
    assert answer is not None
    assert answer.analysis.part_versions == newer.part_versions
    assert store.count(newer.part_versions) == (1, 0)


def test_newer_features_need_the_sound(store: FakeStore) -> None:
    old = extractor(store).analyze(SONG, KEEP).analysis
    newer = CountingAnalyzer(features_version="2")
    own = extractor(store, newer)
    assert own.kept(old.id, KEEP) is None
    assert store.count(newer.part_versions) == (1, 1)
    own.analyze(SONG, KEEP)
    assert store.count(newer.part_versions) == (1, 0)
    assert newer.sounds == 1


def test_frames_need_the_sound_and_are_not_kept(store: FakeStore) -> None:
    own = extractor(store)
    known = own.analyze(SONG, KEEP).analysis
    wishes = replace(KEEP, frames=("rms",))
    assert own.kept(known.id, wishes) is None
    answer = own.analyze(SONG, wishes)
    assert list(answer.analysis.frames) == ["rms"]
    kept = store.find(known.id)
    assert kept is not None
    assert kept.frames == {}
    with pytest.raises(InvalidOption):
        own.analyze(SONG, Wishes(frames=("taste",)))


def test_without_its_store_it_goes_on_but_keeps_nothing(store: FakeStore) -> None:
    own = extractor(store)
    first = own.analyze(SONG, KEEP).analysis
    store.is_down = True
    assert own.kept(first.id, Wishes()) is None
    other = own.analyze(READABLE + b" other").analysis
    assert own.compare(first.id, other.id).distance > 0
    for to_keep in (lambda: own.kept(first.id, KEEP), lambda: own.analyze(SONG, KEEP)):
        with pytest.raises(StoreError):
            to_keep()
    with pytest.raises(StoreError):
        own.compare(first.id, "long ago")


def test_sequences_come_from_memory_and_from_the_store_alike(store: FakeStore) -> None:
    kept = [extractor(store).analyze(SONG + name, KEEP).analysis.id for name in (b"1", b"2")]
    own = extractor(store)
    recent = own.analyze(SONG + b"3").analysis.id
    assert set(own.known.sequences([recent, *kept, "unknown"])) == {recent, *kept}
    store.is_down = True
    assert set(own.known.sequences([recent])) == {recent}
