"""Where songs and feedback are kept; one file per engine."""

from pathlib import Path
from typing import Literal, assert_never

from services.recommender.ports import FeedbackLog, GroupBuilder, TrackStore
from services.recommender.tracks import Dimensions

Backend = Literal["edge"]
"""The engines a setting may name."""


def open_store(
    backend: Backend,
    directory: Path,
    *,
    dimensions: Dimensions,
    threads: int,
    min_free_bytes: int,
) -> TrackStore:
    """Opens the store of songs; raises `StoreError` if it cannot be."""
    match backend:
        case "edge":
            from services.recommender.backends.edge import EdgeStore

            return EdgeStore(
                directory,
                dimensions=dimensions,
                threads=threads,
                min_free_bytes=min_free_bytes,
            )
    assert_never(backend)


def open_groups(
    directory: Path, *, audio_dimensions: int, memory_bytes: int, seconds: int, threads: int
) -> GroupBuilder:
    """Opens the folder of groups beside the songs."""
    from services.recommender.backends.groups.process import GroupFolder, Limits

    limits = Limits(memory_bytes, seconds, threads)
    return GroupFolder(directory, limits, audio_dimensions=audio_dimensions)


def open_feedback(directory: Path, *, per_user: int, in_all: int) -> FeedbackLog:
    """Opens the log of feedback; raises `StoreError` if it cannot be."""
    from services.recommender.backends.sqlite import SqliteFeedback

    return SqliteFeedback(directory, per_user=per_user, in_all=in_all)
