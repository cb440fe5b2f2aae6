"""Films: one open video file, whose frames can be had by packet."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from servicekit.wholeness import breaks_off
from services.captioner.domain import MediaTooLarge, UnreadableMedia
from services.captioner.refusals import PicturelessMedia
from services.captioner.videos.containers import FAILURES, EncryptedMedia, opened, pictures_in
from services.captioner.videos.limits import VideoLimits
from services.captioner.videos.packets import Packets, counted, mark_of

_FAR_BYTES = 4 * 1024 * 1024
_MOST_PACKETS_UNTIL_A_FRAME = 300
_MOST_BROKEN_PACKETS = 50
_FAST_RATE = 12.0
_CUT_SHORT = "is cut short before what it needs to be read"
_FROM_ZERO = ("matroska", "ogg")


class Film:
    """One open video; blocks while it reads and decodes."""

    def __init__(self, file: BinaryIO, demuxer: str, limits: VideoLimits) -> None:
        """Opens the file, checks what its header says, and counts its packets.

        Raises:
            UnreadableMedia: Corrupt, encrypted, without an index, or without pictures.
            MediaTooLarge: Longer, or with larger frames, than the limits allow.
        """
        self._limits = limits
        self.breaks_off = breaks_off(file, demuxer)
        try:
            self._container = opened(file, demuxer)
        except EncryptedMedia:
            raise
        except UnreadableMedia as error:
            if self.breaks_off:
                raise UnreadableMedia(_CUT_SHORT) from error
            raise
        try:
            self._stream = self._checked_stream()
            self.packets: Packets = counted(self._container, self._stream, limits)
        except BaseException:
            self._container.close()
            raise
        self._places = {mark: place for place, mark in enumerate(self.packets.marks)}
        self._next: Iterator[Packet[VideoStream]] = iter(())
        self._at = len(self.packets.marks)
        self.damaged = self.packets.broken

    @property
    def has_sound(self) -> bool:
        """Whether there is a sound track."""
        return bool(self._container.streams.audio)

    @property
    def promised_seconds(self) -> float:
        """How long the pictures last by the header; 0 where it says only how long the sound may."""
        stream, seconds = self._stream, 0.0
        if stream.duration and stream.time_base:
            seconds = float(stream.duration * stream.time_base)
        elif self.breaks_off or not self.has_sound:
            seconds = self._declared_seconds()
        # Matroska counts from 0, wherever the pictures begin.
        late = self.packets.zero if self._container.format.name in _FROM_ZERO else 0.0
        return max(0.0, seconds - max(0.0, late))

    @property
    def pixels(self) -> float:
        """Pixels of all its frames together."""
        context = self._stream.codec_context
        return float(len(self.packets.marks)) * context.width * context.height

    @property
    def aspect(self) -> float:
        """How many times as wide as high its pixels are."""
        return float(self._stream.sample_aspect_ratio or 1)

    def _declared_seconds(self) -> float:
        return max(0.0, (self._container.duration or 0) / av.time_base)

    def _checked_stream(self) -> VideoStream:
        pictures = [s for s in pictures_in(self._container) if s.codec_context is not None]
        if not pictures:
            raise PicturelessMedia(_CUT_SHORT if self.breaks_off else "holds no pictures")
        stream = pictures[0]
        self._check_size(stream.codec_context.width, stream.codec_context.height)
        # The declared length may lie; `counted` looks at the time of every packet as well.
        limit, declared = self._limits.max_seconds, self._declared_seconds()
        if declared > limit:
            raise MediaTooLarge(f"{limit:g} seconds", f"{declared:.1f} seconds")
        stream.thread_type = "NONE"
        stream.codec_context.thread_count = 1
        return stream

    def _check_size(self, width: int, height: int) -> None:
        limit = self._limits.max_frame_pixels
        if width * height > limit:
            raise MediaTooLarge(
                f"{limit:,} pixels per frame", f"{width * height:,} pixels per frame"
            )

    def seconds_of(self, frame: VideoFrame) -> float:
        """When a frame is shown, in seconds from the first."""
        stamp = frame.pts if frame.pts is not None else frame.dts
        base = float(self._stream.time_base or 0)
        return max(0.0, stamp * base - self.packets.zero) if stamp is not None else 0.0

    def onward(self) -> Iterator[VideoFrame]:
        """Decodes from the beginning to the end."""
        self._thin_out()
        self._go_to(0)
        broken = 0
        while (packet := self._take()) is not None and broken <= _MOST_BROKEN_PACKETS:
            try:
                yield from self._checked(self._stream.codec_context.decode(packet))
            except FAILURES:
                # A damaged stretch loses its frames, not the whole video.
                self.damaged = True
                broken += 1
        yield from self._rest()

    def hurry(self) -> None:
        """Spares the smoothing of block edges: for key frames looked at alone; before decoding."""
        self._stream.codec_context.options = {"skip_loop_filter": "all"}

    def key(self, place: int) -> VideoFrame | None:
        """The first frame that can be had from the key packet at `place`; None if it is damaged."""
        return next(self.run(place, place), None) or next(
            self.run(place, place + _MOST_PACKETS_UNTIL_A_FRAME), None
        )

    def run(self, first: int, last: int) -> Iterator[VideoFrame]:
        """Decodes from the key packet at `first` to the packet at `last`."""
        self._thin_out()
        context = self._stream.codec_context
        try:
            self._go_to(first)
            while self._at <= last and (packet := self._take()) is not None:
                yield from self._checked(context.decode(packet))
            yield from self._rest()
        except FAILURES:
            self.damaged = True
        finally:
            if context.is_open:
                context.flush_buffers()

    def _thin_out(self) -> None:
        """Leaves out frames that no other needs, where there are many."""
        many = self.packets.rate >= _FAST_RATE
        self._stream.codec_context.skip_frame = "NONREF" if many else "DEFAULT"

    def _rest(self) -> Iterator[VideoFrame]:
        try:
            yield from self._checked(self._stream.codec_context.decode(None))
        except FAILURES:
            self.damaged = True

    def _checked(self, frames: list[VideoFrame]) -> Iterator[VideoFrame]:
        for frame in frames:
            self._check_size(frame.width, frame.height)
            yield frame

    def _take(self) -> Packet[VideoStream] | None:
        """The next packet; None at the end, whether the file says so or breaks off."""
        try:
            packet = next(self._next, None)
        except FAILURES:
            packet, self.damaged = None, True
        self._at += 1
        return packet if packet is not None and packet.size else None

    def _go_to(self, place: int) -> None:
        """Makes the packet at `place` the next: by reading on if it is near, else by seeking."""
        if place < self._at or self.packets.sizes[self._at : place].sum() > _FAR_BYTES:
            _ = self._seek(place) or self._seek(0)
        while self._at < place and self._take() is not None:
            pass

    def _seek(self, place: int) -> bool:
        """Goes to the packet at `place` or somewhere before it; whether that was found."""
        stamp, _ = self.packets.marks[place]
        self._container.seek(stamp, stream=self._stream, backward=True)
        packets = self._container.demux(self._stream)
        first = next(packets, None)
        reached = self._places.get(mark_of(first)) if first is not None else None
        if first is None or reached is None or reached > place:
            return False
        self._next, self._at = chain([first], packets), reached
        return True

    def close(self) -> None:
        """Closes the file, which stays open for whoever opened it."""
        self._container.close()
