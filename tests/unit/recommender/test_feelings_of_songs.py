"""Which songs go beyond bounds."""

from collections.abc import Iterable

import pytest

from services.recommender.domain import Filters
from services.recommender.feelings import MOST_KNOWN, Feelings
from services.recommender.tracks import Affect
from tests.unit.recommender.songs import song
from vts.identities import track_id
from vts.moods import MOODS


def feeling(**scores: float) -> tuple[float, ...]:
    return tuple(scores.get(mood, 0.0) for mood in MOODS)


@pytest.fixture
def feelings() -> Feelings:
    known = Feelings()
    known.learn(
        [
            song(0, affect=Affect(0.2, -0.75), moods=feeling(calm=0.8)),
            song(1, affect=Affect(0.2, 0.25), moods=feeling(calm=0.25)),
            song(2, affect=Affect(0.2, 0.5), moods=feeling(scary=0.5)),
            song(3, affect=None, moods=()),
            song(4, affect=Affect(0.0, -0.75, 0.0), moods=feeling(calm=0.5)),
        ]
    )
    return known


def left_out(feelings: Feelings, filters: Filters, among: Iterable[int] = range(5)) -> set[int]:
    """The songs that a store would leave out, by number."""
    understood = feelings.understood(filters)
    assert understood.within is None or not understood.beyond
    ids = {track_id("made-up", str(number)): number for number in among}
    within = ids.keys() if understood.within is None else understood.within
    return {number for each, number in ids.items() if each not in within - understood.beyond}


@pytest.mark.parametrize(
    ("filters", "beyond"),
    [
        (Filters(), set()),
        (Filters(least_arousal=0.0), {0}),
        (Filters(least_arousal=0.25), {0}),
        (Filters(least_arousal=0.5), {0, 1}),
        (Filters(most_arousal=0.25), {2}),
        (Filters(least_arousal=0.0, most_arousal=0.25), {0, 2}),
        (Filters(most_moods=(("calm", 0.35),)), {0, 4}),
        (Filters(most_moods=(("calm", 0.35), ("scary", 0.1))), {0, 2, 4}),
        (Filters(least_arousal=0.6, most_moods=(("calm", 0.1),)), {0, 1, 2, 4}),
    ],
)
def test_what_is_known_to_go_beyond_is_left_out(
    feelings: Feelings, filters: Filters, beyond: set[int]
) -> None:
    assert left_out(feelings, filters) == beyond


def test_songs_come_change_and_go(feelings: Feelings) -> None:
    awake = Filters(least_arousal=0.0)
    assert left_out(feelings, awake) == {0}
    feelings.learn([song(0, affect=Affect(0.2, 0.75)), song(5, affect=Affect(0.2, -0.1))])
    assert left_out(feelings, awake, range(6)) == {5}
    feelings.forget([track_id("made-up", "5")])
    assert not left_out(feelings, awake)


def test_the_fewer_songs_are_named(feelings: Feelings) -> None:
    few_go = feelings.understood(Filters(least_arousal=0.0))
    assert few_go.within is None
    assert few_go.beyond == {track_id("made-up", "0")}
    few_stay = feelings.understood(Filters(most_moods=(("calm", 0.1), ("scary", 0.1))))
    assert few_stay.within == frozenset({track_id("made-up", "3")})


def test_only_so_many_bounds_are_remembered(feelings: Feelings) -> None:
    first = feelings.understood(Filters(least_arousal=0.0))
    assert feelings.understood(Filters(least_arousal=0.0)).beyond is first.beyond
    for step in range(MOST_KNOWN):
        feelings.understood(Filters(least_arousal=0.1 + step / 100))
    again = feelings.understood(Filters(least_arousal=0.0))
    assert again == first
    assert again.beyond is not first.beyond


def test_no_songs_go_nowhere() -> None:
    assert not left_out(Feelings(), Filters(least_arousal=1.0))
