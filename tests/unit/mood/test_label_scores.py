"""The way back from moods to the labels of a vocabulary."""

import math

import pytest

from vts.moods import MOODS
from vts.moods.messages import taxonomy_message
from vts.moods.taxonomies import (
    TAXONOMIES,
    gathered,
    label_scores,
    labels,
    mood_vector,
    taxonomies,
)

NOTHING_FELT = {"neutral", "없음"}


@pytest.mark.parametrize("taxonomy", taxonomies())
def test_every_label_comes_back_from_its_own_meaning_before_all_others(taxonomy: str) -> None:
    for name in labels(taxonomy):
        meaning = mood_vector(taxonomy, {name: 1.0})
        scores = label_scores(taxonomy, meaning.moods, meaning.valence, meaning.arousal)
        felt = math.hypot(*labels(taxonomy)[name].moods.values()) or 1.0
        assert scores[name] == pytest.approx(min(1.0, felt))
        rivals = scores.keys() - (NOTHING_FELT - {name})
        assert max(rivals, key=lambda rival: scores[rival]) == name


@pytest.mark.parametrize("taxonomy", TAXONOMIES)
@pytest.mark.parametrize("level", [0.0, 0.15, 0.9])
def test_moods_that_are_all_alike_say_only_that_nothing_is_felt(
    taxonomy: str, level: float
) -> None:
    scores = label_scores(taxonomy, [level] * 13, 0.0, 0.0)
    assert {name for name, score in scores.items() if score > 0.05} <= NOTHING_FELT


@pytest.mark.parametrize("taxonomy", TAXONOMIES)
def test_scores_lie_between_none_and_whole(taxonomy: str) -> None:
    for mood in range(13):
        moods = [1.0 if place == mood else 0.2 for place in range(13)]
        scores = label_scores(taxonomy, moods, -1.0, 1.0)
        assert all(0.0 <= score <= 1.0 for score in scores.values())


def test_half_a_feeling_is_half_a_label() -> None:
    place = labels("gems")["calmness"]
    whole = label_scores("gems", _only(calm=1.0), place.valence, place.arousal)
    half = label_scores("gems", _only(calm=0.5), place.valence, place.arousal)
    assert half["calmness"] == pytest.approx(whole["calmness"] / 2)


def test_a_strong_feeling_is_not_told_by_a_faint_label() -> None:
    place = labels("goemotions")["nervousness"]
    scores = label_scores("goemotions", _only(tense=1.0), place.valence, place.arousal)
    assert scores["nervousness"] > scores["confusion"]


def test_a_faint_feeling_is_no_whole_faint_label() -> None:
    place = labels("kote")["불쌍함/연민"]
    scores = label_scores("kote", _only(sad=0.4), place.valence, place.arousal)
    assert max(score for name, score in scores.items() if name not in NOTHING_FELT) <= 0.4


def test_a_place_far_away_speaks_against_a_label() -> None:
    near = label_scores("lastfm", _only(sad=1.0), -0.7, -0.4)["Sad"]
    assert label_scores("lastfm", _only(sad=1.0), 0.7, 0.5)["Sad"] < near / 2


@pytest.mark.parametrize(
    ("source", "label", "taxonomy", "expected"),
    [
        ("lastfm", "Melancholy", "mirex", "cluster_3"),
        ("goemotions", "fear", "kote", "공포/무서움"),
        ("kote", "편안/쾌적", "gems", "calmness"),
        ("lastfm", "Driving", "mirex18", "G1"),
        ("mirex18", "G28", "moods5", "aggressive"),
    ],
)
def test_one_vocabulary_is_told_in_another(
    source: str, label: str, taxonomy: str, expected: str
) -> None:
    meaning = mood_vector(source, {label: 1.0})
    scores = label_scores(taxonomy, meaning.moods, meaning.valence, meaning.arousal)
    assert max(scores, key=lambda name: scores[name]) == expected


def test_there_must_be_thirteen_moods() -> None:
    with pytest.raises(ValueError, match="13 moods, not 2"):
        label_scores("gems", [0.1, 0.2], 0.0, 0.0)


def test_five_moods_are_gathered_from_emotions_as_independent_chances() -> None:
    emotions = dict.fromkeys(labels("goemotions"), 0.0) | {"love": 0.5, "caring": 0.5, "joy": 0.2}
    scores = gathered("moods5", {"goemotions": emotions})
    assert scores is not None
    assert scores["romantic"] == pytest.approx(0.75)
    assert scores["happy"] == pytest.approx(0.2)
    assert scores["sad"] == 0.0


@pytest.mark.parametrize(("taxonomy", "known"), [("moods5", {}), ("gems", {"goemotions": {}})])
def test_nothing_is_gathered_without_its_parts(
    taxonomy: str, known: dict[str, dict[str, float]]
) -> None:
    assert gathered(taxonomy, known) is None


def test_a_message_has_every_label_once_highest_first_with_its_names() -> None:
    message = taxonomy_message("gems", {"sadness": 0.7, "power": 0.9}, measured=True)
    assert message.taxonomy == "gems"
    assert message.measured
    assert [each.label for each in message.labels][:3] == ["power", "sadness", "amazement"]
    assert len(message.labels) == 9
    assert (message.labels[1].name.en, message.labels[1].name.ko) == ("sadness", "슬픔")


def _only(**scores: float) -> list[float]:
    return [scores.get(mood, 0.0) for mood in MOODS]
