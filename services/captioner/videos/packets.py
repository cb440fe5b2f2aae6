"""Packets: when every picture of a video is shown and how many bytes it takes, undecoded."""

from __future__ import annotations

from dataclasses import dataclass

import av
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.stream import VideoStream
from numpy.typing import NDArray

from services.captioner.domain import MediaTooLarge, UnreadableMedia
from services.captioner.videos.limits import VideoLimits

MOST_PACKETS = 500_000
"""Most packets of a video that is read; a quarter of an hour has 54,000 at 60 a second."""

_FALLBACK_RATE = 30.0


@dataclass(frozen=True, slots=True)
class Packets:
    """What the packets of a video tell, in the order in which they are decoded.

    `times` are seconds from the first picture shown; `sizes` bytes; `keys` marks pictures that can
    be decoded alone; `marks` (time stamp, size) tell a packet when it is met again.
    """

    times: NDArray[np.float64]
    sizes: NDArray[np.int64]
    keys: NDArray[np.bool_]
    marks: tuple[tuple[int, int], ...]
    zero: float
    seconds: float
    broken: bool

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return len(self.times) / self.seconds if self.seconds > 0 else _FALLBACK_RATE

    def key_order(self) -> NDArray[np.intp]:
        """The places of key pictures; the first packet counts as one, whatever it says."""
        marked = self.keys.copy()
        marked[0] = True
        return np.flatnonzero(marked)


def counted(container: InputContainer, stream: VideoStream, limits: VideoLimits) -> Packets:
    """Reads all packets of a stream, and keeps what they tell.

    Raises:
        UnreadableMedia: There are none.
        MediaTooLarge: They go on longer than allowed, whatever the header said.
    """
    gathering = _Gathering(stream, limits)
    broken = False
    try:
        for packet in container.demux(stream):
            gathering.add(packet)
    except (av.FFmpegError, OSError):
        broken = True  # What came until then is there.
    return gathering.done(broken)


def mark_of(packet: Packet[VideoStream]) -> tuple[int, int]:
    """What tells a packet from others of its stream."""
    stamp = packet.dts if packet.dts is not None else packet.pts
    return (stamp if stamp is not None else -1, packet.size)


class _Gathering:
    def __init__(self, stream: VideoStream, limits: VideoLimits) -> None:
        self._limits = limits
        self._base = float(stream.time_base or 0)
        self._interval = 1.0 / float(stream.average_rate or _FALLBACK_RATE)
        self._rows: list[tuple[float, int, bool]] = []
        self._marks: list[tuple[int, int]] = []
        self._zero = float("inf")
        self._end = float("-inf")
        self._damaged = False

    def add(self, packet: Packet[VideoStream]) -> None:
        if not packet.size:
            return
        stamp = packet.pts if packet.pts is not None else packet.dts
        last = self._rows[-1][0] if self._rows else -self._interval
        time = stamp * self._base if stamp is not None else last + self._interval
        self._rows.append((time, packet.size, packet.is_keyframe))
        self._marks.append(mark_of(packet))
        self._damaged |= packet.is_corrupt
        if not packet.is_discard:  # An edit list may leave out what is only there to be decoded.
            self._zero = min(self._zero, time)
            lasting = packet.duration * self._base if packet.duration else self._interval
            self._end = max(self._end, time + lasting)
        self._check()

    def _check(self) -> None:
        limit = self._limits.max_seconds
        if self._end - self._zero > limit:
            raise MediaTooLarge(f"{limit:g} seconds", f"more than {limit:g} seconds")
        if len(self._rows) > MOST_PACKETS:
            raise MediaTooLarge(f"{MOST_PACKETS:,} pictures")

    def done(self, broken: bool) -> Packets:
        if not self._rows or self._end < self._zero:
            raise UnreadableMedia("holds no picture that can be decoded")
        times, sizes, keys = zip(*self._rows, strict=True)
        return Packets(
            times=np.array(times) - self._zero,
            sizes=np.array(sizes, dtype=np.int64),
            keys=np.array(keys, dtype=np.bool_),
            marks=tuple(self._marks),
            zero=self._zero,
            seconds=self._end - self._zero,
            broken=broken or self._damaged,
        )
