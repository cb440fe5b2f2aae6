"""The ways to read a mood, chosen by name; each is imported only if it is chosen."""

from typing import Literal, assert_never

from services.mood.domain import MoodReader

Backend = Literal["embedding"]
"""The names of the backends."""


def opened(backend: Backend, *, threads: int, cached_texts: int) -> MoodReader:
    """Makes the chosen backend, not yet loaded."""
    match backend:
        case "embedding":
            from services.mood.backends.embedding import EmbeddingReader

            return EmbeddingReader(threads=threads, cache_entries=cached_texts)
        case _:
            assert_never(backend)
