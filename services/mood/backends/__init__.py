"""The ways to read a mood, chosen by name; each is imported only if it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from services.mood.domain import MoodReader

if TYPE_CHECKING:
    from services.mood.settings import MoodSettings

Backend = Literal["embedding", "bert", "llm"]
"""The names of the backends."""

MINILM = "minilm"
"""The encoder that needs no folder."""


def opened(settings: MoodSettings) -> MoodReader:
    """Makes the chosen backend, not yet loaded.

    Raises:
        UnusableCheckpointError: The weights that the settings name are not here, or not usable.
        ValueError: The device that the settings name is not to be had, or a key file has no key.
        OSError: A file that the settings name cannot be read.
    """
    match settings.backend:
        case "embedding":
            return _embedding(settings)
        case "bert":
            from servicekit import checkpoints
            from services.mood.backends.bert.reader import MODEL_SETTING, BertReader

            return BertReader(
                _embedding(settings),
                checkpoints.found(settings.model, MODEL_SETTING, settings.models_dir),
                device=settings.device,
                threads=settings.threads,
            )
        case "llm":
            from services.mood.backends.llm.opening import opened_llm

            return opened_llm(_embedding(settings), settings)
        case _:
            assert_never(settings.backend)


def _embedding(settings: MoodSettings) -> MoodReader:
    """The reader that the others are composed of."""
    from services.mood.backends.embedding import EmbeddingReader

    reader = EmbeddingReader(threads=settings.threads, cache_entries=settings.cached_texts)
    if settings.encoder == MINILM:
        return reader
    from servicekit import checkpoints
    from services.mood.backends.multilingual import (
        ENCODER_SETTING,
        MultilingualReader,
        SentenceEncoder,
    )

    checkpoint = checkpoints.found(settings.encoder, ENCODER_SETTING, settings.models_dir)
    return MultilingualReader(
        reader,
        SentenceEncoder(checkpoint, settings.encoder_prefix),
        threads=settings.threads,
        cache_entries=settings.cached_texts,
    )
