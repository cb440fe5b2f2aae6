"""Other vocabularies on the 13 moods."""

import json
from pathlib import Path

import pytest

from vts.moods import MOODS
from vts.moods.taxonomies import (
    TAXONOMIES,
    TaxonomyError,
    checked,
    labels,
    mood_vector,
    taxonomies,
    vocabularies,
)

SIZES = {
    "mirex": 5,
    "mirex18": 18,
    "moods5": 5,
    "lastfm": 45,
    "jamendo": 56,
    "goemotions": 28,
    "kote": 44,
    "gems": 9,
    "clusters10": 10,
}


def test_every_vocabulary_is_whole() -> None:
    assert {name: len(found) for name, found in taxonomies().items()} == SIZES


def test_answers_can_be_given_in_every_vocabulary_but_the_names_of_groups() -> None:
    assert set(TAXONOMIES) == set(SIZES) - {"clusters10"}


@pytest.mark.parametrize("taxonomy", SIZES)
def test_every_label_lies_on_the_plane_and_says_where_that_comes_from(taxonomy: str) -> None:
    for name, label in labels(taxonomy).items():
        assert -1 <= label.valence <= 1, name
        assert -1 <= label.arousal <= 1, name
        assert "judgement" in label.source, name
        assert ("measured" in label.source) == bool(label.rated_as), name
        assert set(label.moods) <= set(MOODS), name
        assert all(0 < weight <= 1 for weight in label.moods.values()), name


@pytest.mark.parametrize("taxonomy", SIZES)
def test_every_label_has_a_name_in_both_languages(taxonomy: str) -> None:
    for name, label in labels(taxonomy).items():
        assert label.en.isascii() or "’" in label.en, name
        assert any("가" <= letter <= "힣" for letter in label.ko), name
    assert len({label.ko for label in labels(taxonomy).values()}) == SIZES[taxonomy]
    assert vocabularies()[taxonomy].origin


def test_labels_are_spelt_as_at_the_source() -> None:
    assert "Aggresive" in labels("lastfm")
    assert "Aggressive" not in labels("lastfm")
    assert labels("lastfm")["Aggresive"].en == "aggressive"


def test_only_labels_of_no_feeling_have_no_moods() -> None:
    empty = {(t, name) for t in SIZES for name, label in labels(t).items() if not label.moods}
    assert empty == {("goemotions", "neutral"), ("kote", "없음")}


def test_the_groups_of_mirex_keep_their_tags() -> None:
    assert "weltschmerz" in labels("mirex18")["G31"].words
    assert len(labels("mirex18")["G12"].words) == 24


def test_the_five_moods_gather_emotions_each_once() -> None:
    parts = [part for label in labels("moods5").values() for part in label.gathers["goemotions"]]
    assert len(parts) == len(set(parts)) == 15
    assert set(parts) <= set(labels("goemotions"))


def test_the_file_has_one_label_a_line_and_none_twice() -> None:
    text = (Path(__file__).parents[3] / "sdk/vts/moods/taxonomies.json").read_text("utf-8")
    assert sum(line.startswith('    "') for line in text.splitlines()) == sum(SIZES.values())
    pairs = json.loads(text, object_pairs_hook=lambda found: [name for name, _ in found])
    assert pairs == ["sources", "vocabularies"]


def test_labels_add_up_as_independent_chances() -> None:
    meaning = mood_vector("lastfm", {"Sad": 1.0, "Lonely": 0.5})
    assert meaning.moods[MOODS.index("sad")] == pytest.approx(1.0)
    calm = mood_vector("gems", {"calmness": 0.5, "tenderness": 0.5})
    assert calm.moods[MOODS.index("calm")] == pytest.approx(1 - 0.5 * 0.8)


def test_affect_is_the_mean_by_weight() -> None:
    meaning = mood_vector("gems", {"calmness": 0.3, "sadness": 0.6})
    assert meaning.valence == pytest.approx((0.3 * 0.5 - 0.6 * 0.65) / 0.9)


def test_nothing_means_nothing() -> None:
    meaning = mood_vector("kote", {})
    assert meaning.moods == (0.0,) * 13
    assert (meaning.valence, meaning.arousal) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("taxonomy", "weights", "named"),
    [
        ("moods", {}, "mirex18, moods5"),
        ("gems", {"joy": 1.0}, "joy"),
        ("gems", {"sadness": 1.2}, "sadness"),
        ("gems", {"sadness": float("nan")}, "sadness"),
    ],
)
def test_what_is_not_known_is_named(taxonomy: str, weights: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        mood_vector(taxonomy, weights)


@pytest.mark.parametrize(
    ("names", "path", "said"),
    [
        (["gems", "plutchik"], "taxonomies[1]", "must be one of: mirex, mirex18"),
        (["gems", "kote", "gems"], "taxonomies[2]", "is named twice"),
        (["clusters10"], "taxonomies[0]", "must be one of"),
        ([""], "taxonomies[0]", "must be one of"),
        (["gems"] * 9, "taxonomies", "8 names at most, not 9"),
    ],
)
def test_names_that_may_not_be_asked_are_told(names: list[str], path: str, said: str) -> None:
    with pytest.raises(TaxonomyError, match=said) as refused:
        checked(names)
    assert refused.value.path("taxonomies") == path


def test_all_names_may_be_asked_for_at_once() -> None:
    assert checked(list(TAXONOMIES)) == TAXONOMIES
