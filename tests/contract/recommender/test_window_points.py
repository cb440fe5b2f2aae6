"""What every store of songs does with their windows."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from services.recommender.backends.edge import EdgeStore
from services.recommender.backends.fake import FakeStore
from services.recommender.domain import MOST_STARTS, Filters
from services.recommender.ports import TrackStore
from services.recommender.tracks import Array, Windows
from tests.unit.recommender.songs import along, drawn_stretches, song, stretches, unit
from vts.identities import track_id
from vts.moods import AUDIO_DIMENSIONS, WINDOW_DIMENSIONS

MAKERS: dict[str, Callable[[Path], TrackStore]] = {
    "edge": lambda path: EdgeStore(path / "store"),
    "fake": lambda _: FakeStore(),
}


@pytest.fixture(params=MAKERS, scope="module")
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TrackStore]:
    made = MAKERS[request.param](tmp_path_factory.mktemp("stores"))
    yield made
    made.close()


@pytest.fixture
def store(opened: TrackStore) -> TrackStore:
    """The opened store, emptied."""
    opened.delete([each.track.id for batch in list(opened.scan(100)) for each in batch])
    return opened


def ids(*numbers: int) -> list[uuid.UUID]:
    return [track_id("made-up", str(number)) for number in numbers]


def axis(number: int, lean: float = 0.0) -> Array:
    return along(WINDOW_DIMENSIONS, number, lean=lean)


def found(
    store: TrackStore, *queries: Array, limit: int = 10, **filters: object
) -> list[uuid.UUID]:
    hits = store.find_windows(np.stack(queries), Filters(**filters), limit)  # type: ignore[arg-type]
    return [hit.track_id for hit in hits]


def test_a_song_is_found_by_a_stretch_of_it_and_told_where_it_begins(store: TrackStore) -> None:
    store.upsert([song(n, windows=drawn_stretches(n)) for n in range(20)])
    wanted = drawn_stretches(7).values[2]
    first, *others = store.find_windows(wanted[None] * 3, Filters(), 5)
    assert first.track_id == ids(7)[0]
    assert first.start_seconds[0] == 10
    assert first.score == pytest.approx(1, abs=1e-3)
    assert len(others) == 4
    assert all(hit.score < 0.6 for hit in others)


def test_every_song_is_there_once_with_its_best_stretches_first(store: TrackStore) -> None:
    leaning = [axis(3, lean / 20) for lean in (9, 2, 0, 4, 1, 5, 6, 7, 8, 3)]
    store.upsert([song(0, windows=stretches(*leaning)), song(1, windows=stretches(axis(60)))])
    hits = store.find_windows(np.stack([axis(3), axis(3, 0.01)]), Filters(), 10)
    assert [hit.track_id for hit in hits] == ids(0, 1)
    assert hits[0].start_seconds == (10, 20, 5, 45, 15, 25, 30, 35)
    assert len(hits[0].start_seconds) == MOST_STARTS
    assert len(hits[1].start_seconds) == 1


def test_the_best_of_many_queries_counts(store: TrackStore) -> None:
    store.upsert([song(n, windows=stretches(axis(10 * n), axis(5))) for n in range(4)])
    hits = store.find_windows(np.stack([axis(20, 0.3), axis(30, 0.1)]), Filters(), 2)
    assert [hit.track_id for hit in hits] == ids(3, 2)


def test_equal_stretches_come_in_the_order_of_ids_and_of_time(store: TrackStore) -> None:
    store.upsert([song(n, windows=stretches(axis(1), axis(2), axis(1))) for n in range(8)])
    hits = store.find_windows(axis(1)[None], Filters(), 3)
    assert [hit.track_id for hit in hits] == sorted(ids(*range(8)))[:3]
    assert hits[0].start_seconds[:2] == (0, 10)


def test_filters_leave_the_best_of_those_that_pass(store: TrackStore) -> None:
    store.upsert([song(n, windows=stretches(axis(3, n / 40))) for n in range(30)])
    assert found(store, axis(3), limit=3, languages=("ko",)) == ids(1, 3, 5)
    assert found(store, axis(3), limit=2, excluded=frozenset(ids(0, 2))) == ids(1, 3)
    assert found(store, axis(3), among=frozenset(ids(9, 4))) == ids(4, 9)
    assert found(store, axis(3), among=frozenset()) == []


def test_songs_without_windows_are_not_found(store: TrackStore) -> None:
    assert found(store, axis(1)) == []
    store.upsert([song(0, audio=unit(AUDIO_DIMENSIONS, 1)), song(1, windows=drawn_stretches(1))])
    assert found(store, axis(1)) == ids(1)


def test_windows_are_replaced_whole_and_deleted_with_their_song(store: TrackStore) -> None:
    store.upsert(
        [song(0, windows=stretches(axis(1), axis(9))), song(1, windows=stretches(axis(9)))]
    )
    store.upsert([song(0, windows=stretches(axis(2)))])
    (hit, other) = store.find_windows(axis(9)[None], Filters(), 10)
    assert hit.track_id == ids(1)[0]
    assert other.score == pytest.approx(0, abs=1e-3)
    assert store.summary().windows == 2
    store.upsert([song(1)])
    store.delete(ids(0))
    assert found(store, axis(9)) == []
    assert store.summary().windows == 0


def test_windows_are_counted_apart_from_songs(store: TrackStore) -> None:
    store.upsert([song(n, windows=drawn_stretches(n, n)) for n in range(1, 5)])
    assert store.count(Filters()) == 4
    assert store.summary().windows == 1 + 2 + 3 + 4


def test_songs_come_back_without_their_windows(store: TrackStore) -> None:
    store.upsert([song(0, windows=drawn_stretches(0))])
    (got,) = store.get(ids(0))
    assert len(got.windows) == len(Windows.none()) == 0


def test_songs_are_found_by_the_digest_of_their_sound(store: TrackStore) -> None:
    store.upsert([song(n, sound_digest=f"d{n % 3}", sound_id=f"a{n}") for n in range(6)])
    store.upsert([song(9)])
    assert store.with_digests(["d1", "absent"], 10) == sorted(ids(1, 4))
    assert store.with_digests(["d1", "d2"], 3) == sorted(ids(1, 4, 2, 5))[:3]
    assert store.get(ids(4))[0].track.sound_id == "a4"
