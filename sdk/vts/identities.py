"""The ids of songs: made from where a song comes from, so that an import can be run twice."""

import uuid
from functools import lru_cache

TRACK_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "tracks.vts")
"""The namespace of song ids."""


@lru_cache(maxsize=16384)
def track_id(source: str, source_id: str) -> uuid.UUID:
    """The id of a song: UUIDv5 of its source and its id there, the same whenever it is imported."""
    return uuid.uuid5(TRACK_NAMESPACE, f"{source}/{source_id}")
