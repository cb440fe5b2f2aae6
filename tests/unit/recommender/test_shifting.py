"""Comparative wishes applied to the rest of the evidence."""

import numpy as np
import pytest

from services.recommender.domain import Evidence
from services.recommender.shifting import without_shifts
from services.recommender.tracks import Affect
from vts.moods import AUDIO_DIMENSIONS, MOODS

TYPICAL = Affect(0.1, 0.0, 1.0)
PHOTO = Evidence(label="photo", affect=Affect(0.6, 0.5, 0.8), moods=np.full(13, 0.4, np.float32))
CALMER = Evidence(label="text", affect=Affect(0.0, -0.6, 0.9), is_shift=True)


def place(part: Evidence) -> tuple[float, float]:
    assert part.affect is not None
    return part.affect.valence, part.affect.arousal


def mood(part: Evidence, name: str) -> float:
    assert part.moods is not None
    return float(part.moods[MOODS.index(name)])


def test_evidence_without_a_shift_stays_as_it_is() -> None:
    assert without_shifts([PHOTO], [], TYPICAL) == ((PHOTO,), ())


def test_a_photo_but_calmer_moves_down_the_plane() -> None:
    (moved, _), _ = without_shifts([PHOTO, CALMER], [], TYPICAL)
    assert place(moved) == pytest.approx((0.6, -0.1))
    assert mood(moved, "calm") > 0.4 > mood(moved, "energizing")


def test_a_shift_is_as_strong_as_its_weight() -> None:
    half = Evidence(label="text", affect=CALMER.affect, is_shift=True, weight=0.5)
    (moved, _), _ = without_shifts([PHOTO, half], [], TYPICAL)
    assert place(moved) == pytest.approx((0.6, 0.2))


def test_shifts_add_up_and_stay_on_the_plane() -> None:
    (moved, *_), _ = without_shifts([PHOTO, CALMER, CALMER, CALMER], [], TYPICAL)
    assert place(moved) == pytest.approx((0.6, -0.5))


def test_seeds_are_moved_too() -> None:
    _, (moved,) = without_shifts([CALMER], [PHOTO], TYPICAL)
    assert place(moved) == pytest.approx((0.6, -0.1))


def test_a_shift_alone_starts_from_the_middle_of_the_catalogue() -> None:
    (moved,), _ = without_shifts([CALMER], [], TYPICAL)
    assert place(moved) == pytest.approx((0.1, -0.6))
    assert mood(moved, "calm") > mood(moved, "energizing")


def test_evidence_that_says_nothing_about_feeling_gets_a_place() -> None:
    sound = Evidence(label="clip", audio=np.ones(AUDIO_DIMENSIONS, np.float32))
    (moved, _), _ = without_shifts([sound, CALMER], [], TYPICAL)
    assert place(moved) == pytest.approx((0.1, -0.6))
    assert moved.moods is None


def test_a_shift_that_weighs_nothing_moves_nothing() -> None:
    silent = Evidence(label="text", affect=CALMER.affect, is_shift=True, weight=0.0)
    assert without_shifts([PHOTO, silent], [], TYPICAL) == ((PHOTO,), ())


def test_a_shift_speaks_in_its_own_name_for_where_the_others_arrive() -> None:
    dark = Evidence(label="sky", affect=Affect(-0.4, 0.1))
    (*_, arrival), _ = without_shifts([PHOTO, dark, CALMER], [], TYPICAL)
    assert (arrival.label, arrival.weight) == ("text", 1.0)
    assert place(arrival) == pytest.approx((0.1, -0.3))
    assert mood(arrival, "calm") > mood(arrival, "energizing")
