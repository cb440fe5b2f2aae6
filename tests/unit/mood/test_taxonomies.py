"""Other vocabularies on the 13 moods."""

import pytest

from vts.moods import MOODS
from vts.moods.taxonomies import labels, mood_vector, taxonomies

SIZES = {"gems": 9, "goemotions": 28, "lastfm": 45, "jamendo": 56, "kote": 44, "mirex": 5}


def test_every_vocabulary_is_whole() -> None:
    assert {name: len(found) for name, found in taxonomies().items()} == SIZES


@pytest.mark.parametrize("taxonomy", SIZES)
def test_every_label_lies_on_the_plane_and_says_where_that_comes_from(taxonomy: str) -> None:
    for name, label in labels(taxonomy).items():
        assert -1 <= label.valence <= 1, name
        assert -1 <= label.arousal <= 1, name
        assert label.source, name
        assert set(label.moods) <= set(MOODS), name
        assert all(0 < weight <= 1 for weight in label.moods.values()), name


def test_measured_places_say_so() -> None:
    assert "measured" in labels("jamendo")["happy"].source
    assert labels("jamendo")["happy"].valence == pytest.approx((8.47 - 5) / 4, abs=1e-3)


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
        ("moods", {}, "moods"),
        ("gems", {"joy": 1.0}, "joy"),
        ("gems", {"sadness": 1.2}, "sadness"),
        ("gems", {"sadness": float("nan")}, "sadness"),
    ],
)
def test_what_is_not_known_is_named(taxonomy: str, weights: dict[str, float], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        mood_vector(taxonomy, weights)
