"""What to find music for: photos, videos, sound, words, situations, songs, in any mix."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.media.v1 import media_pb2
from vts.mood.v1 import mood_service_pb2 as mood_pb

T = TypeVar("T")

CHUNK_BYTES = 256 * 1024
"""How much of a file travels in one message; measured to be fast, and far below gRPC's limit."""


@dataclass(frozen=True, slots=True)
class Media:
    """A photo, a video or sound; the content tells which.

    `source` is the path of a file, its bytes, or pieces of bytes that are sent while they come,
    such as sound that is being recorded: an iterator, or, with `vts.AsyncClient`, also an
    asynchronous one. An iterator can be sent once. `weight` is from 0 to 1; left out, it is 1.
    """

    source: Path | str | bytes | Iterable[bytes] | AsyncIterable[bytes]
    weight: float | None = None

    def chunks(self) -> Iterator[bytes]:
        """The content in order, in pieces of at most `CHUNK_BYTES`.

        Raises:
            OSError: The file can't be read.
            TypeError: The source is asynchronous, and this is not.
        """
        if isinstance(self.source, (str, os.PathLike)):
            with Path(self.source).open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk
            return
        if isinstance(self.source, AsyncIterable):
            raise TypeError("an asynchronous source needs vts.AsyncClient")
        for piece in [self.source] if isinstance(self.source, bytes) else self.source:
            yield from _split(piece)

    async def chunks_as_they_come(self) -> AsyncIterator[bytes]:
        """The same for one event loop, which is never kept waiting."""
        if isinstance(self.source, AsyncIterable):
            async for piece in self.source:
                for chunk in _split(piece):
                    yield chunk
            return
        if isinstance(self.source, bytes):
            for chunk in _split(self.source):
                yield chunk
            return
        waiting = self.chunks()
        while chunk := await asyncio.to_thread(next, waiting, b""):
            yield chunk


def _split(piece: bytes) -> Iterator[bytes]:
    for start in range(0, len(piece), CHUNK_BYTES):
        yield piece[start : start + CHUNK_BYTES]


def text(words: str, *, weight: float | None = None) -> pb.Input:
    """Words in English or Korean, 1 to 2,000 characters; `weight` from 0 to 1."""
    return pb.Input(text=words, weight=weight)


def situation(
    *,
    time: str | None = None,
    weekday: int | None = None,
    month: int | None = None,
    season: str | None = None,
    weather: str | None = None,
    temperature_celsius: float | None = None,
    activity: str | None = None,
    speed_kmh: float | None = None,
    place: str | None = None,
    traffic: str | None = None,
    company: str | None = None,
    cabin: mood_pb.Cabin | None = None,
    weight: float | None = None,
) -> pb.Input:
    """What is going on; see `vts.mood.v1.Situation` for ranges and known words."""
    return pb.Input(
        situation=mood_pb.Situation(
            local_time=time,
            weekday=weekday,
            month=month,
            season=season,
            weather=weather,
            temperature_celsius=temperature_celsius,
            activity=activity,
            speed_kmh=speed_kmh,
            place=place,
            traffic=traffic,
            company=company,
            cabin=cabin,
        ),
        weight=weight,
    )


def cabin(
    *,
    people: int | None = None,
    child: bool | None = None,
    sleeper: bool | None = None,
    noise_db: float | None = None,
    open: bool | None = None,
    driving_minutes: float | None = None,
) -> mood_pb.Cabin | None:
    """The inside of a car, for `situation`; None where nothing of it is known."""
    found = mood_pb.Cabin(
        people=people,
        child=child,
        sleeper=sleeper,
        noise_db=noise_db,
        open=open,
        driving_minutes=driving_minutes,
    )
    return found if found.ListFields() else None


def group(group_id: str, *, weight: float | None = None) -> pb.Input:
    """A group of songs that sound alike; only its songs appear."""
    return pb.Input(group_id=group_id, weight=weight)


def track(track_id: str, *, weight: float | None = None) -> pb.Input:
    """A song of the catalogue to be like."""
    return pb.Input(track_id=track_id, weight=weight)


class Sent(Iterator[T]):
    """Messages on their way, and why there were no more; gRPC itself would forget that."""

    def __init__(self, messages: Iterator[T]) -> None:
        self._messages = messages
        self.failure: Exception | None = None

    def __next__(self) -> T:
        """The next message."""
        try:
            return next(self._messages)
        except StopIteration:
            raise
        except Exception as error:
            self.failure = error
            raise


class SentAsync(AsyncIterator[T]):
    """The same for asyncio."""

    def __init__(self, messages: AsyncIterator[T]) -> None:
        self._messages = messages
        self.failure: Exception | None = None

    async def __anext__(self) -> T:
        """The next message."""
        try:
            return await anext(self._messages)
        except StopAsyncIteration:
            raise
        except Exception as error:
            self.failure = error
            raise


def pieces(
    inputs: Sequence[Media | pb.Input], options: pb.Options | None
) -> Iterator[pb.RecommendStreamRequest]:
    """The messages of one `RecommendStream` call."""
    if options is not None:
        yield pb.RecommendStreamRequest(options=options)
    for each in inputs:
        if isinstance(each, pb.Input):
            yield pb.RecommendStreamRequest(input=each)
            continue
        yield _header(each)
        for chunk in each.chunks():
            yield pb.RecommendStreamRequest(chunk=media_pb2.MediaChunk(data=chunk))


async def pieces_as_they_come(
    inputs: Sequence[Media | pb.Input], options: pb.Options | None
) -> AsyncIterator[pb.RecommendStreamRequest]:
    """The same for asyncio."""
    if options is not None:
        yield pb.RecommendStreamRequest(options=options)
    for each in inputs:
        if isinstance(each, pb.Input):
            yield pb.RecommendStreamRequest(input=each)
            continue
        yield _header(each)
        async for chunk in each.chunks_as_they_come():
            yield pb.RecommendStreamRequest(chunk=media_pb2.MediaChunk(data=chunk))


def _header(media: Media) -> pb.RecommendStreamRequest:
    return pb.RecommendStreamRequest(input=pb.Input(media=b"", weight=media.weight))


@dataclass(frozen=True, slots=True)
class Draft:
    """A song to import, with the file of its sound, or the sound itself, if there is one."""

    track: pb.TrackDraft
    sound: Path | Media | None = None

    @property
    def media(self) -> Media | None:
        """The sound."""
        return Media(self.sound) if isinstance(self.sound, Path) else self.sound


def draft_pieces(drafts: Iterable[Draft]) -> Iterator[pb.ImportTracksRequest]:
    """The messages of one `ImportTracks` call."""
    for draft in drafts:
        yield pb.ImportTracksRequest(draft=draft.track)
        for chunk in draft.media.chunks() if draft.media else ():
            yield pb.ImportTracksRequest(chunk=media_pb2.MediaChunk(data=chunk))


async def draft_pieces_as_they_come(
    drafts: Iterable[Draft] | AsyncIterable[Draft],
) -> AsyncIterator[pb.ImportTracksRequest]:
    """The same for asyncio; drafts that are asked for themselves may come asynchronously."""
    async for draft in _coming(drafts):
        yield pb.ImportTracksRequest(draft=draft.track)
        if draft.media is None:
            continue
        async for chunk in draft.media.chunks_as_they_come():
            yield pb.ImportTracksRequest(chunk=media_pb2.MediaChunk(data=chunk))


async def _coming(items: Iterable[T] | AsyncIterable[T]) -> AsyncIterator[T]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
