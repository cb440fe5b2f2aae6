"""Songs ranked by evidence, over the store in memory."""

from typing import Any

import numpy as np
import pytest

from services.recommender.domain import (
    DEFAULT_WEIGHTS,
    Evidence,
    Keyword,
)
from services.recommender.tracks import Affect
from tests.unit.recommender.desk import Desk, many, mood_of
from tests.unit.recommender.songs import along, song, unit
from vts.moods import AUDIO_DIMENSIONS


@pytest.mark.parametrize("kind", ["text", "mood", "audio"])
def test_the_nearest_by_each_vector_comes_first(kind: str) -> None:
    songs = many(30)
    size = {"text": 384, "mood": 13, "audio": AUDIO_DIMENSIONS}[kind]
    near: dict[str, Any] = {kind: along(size, 3)}
    away: dict[str, Any] = {kind: along(size, 9)}
    special, far = song(99, title="Special", **near), song(98, title="Far", **away)
    desk = Desk([*songs, special, far])
    name = {"mood": "moods"}.get(kind, kind)
    asked: dict[str, Any] = {name: along(size, 3)}
    titles = desk.titles(Evidence(label="photo", **asked))
    assert titles[0] == "Special"


def test_closeness_on_the_plane_decides_where_nothing_else_is_known() -> None:
    desk = Desk(many())
    answer = desk.answer(Evidence(label="photo", affect=Affect(0.7, -0.7)), limit=5)
    places = [each.track.affect for each in answer.tracks if each.track.affect]
    distances = [np.hypot(p.valence - 0.7, p.arousal + 0.7) for p in places]
    assert len(distances) == 5
    assert distances == sorted(distances)


def test_a_photo_but_calmer_gives_calmer_music() -> None:
    desk = Desk(many(200))
    photo = Evidence(label="photo", affect=Affect(0.3, 0.5), text=unit(384, 3))
    calmer = Evidence(label="text", affect=Affect(0.0, -0.8), is_shift=True)
    before, after = desk.answer(photo), desk.answer(photo, calmer)
    arousal = [
        np.mean([each.track.affect.arousal for each in answer.tracks if each.track.affect])
        for answer in (before, after)
    ]
    assert arousal[1] < arousal[0] - 0.3


def test_tags_that_were_asked_for_raise_a_song_and_are_named() -> None:
    songs = [*many(30), song(99, title="Rainy", tags_en=("Rainy Night",), tags_ko=("비",))]
    words = (Keyword("rainy night"), Keyword("비", 0.5, "ko"), Keyword("absent"))
    answer = Desk(songs).answer(Evidence(label="text", keywords=words))
    first = answer.tracks[0]
    assert first.track.title == "Rainy"
    assert [tag.text for tag in first.matched_tags] == ["Rainy Night", "비"]


def test_a_component_of_weight_zero_does_not_count() -> None:
    desk = Desk([*many(30), song(99, title="By text", text=along(384, 3))])
    evidence = Evidence(label="photo", text=along(384, 3), affect=Affect(0.5, 0.5))
    answer = desk.answer(evidence, weights={**DEFAULT_WEIGHTS, "text": 0.0})
    assert {part.component for each in answer.tracks for part in each.components} == {"affect"}


def test_evidence_of_weight_zero_does_not_count() -> None:
    desk = Desk(many(30))
    photo = Evidence(label="photo", text=unit(384, 3))
    silent = Evidence(label="text", text=unit(384, 4), weight=0.0)
    assert desk.titles(photo, silent) == desk.titles(photo)


def test_an_unsure_place_on_the_plane_counts_less() -> None:
    desk = Desk(many(30))
    shares = []
    for confidence in (0.1, 1.0):
        place = Affect(0.5, 0.5, confidence)
        first = desk.answer(Evidence(label="photo", text=unit(384, 3), affect=place)).tracks[0]
        shares.append({part.component: part.share for part in first.components}["affect"])
    assert shares[0] < shares[1] / 2


def test_a_song_never_heard_comes_between_those_that_sound_alike_and_those_that_do_not() -> None:
    desk = Desk(
        [
            *many(30),
            song(97, title="Unlike", mood=mood_of("calm"), audio=-unit(AUDIO_DIMENSIONS, 3)),
            song(98, title="Silent", mood=mood_of("calm")),
            song(99, title="Alike", mood=mood_of("calm"), audio=unit(AUDIO_DIMENSIONS, 3)),
        ]
    )
    clip = Evidence(label="clip", moods=mood_of("calm"), audio=unit(AUDIO_DIMENSIONS, 3))
    ranked = [title for title in desk.titles(clip) if title in {"Unlike", "Silent", "Alike"}]
    assert ranked[:2] == ["Alike", "Silent"]
    [silent] = [each for each in desk.answer(clip).tracks if each.track.title == "Silent"]
    assert "audio" not in {part.component for part in silent.components}


def test_scores_and_reasons_fit_together() -> None:
    desk = Desk(many())
    evidence = Evidence(
        label="photo", text=unit(384, 3), moods=mood_of("sad"), affect=Affect(-0.6, -0.4)
    )
    for each in desk.answer(evidence).tracks:
        assert 0 <= each.score <= 1
        assert sum(part.share for part in each.components) == pytest.approx(1, abs=1e-4)
        assert {part.evidence for part in each.components} == {"photo"}
    assert desk.answer(evidence).tracks[0].shared_moods[0][0] == "sad"
