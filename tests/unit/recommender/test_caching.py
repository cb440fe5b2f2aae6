"""Songs kept in memory for ranking."""

import uuid
from collections.abc import Sequence

from services.recommender.caching import SongCache
from services.recommender.tracks import StoredTrack
from tests.unit.recommender.songs import song
from vts.identities import track_id

IDS = [track_id("made-up", str(number)) for number in range(5)]


class Source:
    """A store that remembers what it was asked for."""

    def __init__(self) -> None:
        self.songs = {each: song(number) for number, each in enumerate(IDS)}
        self.asked: list[uuid.UUID] = []

    def fetch(self, ids: Sequence[uuid.UUID]) -> list[StoredTrack]:
        self.asked += ids
        return [self.songs[each] for each in ids if each in self.songs]


def test_songs_come_in_the_order_asked_for_and_are_fetched_once() -> None:
    cache, source = SongCache(5), Source()
    cache.get(IDS[:2], source.fetch)
    found = cache.get([IDS[2], IDS[0], uuid.UUID(int=1)], source.fetch)
    assert [each.track.title for each in found] == ["Song 2", "Song 0"]
    assert source.asked == [*IDS[:2], IDS[2], uuid.UUID(int=1)]


def test_the_songs_used_last_are_kept() -> None:
    cache, source = SongCache(2), Source()
    for at in (0, 1, 0, 2, 0):
        cache.get([IDS[at]], source.fetch)
    assert source.asked == [IDS[0], IDS[1], IDS[2]]


def test_a_song_that_changed_is_fetched_again() -> None:
    cache, source = SongCache(5), Source()
    cache.get(IDS[:1], source.fetch)
    source.songs[IDS[0]] = song(0, title="Renamed")
    cache.drop(IDS[:1])
    assert cache.get(IDS[:1], source.fetch)[0].track.title == "Renamed"


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    cache, source = SongCache(5), Source()

    def changed_meanwhile(ids: Sequence[uuid.UUID]) -> list[StoredTrack]:
        old = source.fetch(ids)
        source.songs[IDS[0]] = song(0, title="Renamed")
        cache.drop(IDS[:1])
        return old

    cache.get(IDS[:1], changed_meanwhile)
    assert cache.get(IDS[:1], source.fetch)[0].track.title == "Renamed"


def test_a_cache_of_no_songs_passes_everything_on() -> None:
    cache, source = SongCache(0), Source()
    assert len(cache.get(IDS, source.fetch)) == len(cache.get(IDS, source.fetch)) == 5
    assert len(source.asked) == 10
