"""What every store of songs does, whichever engine is behind it."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from services.recommender.backends.edge import EdgeStore
from services.recommender.backends.fake import FakeStore
from services.recommender.domain import Filters, VectorQuery
from services.recommender.ports import TrackStore
from services.recommender.tracks import Affect, Link
from tests.unit.recommender.songs import along, song, unit
from vts.identities import track_id
from vts.moods import AUDIO_DIMENSIONS

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
    """The opened store, emptied: making one takes a second, for its indexes are put on disk."""
    opened.delete([song.track.id for batch in list(opened.scan(100)) for song in batch])
    return opened


def ids(*numbers: int) -> list[uuid.UUID]:
    return [track_id("made-up", str(number)) for number in numbers]


def test_a_song_comes_back_as_it_went_in(store: TrackStore) -> None:
    full = song(
        3,
        text=unit(384, 1),
        audio=unit(AUDIO_DIMENSIONS, 2),
        title="밤편지",
        title_alternatives=("Through the Night",),
        artists=("아이유",),
        artist_alternatives=("IU",),
        duration_seconds=253.5,
        tempo_bpm=73.25,
        key="C# minor",
        energy=0.25,
        affect=Affect(0.5, -0.75, 0.5),
        links=(Link("search", "YouTube", "https://example.org/?q=밤편지"),),
        has_sound=True,
    )
    store.upsert([full])
    (found,) = store.get([full.track.id])
    assert found.vectors.mood is not None
    assert found.track == full.track
    assert found.vectors.text == pytest.approx(full.vectors.text, abs=1e-6)
    assert found.vectors.audio == pytest.approx(full.vectors.audio, abs=1e-6)
    assert np.linalg.norm(found.vectors.mood) == pytest.approx(1, abs=1e-5)


def test_what_is_not_known_stays_unknown(store: TrackStore) -> None:
    bare = song(1, year=None, affect=None, genres=(), language="", album="")
    store.upsert([bare])
    (found,) = store.get([bare.track.id])
    assert found.track == bare.track
    assert found.vectors.audio is None
    assert found.vector("affect") is None


def test_songs_come_in_the_order_asked_for_without_unknown_ones(store: TrackStore) -> None:
    store.upsert([song(n) for n in range(5)])
    found = store.get([*ids(3, 99, 1)])
    assert [each.track.title for each in found] == ["Song 3", "Song 1"]


def test_storing_a_song_again_replaces_it(store: TrackStore) -> None:
    store.upsert([song(1, audio=unit(AUDIO_DIMENSIONS, 1))])
    store.upsert([song(1, title="Renamed")])
    (found,) = store.get(ids(1))
    assert store.count(Filters()) == 1
    assert found.track.title == "Renamed"
    assert found.vectors.audio is None


def test_deleted_songs_are_gone_and_unknown_ids_are_passed_over(store: TrackStore) -> None:
    store.upsert([song(n) for n in range(3)])
    store.delete(ids(0, 99))
    assert store.count(Filters()) == 2
    assert store.get(ids(0)) == []


def test_a_scan_gives_every_song_once_in_order_of_ids(store: TrackStore) -> None:
    store.upsert([song(n) for n in range(25)])
    batches = list(store.scan(10))
    found = [each.track.id for batch in batches for each in batch]
    assert [len(batch) for batch in batches] == [10, 10, 5]
    assert found == sorted(ids(*range(25)))


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), {0, 1, 2, 3}),
        (Filters(languages=("ko",)), {1, 3}),
        (Filters(languages=("KO-kr", "fr")), {3}),
        (Filters(genres=("Rock",)), {0, 2}),
        (Filters(year_from=1992), {2, 3}),
        (Filters(year_to=1991), {0, 1}),
        (Filters(year_from=1991, year_to=1992), {1, 2}),
        (Filters(licences=("cc-by-4.0",)), {2}),
        (Filters(sources=("made-up",)), {0, 1, 2, 3}),
        (Filters(sources=("elsewhere",)), set()),
        (Filters(tags=("rainy night", "비 오는 밤")), {0, 1, 3}),
        (Filters(tags=("rainy",)), set()),
        (Filters(with_sound=True), {0}),
        (Filters(excluded=frozenset({track_id("made-up", "1")})), {0, 2, 3}),
        (Filters(beyond=frozenset({track_id("made-up", "2")})), {0, 1, 3}),
        (Filters(within=frozenset({track_id("made-up", "2")})), {2}),
        (Filters(within=frozenset()), set()),
        (Filters(languages=("ko",), year_from=1993), {3}),
    ],
)
def test_each_filter_lets_the_right_songs_pass(
    store: TrackStore, filters: Filters, expected: set[int]
) -> None:
    store.upsert(
        [
            song(0, has_sound=True),
            song(1),
            song(2, licence="CC-BY-4.0", tags_ko=()),
            song(3, language="ko-KR"),
        ]
    )
    (searched,) = store.search([VectorQuery("text", unit(384, 7))], filters, 10)
    assert set(store.matching(filters, 10)) == set(ids(*expected))
    assert set(searched) == set(ids(*expected))
    assert store.count(filters) == len(expected)


def test_a_year_filter_leaves_out_songs_of_unknown_year(store: TrackStore) -> None:
    store.upsert([song(1, year=None)])
    assert store.count(Filters(year_from=1)) == 0


def test_matching_stops_at_the_limit(store: TrackStore) -> None:
    store.upsert([song(n) for n in range(10)])
    assert store.matching(Filters(), 4) == sorted(ids(*range(10)))[:4]


def test_the_nearest_songs_come_first_for_every_kind_of_vector(store: TrackStore) -> None:
    store.upsert(
        [
            song(
                n,
                text=along(384, 5, lean=n / 10),
                mood=along(13, 5, lean=n / 10),
                audio=along(AUDIO_DIMENSIONS, 5, lean=n / 10),
                affect=Affect(0.9 - n / 5, 0.0, 1.0),
            )
            for n in range(4)
        ]
    )
    answers = store.search(
        [
            VectorQuery("text", along(384, 5)),
            VectorQuery("mood", along(13, 6)),
            VectorQuery("audio", along(AUDIO_DIMENSIONS, 5)),
            VectorQuery("affect", np.array([0.5, 0.0], np.float32)),
        ],
        Filters(),
        3,
    )
    expected = [ids(0, 1, 2), ids(3, 2, 1), ids(0, 1, 2), None]
    assert answers[:3] == expected[:3]
    assert answers[3][0] == ids(2)[0]


def test_songs_without_a_vector_are_not_found_by_it(store: TrackStore) -> None:
    store.upsert(
        [song(0), song(1, audio=unit(AUDIO_DIMENSIONS, 1)), song(2, affect=Affect(0.5, 0.5, 0.0))]
    )
    by_sound, by_affect = store.search(
        [
            VectorQuery("audio", unit(AUDIO_DIMENSIONS, 2)),
            VectorQuery("affect", np.array([0.5, 0.5], np.float32)),
        ],
        Filters(),
        10,
    )
    assert by_sound == ids(1)
    assert set(by_affect) == set(ids(0, 1))


def test_words_are_found_among_tags_and_genres_and_within_them(store: TrackStore) -> None:
    store.upsert([song(0), song(1), song(2, tags_en=("Sea Breeze",), tags_ko=())])
    assert set(store.with_words(["rainy"], Filters(), 10)) == set(ids(0, 1))
    assert set(store.with_words(["sea breeze", "ballad"], Filters(), 10)) == set(ids(1, 2))
    assert store.with_words(["rainy"], Filters(genres=("ballad",)), 10) == ids(1)
    assert store.frequencies(["night", "breeze", "rock", "밤", "absent"]) == [2, 1, 2, 2, 0]


def test_a_summary_counts_what_there_is(store: TrackStore) -> None:
    store.upsert(
        [
            song(0, audio=unit(AUDIO_DIMENSIONS, 0), has_sound=True),
            song(1, genres=("ballad", "OST")),
            song(2, year=None, licence="CC-BY-4.0"),
        ]
    )
    summary = store.summary()
    assert (summary.tracks, summary.with_audio_vector, summary.with_sound) == (3, 1, 1)
    assert summary.languages == {"en": 2, "ko": 1}
    assert summary.genres == {"rock": 2, "ballad": 1, "ost": 1}
    assert summary.licences == {"CC0-1.0": 2, "CC-BY-4.0": 1}
    assert summary.sources == {"made-up": 3}
    assert (summary.year_from, summary.year_to) == (1990, 1991)


def test_an_empty_store_answers_with_nothing(store: TrackStore) -> None:
    assert store.count(Filters()) == 0
    assert store.matching(Filters(), 10) == []
    assert list(store.scan(10)) in ([], [[]])
    assert store.search([VectorQuery("text", unit(384, 1))], Filters(), 10) == [[]]
    assert store.summary().year_from is None
