"""Batches: the pieces of an import put together to songs, and the songs to groups."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

from gateway.drafts import Draft
from gateway.uploads import Allowance, Upload
from servicekit.errors import ServiceError, invalid
from vts.gateway.v1 import gateway_service_pb2 as pb

MAX_SONGS = 64
"""How many songs a batch may have: as many texts as the mood service takes at a time."""

MAX_SOUNDS = 8
"""How many of them may have sound, so that verdicts come steadily."""

_PATIENCE_SECONDS = 0.05


async def drafts(
    pieces: AsyncIterator[pb.ImportTracksRequest], max_bytes: int
) -> AsyncGenerator[Draft, None]:
    """The songs of an import, each as soon as all of it has arrived.

    A song without sound is whole at once; one with sound when the next begins or nothing follows.

    Raises:
        ServiceError: A chunk belongs to no song.
    """
    current: Draft | None = None
    allowance = Allowance(max_bytes)
    count = 0
    try:
        async for piece in pieces:
            if piece.HasField("chunk"):
                if current is None:
                    raise invalid("chunk", "belongs to no draft with sound_follows")
                await _add(current, piece.chunk.data, allowance)
                continue
            if current is not None:
                yield current
            draft = Draft(count, piece.draft)
            count += 1
            current = None
            if draft.message.sound_follows:
                current, allowance = draft, Allowance(max_bytes)
                draft.sound = Upload()
            else:
                yield draft
        if current is not None:
            yield current
            current = None
    finally:
        if current is not None:
            current.close()


async def batches(songs: AsyncGenerator[Draft, None]) -> AsyncGenerator[list[Draft], None]:
    """Songs in groups: a group ends when it is full, or when the next song keeps us waiting.

    No group holds the same song twice, so that the second is compared with the first.
    """
    batch: list[Draft] = []
    coming = asyncio.ensure_future(anext(songs, None))
    try:
        while True:
            await asyncio.wait({coming}, timeout=_PATIENCE_SECONDS if batch else None)
            if batch and (not coming.done() or not _fits(coming.result(), batch)):
                yield batch
                batch = []
                continue
            draft = coming.result()
            if draft is None:
                return
            batch.append(draft)
            coming = asyncio.ensure_future(anext(songs, None))
    finally:
        coming.cancel()
        await asyncio.wait({coming})
        if not coming.cancelled() and coming.exception() is None and (left := coming.result()):
            batch.append(left)
        for each in batch:
            each.close()
        await songs.aclose()


def _fits(draft: Draft | None, batch: list[Draft]) -> bool:
    if draft is None or len(batch) >= MAX_SONGS:
        return False
    sounds = sum(1 for each in batch if each.sound)
    return draft.id not in {each.id for each in batch} and not (
        draft.sound and sounds >= MAX_SOUNDS
    )


async def _add(draft: Draft, data: bytes, allowance: Allowance) -> None:
    """Keeps a piece of sound, unless the sound is already too long; then only its end matters."""
    if draft.problem or draft.sound is None:
        return
    try:
        allowance.take(len(data), "sound")
    except ServiceError as error:
        draft.problem = error.message
        return
    draft.hear(data)
    await draft.sound.write(data)
