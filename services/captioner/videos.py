"""Reads videos: samples frames within limits and divides them into scenes that look alike.

PyAV opens only a plain file, with the demuxer that the file's first bytes ask for and no protocol
but `file`: playlists and references to other files are never followed.
"""

import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from services.captioner.domain import MediaTooLarge, Pixels, Progress, UnreadableMedia
from services.captioner.light import histogram, is_black, sharpness
from services.captioner.pictures import WORKING_SIDE

DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "webm": "matroska",
    "matroska": "matroska",
    "avi": "avi",
    "ogv": "ogg",
}
"""FFmpeg's demuxer for each format that is read, by the names of `servicekit.media`."""

_OPTIONS = {"protocol_whitelist": "file", "enable_drefs": "0", "use_absolute_path": "0"}
_SAMPLE_SECONDS = 0.5
_LEAST_SHARE = 0.9
"""The share of the promised pictures that a whole file has; headers round."""
_WHOLE_PIXELS = 60 * 30 * 1280 * 720
_LEAST_SCENE_SECONDS = 1.0
_CUT = 0.5
_MAX_BROKEN_FRAMES = 50


@dataclass(frozen=True, slots=True)
class VideoLimits:
    """What is refused: longer videos, larger frames; and into how many scenes a video may fall."""

    max_seconds: float
    max_frame_pixels: int
    max_scenes: int


@dataclass(frozen=True, slots=True)
class Shot:
    """A stretch that looks alike: `start` and `end` in seconds, and its clearest frame."""

    start: float
    end: float
    picture: Pixels


@dataclass(slots=True)
class _Growing:
    start: float
    colors: NDArray[np.float64]
    picture: Pixels
    clearness: float = -1.0

    def add(self, picture: Pixels) -> None:
        """Keeps the clearest frame that is not black."""
        if is_black(picture):
            return
        clearness = sharpness(picture)
        if clearness > self.clearness:
            self.picture, self.clearness = picture, clearness

    def closed(self, end: float) -> Shot:
        return Shot(self.start, end, self.picture)


