"""A reader for tests: it keeps the port's promises without any model."""

import hashlib
from collections.abc import Sequence

import numpy as np

from services.mood.domain import Affect, Keyword, Language, Model, Reading, Text, Vectors, Word
from vts.moods import MOOD_DIMENSIONS, TEXT_DIMENSIONS


class FakeReader:
    """Reads by content alone: the same text always gives the same, arbitrary, reading."""

    def __init__(self) -> None:
        self.loaded = False
        self.closed = False

    @property
    def model(self) -> Model:
        """A name of its own, so that no answer is taken for a real one."""
        return Model("fake", "0")

    def load(self) -> None:
        """Notes that it was called."""
        self.loaded = True

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Readings made of the texts' digests."""
        return [self._reading(text) for text in texts]

    def embed(self, texts: Sequence[Text]) -> Vectors:
        """Vectors made of the texts' digests."""
        return np.stack([_vector(text.content) for text in texts])

    def words(self, texts: Sequence[Text]) -> list[tuple[Word, ...]]:
        """What stands between spaces; longer words are names."""
        return [
            tuple(Word(word.lower(), "en", len(word) > 3) for word in text.content.split())
            for text in texts
        ]

    def close(self) -> None:
        """Notes that it was called."""
        self.closed = True

    def _reading(self, text: Text) -> Reading:
        language: Language = (
            "ko" if any("가" <= letter <= "힣" for letter in text.content) else "en"
        )
        vector = _vector(text.content)
        moods = tuple(float(score) for score in np.abs(vector[:MOOD_DIMENSIONS]))
        words = (Keyword(text.content.split()[0], 1.0, language),)
        affect = Affect(float(vector[0]), float(vector[1]), 0.5)
        return Reading(language, moods, affect, words, vector, understood_as=text.content)


def _vector(text: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(TEXT_DIMENSIONS).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector))
