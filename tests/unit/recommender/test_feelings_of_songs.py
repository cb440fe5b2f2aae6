"""Which songs go beyond bounds."""

import pytest

from services.recommender.domain import Filters
from services.recommender.feelings import Feelings
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
    ],
)
def test_what_is_known_to_go_beyond_is_left_out(
    feelings: Feelings, filters: Filters, beyond: set[int]
) -> None:
    assert feelings.beyond(filters) == {track_id("made-up", str(each)) for each in beyond}


def test_songs_come_change_and_go(feelings: Feelings) -> None:
    awake = Filters(least_arousal=0.0)
    feelings.learn([song(0, affect=Affect(0.2, 0.75)), song(5, affect=Affect(0.2, -0.1))])
    assert feelings.beyond(awake) == {track_id("made-up", "5")}
    feelings.forget([track_id("made-up", "5")])
    assert not feelings.beyond(awake)


def test_no_songs_go_nowhere() -> None:
    assert not Feelings().beyond(Filters(least_arousal=1.0))
