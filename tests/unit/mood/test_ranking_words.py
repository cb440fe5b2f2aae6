"""Words are ranked by what stands near them and by how often they are said."""

import numpy as np
import pytest

from services.mood.textrank import Key, Line, central, ranked


def line(text: str) -> Line:
    return [(place, (word, "en")) for place, word in enumerate(text.split())]


def test_shares_sum_to_one() -> None:
    ranks = ranked([line("dog ball grass"), line("dog beach")], [1.0, 2.0])
    assert sum(ranks.values()) == pytest.approx(1.0)


def test_what_is_said_again_and_near_others_ranks_first() -> None:
    ranks = ranked([line("brown dog"), line("dog grass"), line("ball dog")], [1.0] * 3)
    assert max(ranks, key=lambda word: ranks[word]) == ("dog", "en")


def test_a_heavier_sentence_lifts_its_words() -> None:
    lines = [line("red kite"), line("blue boat")]
    ranks = ranked(lines, [1.0, 3.0])
    assert ranks["boat", "en"] == pytest.approx(3 * ranks["kite", "en"])


def test_a_word_between_others_ranks_above_a_word_alone() -> None:
    near: Line = [(0, ("hub", "en")), (1, ("a", "en")), (2, ("hub", "en")), (3, ("b", "en"))]
    alone: Line = [(0, ("apart", "en")), (50, ("apart", "en"))]
    ranks = ranked([near, alone], [1.0, 1.0])
    assert ranks["hub", "en"] > ranks["apart", "en"]


def test_words_far_apart_are_not_near() -> None:
    far: Line = [(0, ("left", "en")), (40, ("right", "en"))]
    close: Line = [(0, ("left", "en")), (1, ("right", "en")), (2, ("right", "en"))]
    assert ranked([far], [1.0]) == pytest.approx({("left", "en"): 0.5, ("right", "en"): 0.5})
    assert ranked([close], [1.0])["left", "en"] != pytest.approx(1 / 3)


def test_nothing_said_ranks_nothing() -> None:
    assert ranked([[], []], [1.0, 1.0]) == {}


def test_words_come_in_the_order_they_were_said() -> None:
    said: list[Key] = [("zebra", "en"), ("apple", "en"), ("mango", "en")]
    assert list(ranked([list(enumerate(said))], [1.0])) == said


def test_the_sentence_in_the_middle_is_the_most_central() -> None:
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]])
    ranks = central(vectors, np.ones(3))
    assert ranks.sum() == pytest.approx(1.0)
    assert int(np.argmax(ranks)) == 2


def test_sentences_that_mean_nothing_alike_rank_by_weight() -> None:
    assert central(np.eye(2), np.array([1.0, 3.0])) == pytest.approx([0.25, 0.75])


def test_a_sentence_alone_has_all_of_the_rank() -> None:
    assert central(np.ones((1, 1)), np.ones(1)) == pytest.approx([1.0])
