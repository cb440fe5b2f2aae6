"""The mood of texts in English and Korean."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self, overload

from services.mood.domain import Reading, Text, TextLimits, checked_texts
from vts.moods import MOODS
from vts_local.results import TextReading, Word

LIMITS = TextLimits()
"""How many texts are read together, and how long one may be; a list may have any length."""
CACHED_TEXTS = 1024


class MoodReader:
    """Reads the mood of texts as the mood service does; may be shared by threads.

    Making one loads its models, a few seconds and about 350 MB. Also a context manager, which
    lets go of them at its end.
    """

    def __init__(self, *, threads: int = 1) -> None:
        """Loads the models.

        Args:
            threads: How many cores one reading may use, 1 or more.

        Raises:
            ValueError: There are to be fewer threads than one.
            RuntimeError: The weights of MiniLM are not installed, or are not the official ones.
        """
        if threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        # Only now, so that importing the package is quick and needs no models.
        from services.mood.backends.embedding import EmbeddingReader

        self._turn = threading.Lock()
        self._reader = EmbeddingReader(threads=threads, cache_entries=CACHED_TEXTS)
        self._reader.load()

    @overload
    def read(  # type: ignore[overload-overlap]  # a str is a sequence of strs
        self, texts: str, *, language: str = ""
    ) -> TextReading: ...

    @overload
    def read(self, texts: Sequence[str], *, language: str = "") -> list[TextReading]: ...

    def read(
        self, texts: str | Sequence[str], *, language: str = ""
    ) -> TextReading | list[TextReading]:
        """Reads one text, or a list of them in its order.

        Args:
            texts: A text of 1 to 2,000 characters, or any number of such texts.
            language: `en` or `ko`; it is detected where it is not given.

        Raises:
            ValueError: A text is empty or too long, or there is no such language.
        """
        if isinstance(texts, str):
            return self._read(checked_texts([texts], language, LIMITS))[0]
        if not texts:
            return []
        checked = checked_texts(texts, language, replace(LIMITS, texts=len(texts)))
        parts = range(0, len(checked), LIMITS.texts)
        return [
            reading
            for start in parts
            for reading in self._read(checked[start : start + LIMITS.texts])
        ]

    def close(self) -> None:
        """Forgets what was read; the models go with the object."""
        with self._turn:
            self._reader.close()

    def __enter__(self) -> Self:
        """Gives the reader itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the reader."""
        self.close()

    def _read(self, texts: Sequence[Text]) -> list[TextReading]:
        with self._turn:
            return [_plain(reading) for reading in self._reader.read(texts)]


def _plain(reading: Reading) -> TextReading:
    return TextReading(
        moods=dict(zip(MOODS, reading.moods, strict=True)),
        valence=reading.affect.valence,
        arousal=reading.affect.arousal,
        dominance=reading.affect.dominance,
        confidence=reading.affect.confidence,
        keywords=tuple(Word(each.text, each.weight) for each in reading.keywords),
        labels={name: dict(scores) for name, scores in reading.labels.items()},
        language=reading.language,
        notes=tuple(note.value for note in reading.notes),
        comparative=reading.comparative,
        reasons={"en": reading.reason.en, "ko": reading.reason.ko} if reading.reason else {},
        embedding=reading.embedding,
    )
