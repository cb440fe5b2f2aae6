"""Songs kept within bounds, and what is asked for drawn within them."""

import pytest

from services.recommender.bounding import within
from services.recommender.checks import FieldError
from services.recommender.domain import Evidence, Filters
from services.recommender.tracks import Affect
from services.recommender.wishes import filters_from
from tests.unit.recommender.desk import Desk, many, mood_of
from tests.unit.recommender.songs import along, song
from vts.evidence.v1 import evidence_pb2
from vts.moods import MOODS
from vts.recommender.v1 import recommender_service_pb2 as pb

AWAKE = Filters(least_arousal=0.15, most_moods=(("calm", 0.35),))
CALM = MOODS.index("calm")


def lullaby() -> Evidence:
    return Evidence(label="text", affect=Affect(0.3, -0.9), moods=mood_of("calm"))


def test_no_song_goes_beyond_the_bounds() -> None:
    desk = Desk(many(200))
    before, after = desk.answer(lullaby()), desk.answer(lullaby(), filters=AWAKE)
    assert all(each.track.affect.arousal < 0 for each in before.tracks if each.track.affect)
    assert len(after.tracks) == 10
    for each in after.tracks:
        assert each.track.affect
        assert each.track.affect.arousal >= 0.15
        assert each.track.moods[CALM] <= 0.35


def test_what_the_bounds_left_out_is_told() -> None:
    answer = Desk(many(200)).answer(lullaby(), filters=AWAKE)
    (effect,) = answer.filter_effects
    assert effect.filter == "bounds=arousal>=0.15,calm<=0.35"
    assert 200 > effect.alone == effect.remaining > 0


def test_a_song_at_the_bounds_is_like_what_may_be_asked_for() -> None:
    near = song(99, title="Near", affect=Affect(0.3, 0.2), mood=mood_of("joyful"))
    wish = Evidence(label="text", affect=Affect(0.3, -0.9))
    first = Desk([*many(200), near]).answer(wish, filters=AWAKE).tracks[0]
    assert first.track.title == "Near"
    assert first.components[0].component == "affect"
    assert first.components[0].score > 0.9


def test_a_wish_for_calmer_music_stops_at_the_bounds() -> None:
    photo = Evidence(label="photo", affect=Affect(0.3, 0.4))
    calmer = Evidence(label="text", affect=Affect(0.0, -1.0), is_shift=True)
    tracks = Desk(many(200)).answer(photo, calmer, filters=AWAKE).tracks
    assert tracks
    assert all(each.track.affect.arousal >= 0.15 for each in tracks if each.track.affect)


def test_songs_like_a_lullaby_stay_awake_too() -> None:
    seed = song(98, affect=Affect(0.3, -0.9), mood=mood_of("calm"), text=along(384, 3))
    twin = song(97, title="Twin", affect=Affect(0.3, -0.9), mood=mood_of("calm"))
    desk = Desk([*many(60), seed, twin])
    assert desk.titles(seeds=(seed.track.id,))[0] == "Twin"
    assert "Twin" not in desk.titles(seeds=(seed.track.id,), filters=AWAKE)


def test_a_song_of_which_nothing_is_known_may_appear() -> None:
    unknown = song(99, title="Unknown", text=along(384, 3), affect=None, moods=())
    evidence = Evidence(label="text", text=along(384, 3))
    assert Desk([*many(30), unknown]).titles(evidence, filters=AWAKE)[0] == "Unknown"


def test_bounds_that_leave_nothing_are_named() -> None:
    answer = Desk(many(60)).answer(lullaby(), filters=Filters(least_arousal=1.0))
    (note,) = answer.notices
    assert (note.code, note.subject) == ("FILTERED_OUT", "bounds=arousal>=1")
    assert note.english.endswith("without them there are 60.")
    assert note.korean.endswith("60곡이 있습니다.")
    assert "arousal>=1" not in note.english + note.korean


@pytest.mark.parametrize(
    ("arousal", "expected"), [(-0.9, 0.15), (0.3, 0.3), (0.9, 0.5)], ids=["low", "right", "high"]
)
def test_evidence_is_drawn_to_the_nearest_bound(arousal: float, expected: float) -> None:
    limits = Filters(least_arousal=0.15, most_arousal=0.5)
    (part,) = within([Evidence(label="text", affect=Affect(0.2, arousal))], limits)
    assert part.affect == Affect(0.2, expected)
    assert part.moods is None


BAD = [
    (evidence_pb2.Bounds(least_arousal=-1.5), "filters.bounds.least_arousal"),
    (evidence_pb2.Bounds(most_arousal=float("nan")), "filters.bounds.most_arousal"),
    (
        evidence_pb2.Bounds(most_moods=[evidence_pb2.MoodScore(mood="hungry", score=0.5)]),
        "filters.bounds.most_moods[0].mood",
    ),
    (
        evidence_pb2.Bounds(most_moods=[evidence_pb2.MoodScore(mood="calm", score=2)]),
        "filters.bounds.most_moods[0].score",
    ),
]


@pytest.mark.parametrize(("bounds", "field"), BAD)
def test_bounds_out_of_range_are_refused(bounds: evidence_pb2.Bounds, field: str) -> None:
    with pytest.raises(FieldError) as caught:
        filters_from(pb.Filters(bounds=bounds), [])
    assert caught.value.field == field


def test_a_bound_of_zero_is_set() -> None:
    filters = filters_from(pb.Filters(bounds=evidence_pb2.Bounds(least_arousal=0)), [])
    assert filters.least_arousal == 0
    assert filters.most_arousal is None
