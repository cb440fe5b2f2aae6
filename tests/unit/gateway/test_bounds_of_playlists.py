"""Who drives stays awake, whatever else is asked for."""

import pytest

from gateway import bounds
from gateway.domain import Affect, Feeling
from tests.unit.gateway.fakes import AWAKE, affect
from tests.unit.gateway.house import House
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.moods import MOODS
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

LULLABY = pb.Input(text="a sleepy lullaby, please")
DRIVING = pb.Input(situation=mood_pb.Situation(activity="driving", local_time="23:30"))
CALM = MOODS.index("calm")


async def playlist(
    home: House, *inputs: pb.Input, options: pb.Options | None = None
) -> pb.Playlist:
    request = pb.RecommendRequest(inputs=inputs, options=options)
    return (await home.stub.Recommend(request)).playlist


def fill(home: House) -> None:
    home.recommender.add("Lullaby", affect=affect(0.4, -0.8))
    home.recommender.add("Road song", affect=affect(0.4, 0.5))


async def test_a_lullaby_at_the_wheel_gives_no_drowsy_song(home: House) -> None:
    fill(home)
    assert len((await playlist(home, LULLABY)).items) == 2
    found = await playlist(home, LULLABY, DRIVING)
    assert [item.track.title for item in found.items] == ["Road song"]
    assert found.affect.arousal == pytest.approx(0.25)
    assert {each.mood: each.score for each in found.moods}["calm"] == pytest.approx(0.25)
    assert found.evidence[1].bounds == AWAKE
    assert not found.evidence[0].HasField("bounds")


async def test_a_note_tells_it_in_both_languages(home: House) -> None:
    fill(home)
    (note,) = (await playlist(home, LULLABY, DRIVING)).notes
    assert note.code == "BOUNDED"
    assert note.message.en == "Stay awake at the wheel. 1 song was left out."
    assert note.message.ko == "운전 중에는 깨어 있어야 합니다. 그래서 1곡을 뺐습니다."


async def test_an_input_that_weighs_nothing_still_drives(home: House) -> None:
    fill(home)
    weightless = pb.Input(situation=DRIVING.situation, weight=0)
    found = await playlist(home, LULLABY, weightless)
    assert [item.track.title for item in found.items] == ["Road song"]


async def test_bounds_of_a_filter_are_only_made_tighter(home: House) -> None:
    fill(home)
    filters = recommender_pb.Filters(bounds=evidence_pb2.Bounds(least_arousal=0.5, most_arousal=1))
    await playlist(home, LULLABY, DRIVING, options=pb.Options(filters=filters))
    asked = home.recommender.asked.filters.bounds
    assert asked.least_arousal == 0.5
    assert asked.most_arousal == 1
    assert [cap.mood for cap in asked.most_moods] == ["calm"]
    loose = recommender_pb.Filters(bounds=evidence_pb2.Bounds(least_arousal=-1))
    await playlist(home, LULLABY, DRIVING, options=pb.Options(filters=loose))
    assert home.recommender.asked.filters.bounds.least_arousal == 0.25


async def test_nothing_is_bound_where_nobody_drives(home: House) -> None:
    fill(home)
    night = pb.Input(situation=mood_pb.Situation(local_time="23:30"))
    found = await playlist(home, LULLABY, night)
    assert len(found.items) == 2
    assert not found.notes
    assert not home.recommender.asked.filters.HasField("bounds")


def feeling(arousal: float, **scores: float) -> Feeling:
    return Feeling(Affect(0.3, arousal, 0.5), tuple(scores.get(mood, 0.0) for mood in MOODS))


@pytest.mark.parametrize(
    ("given", "arousal", "calm"),
    [
        (feeling(-0.9, calm=0.9), 0.25, 0.25),
        (feeling(0.3, calm=0.1), 0.3, 0.1),
        (feeling(1.0, calm=0.26), 0.5, 0.25),
    ],
)
def test_a_feeling_is_moved_no_further_than_it_must(
    given: Feeling, arousal: float, calm: float
) -> None:
    limits = bounds.joined([AWAKE, evidence_pb2.Bounds(most_arousal=0.5)])
    found = bounds.within(given, limits)
    assert found.affect == Affect(0.3, arousal, 0.5)
    assert found.moods[CALM] == calm


def test_the_tightest_of_all_bounds_holds_and_each_reason_is_told_once() -> None:
    softer = evidence_pb2.Bounds(
        least_arousal=0,
        most_arousal=0.5,
        most_moods=[evidence_pb2.MoodScore(mood="calm", score=0.5)],
        reason=evidence_pb2.Bilingual(en="soft", ko="부드럽게"),
    )
    limits = bounds.joined([AWAKE, softer, AWAKE, evidence_pb2.Bounds()])
    assert (limits.least_arousal, limits.most_arousal) == (0.25, 0.5)
    assert [(cap.mood, cap.score) for cap in limits.most_moods] == [("calm", 0.25)]
    assert limits.reason.en == "stay awake at the wheel; soft"
    assert limits.reason.ko == "운전 중에는 깨어 있어야 합니다. 부드럽게"
