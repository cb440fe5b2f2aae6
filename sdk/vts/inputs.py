"""What to find music for: photos, videos, sound, words, situations, songs, in any mix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
    """A photo, a video or sound: the path of a file, or its bytes; the content tells which.

    `weight` is from 0 to 1, and 1 where it is left out.
    """

    source: Path | str | bytes
    weight: float | None = None

    def chunks(self) -> Iterator[bytes]:
        """The content in order, in pieces of at most `CHUNK_BYTES`.

        Raises:
            OSError: The file can't be read.
        """
        if isinstance(self.source, bytes):
            for start in range(0, len(self.source), CHUNK_BYTES):
                yield self.source[start : start + CHUNK_BYTES]
            return
        with Path(self.source).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


def text(words: str, *, weight: float | None = None) -> pb.Input:
    """Words in English or Korean, 1 to 2,000 characters; `weight` from 0 to 1."""
    return pb.Input(text=words, weight=weight)


def situation(
    *,
    time: str | None = None,
    weekday: int | None = None,
    month: int | None = None,
    weather: str | None = None,
    temperature_celsius: float | None = None,
    activity: str | None = None,
    speed_kmh: float | None = None,
    place: str | None = None,
    weight: float | None = None,
) -> pb.Input:
    """What is going on; see `vts.mood.v1.Situation` for ranges and known words."""
    return pb.Input(
        situation=mood_pb.Situation(
            local_time=time,
            weekday=weekday,
            month=month,
            weather=weather,
            temperature_celsius=temperature_celsius,
            activity=activity,
            speed_kmh=speed_kmh,
            place=place,
        ),
        weight=weight,
    )


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
        yield pb.RecommendStreamRequest(input=pb.Input(media=b"", weight=each.weight))
        for chunk in each.chunks():
            yield pb.RecommendStreamRequest(chunk=media_pb2.MediaChunk(data=chunk))


@dataclass(frozen=True, slots=True)
class Draft:
    """A song to import, with the file of its sound if there is one."""

    track: pb.TrackDraft
    sound: Path | None = None


def draft_pieces(drafts: Iterable[Draft]) -> Iterator[pb.ImportTracksRequest]:
    """The messages of one `ImportTracks` call."""
    for draft in drafts:
        yield pb.ImportTracksRequest(draft=draft.track)
        if draft.sound is not None:
            for chunk in Media(draft.sound).chunks():
                yield pb.ImportTracksRequest(chunk=media_pb2.MediaChunk(data=chunk))