class VideoReader:
    """One open video file; blocks while it decodes, so it belongs on a worker thread."""

    def __init__(self, path: Path, demuxer: str, limits: VideoLimits) -> None:
        """Opens the file and checks what its header says.

        Raises:
            UnreadableMedia: Corrupt, truncated, or without pictures.
            MediaTooLarge: Longer, or with larger frames, than the limits allow.
        """
        self._limits = limits
        try:
            self._container: InputContainer = av.open(
                str(path), format=demuxer, options=_OPTIONS, metadata_errors="replace"
            )
        except (av.FFmpegError, ValueError) as error:
            raise UnreadableMedia("is corrupt or cut short") from error
        try:
            self._stream = self._checked_stream()
        except (UnreadableMedia, MediaTooLarge):
            self._container.close()
            raise
        self.has_sound = bool(self._container.streams.audio)
        self.seconds = self._declared_seconds()
        self.truncated = False
        self._reached_seconds = 0.0
        # A caller who left may close the file while a worker thread still reads.
        self._lock = threading.Lock()
        self._events = self._divided()

    def _checked_stream(self) -> VideoStream:
        pictures = [s for s in self._container.streams.video if s.codec_context is not None]
        if not pictures:
            raise UnreadableMedia("holds no pictures")
        stream = pictures[0]
        self._check_size(stream.codec_context.width, stream.codec_context.height)
        # The declared length may lie; `_samples` looks at the clock of every frame as well.
        self._check_seconds(self._declared_seconds())
        stream.thread_type = "NONE"
        return stream

    def _declared_seconds(self) -> float:
        return max(0.0, (self._container.duration or 0) / av.time_base)

    def _promised_seconds(self) -> float:
        """How long the pictures last by the header; 0 where it says only how long the sound may."""
        stream = self._stream
        if stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base)
        return 0.0 if self.has_sound else self._declared_seconds()

    def _check_seconds(self, seconds: float) -> None:
        if seconds > self._limits.max_seconds:
            raise MediaTooLarge(f"{self._limits.max_seconds:g} seconds", f"{seconds:.1f} seconds")

    def _check_size(self, width: int, height: int) -> None:
        limit = self._limits.max_frame_pixels
        if width * height > limit:
            raise MediaTooLarge(
                f"{limit:,} pixels per frame", f"{width * height:,} pixels per frame"
            )

    def advance(self) -> Progress | Shot | None:
        """Reads on: progress after every sampled frame, a shot when it has ended, None at the end.

        Raises:
            UnreadableMedia: No frame could be decoded, or the file ends before its pictures do.
            MediaTooLarge: It goes on longer than the limits allow, whatever its header said.
        """
        with self._lock:
            return next(self._events, None)

    def _divided(self) -> Generator[Progress | Shot, None, None]:
        least = max(_LEAST_SCENE_SECONDS, self.seconds / self._limits.max_scenes)
        growing: _Growing | None = None
        shots = 0
        for at, picture in self._samples():
            colors = histogram(picture)
            if growing is None:
                growing = _Growing(at, colors, picture)
            elif shots + 1 < self._limits.max_scenes and _cuts(growing, at, colors, least):
                yield growing.closed(at)
                shots += 1
                growing = _Growing(at, colors, picture)
            growing.colors = colors
            growing.add(picture)
            self.seconds = max(self.seconds, at)
            yield Progress(min(1.0, at / self.seconds) if self.seconds else 0.0, at)
        if growing is None:
            raise UnreadableMedia("holds no picture that can be decoded")
        if self._reached_seconds < _LEAST_SHARE * self._promised_seconds() - _SAMPLE_SECONDS:
            raise UnreadableMedia("is cut short")
        yield growing.closed(max(self.seconds, growing.start))

    def _samples(self) -> Iterator[tuple[float, Pixels]]:
        """Frames half a second apart; of a long or large video key frames only, which are cheap."""
        whole = 0 < self._pixels_in_all() <= _WHOLE_PIXELS
        self._stream.codec_context.skip_frame = "DEFAULT" if whole else "NONKEY"
        first = due = None
        for frame in self._frames():
            time = frame.time if frame.time is not None else 0.0
            first = time if first is None else first
            at = max(0.0, time - first)
            self._check_seconds(at)
            if due is None or at >= due:
                due = at + _SAMPLE_SECONDS
                yield at, self._pixels(frame)

    def _pixels_in_all(self) -> float:
        codec, rate = self._stream.codec_context, self._stream.average_rate
        return self.seconds * float(rate or 30) * codec.width * codec.height

    def _frames(self) -> Iterator[VideoFrame]:
        broken = 0
        try:
            for packet in self._container.demux(self._stream):
                if packet.pts is not None and packet.time_base:
                    end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                    self._reached_seconds = max(self._reached_seconds, end)
                try:
                    yield from packet.decode()
                except av.FFmpegError:
                    # A damaged stretch loses its frames, not the whole video.
                    self.truncated = True
                    broken += 1
                    if broken > _MAX_BROKEN_FRAMES:
                        return
        except av.FFmpegError:
            self.truncated = True

    def _pixels(self, frame: VideoFrame) -> Pixels:
        self._check_size(frame.width, frame.height)
        ratio = min(1.0, WORKING_SIDE / max(frame.width, frame.height))
        width, height = (max(1, round(side * ratio)) for side in (frame.width, frame.height))
        small = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
        turns = round((frame.rotation or 0) / 90) % 4
        return np.ascontiguousarray(np.rot90(small, turns)).astype(np.uint8, copy=False)

    def close(self) -> None:
        """Closes the file, once nobody reads."""
        with self._lock:
            self._events.close()
            self._container.close()


def _cuts(growing: _Growing, at: float, colors: NDArray[np.float64], least: float) -> bool:
    """Whether so much of the colours changed since the last frame that a new scene began."""
    changed = 0.5 * float(np.abs(colors - growing.colors).sum())
    return changed > _CUT and at - growing.start >= least
