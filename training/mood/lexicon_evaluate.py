"""Measures valence against KNU SentiWord, a Korean polarity lexicon."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood.backends.embedding import EmbeddingReader
from services.mood.domain import Text
from training.mood import corpora
from training.mood.figures import Figure, shuffled

KNU_EVERY = 5
"""One KNU word in five is read, to save time."""


def knu_figures(reader: EmbeddingReader, data: Path) -> Iterator[Figure]:
    """The sign of valence of Korean words, and how many of them are answered at all."""
    words = [(word, polarity) for word, polarity in corpora.knu(data)[::KNU_EVERY] if polarity]
    read = reader.read([Text(word) for word, _ in words])
    valence = [each.affect.valence for each in read]
    yield sign_figure("knu_valence_sign", valence, [sign for _, sign in words])
    share = float(np.mean(np.asarray(valence) != 0))
    yield Figure("knu_answered_share", share, 0.0, 0.0, "no answer")


def sign_figure(name: str, given: npt.ArrayLike, truth: npt.ArrayLike) -> Figure:
    """The share of right signs among the texts that got an answer at all."""
    answered = np.flatnonzero(np.asarray(given))
    given = np.asarray(given)[answered]
    signs = np.sign(np.asarray(truth, dtype=float))[answered]
    model = float(np.mean(np.sign(given) == signs))
    majority = float(max(np.mean(signs > 0), np.mean(signs < 0)))
    floor = float(np.mean(np.sign(shuffled(given)) == signs))
    return Figure(name, model, majority, floor, "the commoner sign")
