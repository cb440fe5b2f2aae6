"""Scores of different kinds made one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.recommender.fusion import Term, explained, fused

SONGS = 4

units = st.floats(0, 1, width=32)
rows = st.lists(units, min_size=SONGS, max_size=SONGS).map(lambda row: np.array(row, np.float32))
terms_of_songs = st.lists(
    st.builds(Term, st.sampled_from(["text", "mood", "tags"]), st.just("photo"), rows, rows),
    max_size=5,
)


@given(terms_of_songs)
def test_fused_scores_lie_between_the_worst_and_the_best_term(terms: list[Term]) -> None:
    scores = fused(terms, SONGS)
    for song in range(SONGS):
        counted = [term.scores[song] for term in terms if term.weights[song] > 0]
        if counted:
            assert min(counted) - 1e-5 <= scores[song] <= max(counted) + 1e-5
            assert 0 <= scores[song] <= 1
        else:
            assert np.isnan(scores[song])


@given(terms_of_songs, rows)
def test_a_term_that_weighs_nothing_changes_nothing(terms: list[Term], scores: np.ndarray) -> None:
    silent = Term("audio", "clip", scores, np.zeros(SONGS, np.float32))
    with_silent, without = fused([*terms, silent], SONGS), fused(terms, SONGS)
    np.testing.assert_array_equal(with_silent, without)


@given(terms_of_songs, st.randoms(use_true_random=False))
def test_the_order_of_terms_does_not_matter(terms: list[Term], random: object) -> None:
    shuffled = list(terms)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    np.testing.assert_allclose(fused(shuffled, SONGS), fused(terms, SONGS), atol=1e-6)


@given(terms_of_songs, st.floats(0.1, 10))
def test_only_the_proportions_of_weights_matter(terms: list[Term], factor: float) -> None:
    scaled = [Term(t.component, t.evidence, t.scores, t.weights * factor) for t in terms]
    np.testing.assert_allclose(fused(scaled, SONGS), fused(terms, SONGS), atol=1e-4)


@given(terms_of_songs)
def test_the_shares_of_a_song_sum_to_one_weightiest_first(terms: list[Term]) -> None:
    for song in range(SONGS):
        shares = [part.share for part in explained(terms, song)]
        assert shares == sorted(shares, reverse=True)
        assert not any(shares) or sum(shares) == pytest.approx(1, abs=1e-4)


def test_what_is_not_known_about_a_song_does_not_lower_its_score() -> None:
    text = Term("text", "photo", np.array([0.8, 0.8], np.float32), np.ones(2, np.float32))
    sound = Term("audio", "photo", np.array([0.8, 0.0], np.float32), np.array([1, 0], np.float32))
    first, second = fused([text, sound], 2)
    assert first == pytest.approx(second)
