"""Songs found by name."""

import pytest

from services.recommender.names import NameIndex
from services.recommender.tracks import Track
from tests.unit.recommender.songs import track

SONGS = [
    track(
        0,
        title="밤편지",
        title_alternatives=("Through the Night",),
        artists=("아이유",),
        artist_alternatives=("IU",),
    ),
    track(1, title="Moon River", artists=("Audrey Hepburn",)),
    track(
        2,
        title="봄날",
        title_alternatives=("Spring Day",),
        artists=("방탄소년단",),
        artist_alternatives=("BTS",),
    ),
    track(3, title="Here Comes the Sun", artists=("The Beatles",)),
    track(
        4,
        title="좋은 날",
        title_alternatives=("Good Day",),
        artists=("아이유",),
        artist_alternatives=("IU",),
    ),
    track(5, title="Déjà Vu", artists=("Beyoncé",)),
    track(6, title="???", artists=("!!!",)),
]


@pytest.fixture
def names() -> NameIndex:
    index = NameIndex(limit=100)
    index.add(SONGS)
    return index


def titles(names: NameIndex, query: str) -> list[str]:
    known: dict[object, Track] = {each.id: each for each in SONGS}
    return [known[found].title for found, _ in names.find(query, 5)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("밤편지", "밤편지"),
        ("밤편제", "밤편지"),
        ("반편지", "밤편지"),
        ("밤 편지", "밤편지"),
        ("아이유 밤편지", "밤편지"),
        ("밤편지 아이유", "밤편지"),
        ("ㅂㅍㅈ", "밤편지"),
        ("through the nigth", "밤편지"),
        ("moon rivr", "Moon River"),
        ("MOON RIVER audrey hepbern", "Moon River"),
        ("spring day bts", "봄날"),
        ("방탄소년당 봄날", "봄날"),
        ("comes the sun", "Here Comes the Sun"),
        ("deja vu", "Déjà Vu"),
        ("beyonce", "Déjà Vu"),
        ("???", "???"),
    ],
)
def test_the_song_meant_comes_first(names: NameIndex, query: str, expected: str) -> None:
    assert titles(names, query)[:1] == [expected]


def test_an_artist_gives_all_their_songs(names: NameIndex) -> None:
    assert set(titles(names, "아이유")) == {"밤편지", "좋은 날"}
    assert set(titles(names, "IU")) == {"밤편지", "좋은 날"}


def test_the_same_name_scores_one_and_a_slip_less(names: NameIndex) -> None:
    (_, same), *_ = names.find("moon river", 1)
    (_, slip), *_ = names.find("moon rivr", 1)
    assert same == pytest.approx(1)
    assert 0.8 < slip < 1


def test_what_sounds_like_no_song_finds_none(names: NameIndex) -> None:
    assert titles(names, "xqzzt wvvk") == []
    assert titles(names, " ") == []


def test_a_deleted_or_renamed_song_is_no_longer_found_by_its_old_name(names: NameIndex) -> None:
    names.remove([SONGS[1].id])
    names.add([track(3, title="Yesterday", artists=("The Beatles",))])
    assert titles(names, "moon river") == []
    assert titles(names, "here comes the sun") == []


def test_a_full_index_takes_no_more_songs_but_updates_those_it_has() -> None:
    index = NameIndex(limit=1)
    index.add([SONGS[1], SONGS[3]])
    index.add([track(1, title="Renamed", artists=("Audrey Hepburn",))])
    assert index.find("here comes the sun", 5) == []
    assert [found for found, _ in index.find("renamed", 5)] == [SONGS[1].id]
