"""Beam search, on networks small enough to be checked by hand."""

import numpy as np
import pytest

from services.captioner.backends.beams import Floats, Numbers, Plan, search

START, END, A, B, C = range(5)
NOTHING = -50.0


class Table:
    """A network that knows, for each word, how likely each next word is."""

    def __init__(self, following: dict[int, dict[int, float]], photos: int = 1) -> None:
        self._scores = np.full((5, 5), NOTHING, dtype=np.float32)
        for word, nexts in following.items():
            for after, share in nexts.items():
                self._scores[word, after] = np.log(share)
        self.lines: Numbers = np.zeros((photos, 1), dtype=np.int64)

    def __call__(self, numbers: Numbers, origin: Numbers) -> Floats:
        assert origin.shape == numbers.shape
        assert origin.max() < self.lines.shape[1]
        self.lines = numbers
        return self._scores[numbers].copy()


GREEDY_TRAP = {START: {A: 0.6, B: 0.4}, A: {END: 0.3, C: 0.3, B: 0.4}, B: {END: 1.0}, C: {END: 1.0}}


def test_a_first_word_less_likely_may_begin_the_likelier_sentence() -> None:
    found = search(Table(GREEDY_TRAP), 1, Plan(beams=3, forgiven=0.0), (START, END))[0]
    assert found[0].numbers == (B,)
    assert sum(found[0].log_probabilities) == pytest.approx(np.log(0.4))


def test_sentences_are_different_and_best_first() -> None:
    found = search(Table(GREEDY_TRAP), 1, Plan(beams=3, forgiven=0.7), (START, END))[0]
    worth = [sentence.worth(0.7) for sentence in found]
    assert worth == sorted(worth, reverse=True)
    assert len({sentence.numbers for sentence in found}) == len(found)


def test_length_is_forgiven_as_far_as_asked() -> None:
    following = {START: {A: 0.5, B: 0.5}, A: {END: 1.0}, B: {C: 0.95}, C: {END: 0.95}}
    short, long = (
        search(Table(following), 1, Plan(beams=2, forgiven=power), (START, END))[0][0].numbers
        for power in (0.0, 1.0)
    )
    assert (short, long) == ((A,), (B, C))


def test_no_word_follows_itself() -> None:
    following = {START: {A: 1.0}, A: {A: 0.9, END: 0.1}}
    found = search(Table(following), 1, Plan(beams=1, longest=6), (START, END))[0]
    assert found[0].numbers == (A,)


def test_what_may_be_said_once_is_not_said_again() -> None:
    following = {START: {A: 1.0}, A: {B: 0.9, END: 0.1}, B: {A: 0.9, C: 0.1}, C: {END: 1.0}}
    plan, marks = Plan(beams=1, longest=6), (START, END)
    again = search(Table(following), 1, plan, marks)[0][0].numbers
    assert again[:3] == (A, B, A)
    found = search(Table(following), 1, plan, marks, once=frozenset({A}))[0]
    assert found[0].numbers == (A, B, C)


def test_a_sentence_that_never_ends_is_cut() -> None:
    following = {START: {A: 1.0}, A: {B: 1.0}, B: {A: 1.0}}
    found = search(Table(following), 1, Plan(beams=1, longest=6), (START, END))[0]
    assert len(found) == 1
    assert len(found[0].numbers) == 6


def test_sentences_begin_with_the_prefix() -> None:
    found = search(Table(GREEDY_TRAP), 1, Plan(beams=2), (START, END), prefix=(C, A))[0]
    assert all(sentence.numbers[:2] == (C, A) for sentence in found)


def test_every_photo_gets_its_own_sentences() -> None:
    tables = [Table({START: {word: 1.0}, word: {END: 1.0}}) for word in (A, B)]

    def step(numbers: Numbers, origin: Numbers) -> Floats:
        rows = [table(numbers[i : i + 1], origin[i : i + 1]) for i, table in enumerate(tables)]
        return np.concatenate(rows)

    found = search(step, 2, Plan(beams=1), (START, END))
    assert [sentences[0].numbers for sentences in found] == [(A,), (B,)]
