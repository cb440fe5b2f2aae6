"""What several affects, moods and shifts mean together."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import domain
from gateway.domain import Affect, Feeling
from vts.moods import MOODS, Mood, moods
from vts.moods.phrases import strongest

coordinates = st.floats(-1, 1)
shares = st.floats(0, 1)
affects = st.builds(Affect, coordinates, coordinates, shares)
vectors = st.one_of(st.just(()), st.lists(shares, min_size=13, max_size=13).map(tuple))
feelings = st.builds(Feeling, st.none() | affects, vectors, shares, st.booleans())


def vector(**scores: float) -> domain.Moods:
    return tuple(scores.get(mood, 0.0) for mood in MOODS)


@pytest.mark.parametrize("mood", moods(), ids=MOODS)
def test_a_mood_is_nearest_to_its_own_place(mood: Mood) -> None:
    near = domain.moods_near(Affect(mood.valence, mood.arousal, 1))
    if mood.id in domain.TOLD_BY_WORDS_ALONE:
        assert near[MOODS.index(mood.id)] == 0
    else:
        assert MOODS[near.index(max(near))] == mood.id


def test_the_middle_of_the_plane_is_no_mood() -> None:
    assert max(domain.moods_near(Affect(0, 0, 1))) == 0


def test_a_mood_alone_lies_where_it_lies() -> None:
    found = domain.affect_of(vector(sad=0.8))
    assert found is not None
    assert (found.valence, found.arousal, found.confidence) == pytest.approx((-0.7, -0.5, 0.8))
    assert domain.affect_of(vector()) is None


def test_affects_are_joined_by_confidence() -> None:
    joined = domain.joined_affect([(Affect(1, 1, 0.9), 1.0), (Affect(-1, -1, 0.3), 1.0)])
    assert joined is not None
    assert (joined.valence, joined.confidence) == pytest.approx((0.5, 0.6))


def test_what_nobody_knows_is_nothing() -> None:
    assert domain.joined_affect([(None, 1.0), (Affect(1, 1, 0), 1.0)]) is None
    assert domain.together([]) == Feeling(None, ())


def test_a_picture_without_words_feels_as_it_looks() -> None:
    seen = Affect(0.9, 0.5, 0.6)
    feeling = domain.picture_feeling(seen, None, ())
    assert feeling.affect is not None
    assert astuple(feeling.affect) == pytest.approx(astuple(seen))
    assert feeling.moods == pytest.approx(domain.moods_near(seen))


def test_words_outweigh_a_look_of_which_little_is_known() -> None:
    feeling = domain.picture_feeling(
        Affect(0.9, 0.5, 0.1), Affect(-0.7, -0.5, 0.9), vector(sad=1.0)
    )
    assert feeling.affect is not None
    assert feeling.affect.valence < -0.4
    assert strongest(feeling.moods) == ("sad",)


def test_a_shift_moves_the_point_and_the_moods() -> None:
    start = Feeling(Affect(0.6, 0.9, 1), vector(energizing=0.6, calm=0.4))
    moved = domain.together([start, Feeling(Affect(0, -0.8, 1), is_shift=True)])
    assert moved.affect is not None
    assert moved.affect.arousal == pytest.approx(0.1)
    assert moved.moods[MOODS.index("calm")] > 0.4
    assert moved.moods[MOODS.index("energizing")] < 0.6


def test_a_shift_alone_starts_from_the_middle() -> None:
    moved = domain.together([Feeling(Affect(0, -0.6, 0.5), is_shift=True)])
    assert moved.affect == Affect(0, -0.6, 0.5)
    assert strongest(moved.moods)[0] in ("calm", "dreamy", "sad")


def test_a_faint_second_mood_is_not_named() -> None:
    assert strongest(vector(calm=0.9, sad=0.3)) == ("calm",)
    assert strongest(vector(calm=0.2)) == ()
    assert strongest(()) == ()


@given(st.lists(feelings, max_size=8))
def test_together_stays_on_the_plane(parts: list[Feeling]) -> None:
    whole = domain.together(parts)
    assert whole.affect is None or (
        -1 <= whole.affect.valence <= 1
        and -1 <= whole.affect.arousal <= 1
        and 0 <= whole.affect.confidence <= 1 + 1e-9
    )
    assert len(whole.moods) in (0, 13)
    assert all(0 <= score <= 1 + 1e-9 for score in whole.moods)
