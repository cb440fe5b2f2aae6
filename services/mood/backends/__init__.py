"""The ways to read a mood, chosen by name; each is imported only if it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from services.mood.domain import MoodReader

if TYPE_CHECKING:
    from services.mood.settings import MoodSettings

Backend = Literal["embedding"]
"""The names of the backends."""


def opened(settings: MoodSettings) -> MoodReader:
    """Makes the chosen backend, not yet loaded."""
    match settings.backend:
        case "embedding":
            from services.mood.backends.embedding import EmbeddingReader

            return EmbeddingReader(threads=settings.threads, cache_entries=settings.cached_texts)
        case _:
            assert_never(settings.backend)
