"""Reading M4A, AAC, WebM and the sound of videos through FFmpeg's libraries (PyAV)."""

from collections.abc import Iterator
from typing import Any, BinaryIO

import av
import av.error
import numpy as np

from services.audio_features.backends.framing import DEMUXERS
from services.audio_features.domain import Floats, NoSound, UnreadableMedia

GUESSES_LENGTH = frozenset({"aac", "mp3"})
"""Kinds whose length FFmpeg guesses from the bit rate."""

MAX_DAMAGED_SHARE = 0.05
"""Packets that may fail to decode, as a share, or one: the last of a file that is cut short."""

_OPTIONS = {"enable_drefs": "0", "use_absolute_path": "0"}
"""Files that a MOV names are never opened; the sandbox could not do so anyway."""


class Container:
    """One opened container; `blocks` decodes its first sound track to the end."""

    def __init__(self, container: Any, *, guesses_length: bool) -> None:
        self._container = container
        self._stream = container.streams.audio[0]
        if self._stream.codec_context is None:
            raise UnreadableMedia("its sound is of a kind that is not read")
        self.rate: int = self._stream.codec_context.sample_rate
        known = container.duration is not None and not guesses_length
        self.promised_seconds: float | None = container.duration / av.time_base if known else None
        self.reached_seconds = 0.0
        self._packets = self._damaged = 0

    def blocks(self) -> Iterator[Floats]:
        """Yields the mean of the channels, a decoded frame at a time."""
        resampler = av.AudioResampler(format="fltp", rate=self.rate)
        try:
            for frame in self._frames():
                for piece in resampler.resample(frame):
                    yield piece.to_ndarray().mean(axis=0, dtype=np.float32)
        except (av.error.FFmpegError, ValueError) as error:
            raise UnreadableMedia("the sound is damaged") from error
        if self._damaged > max(1, MAX_DAMAGED_SHARE * self._packets):
            raise UnreadableMedia("much of the sound is damaged")
        if not self._packets and self._container.streams.video:
            raise NoSound

    def _frames(self) -> Iterator[Any]:
        """Reads the packets of every track, to know how far the file reaches; decodes one."""
        start = (self._container.start_time or 0) / av.time_base
        for packet in self._container.demux():
            if packet.pts is not None:
                end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                self.reached_seconds = max(self.reached_seconds, end - start)
            if packet.stream is self._stream:
                self._packets += packet.size > 0
                yield from self._decoded(packet)

    def _decoded(self, packet: Any) -> list[Any]:
        try:
            frames: list[Any] = packet.decode()
        except av.error.InvalidDataError:
            self._damaged += 1
            return []
        return frames

    def close(self) -> None:
        """Closes the container and its decoders."""
        self._container.close()


def open_container(file: BinaryIO, kind: str) -> Container:
    """Opens a container with the demuxer of its sniffed kind.

    Raises `UnreadableMedia`, or `NoSound` for a video without a sound track.
    """
    try:
        demuxer = DEMUXERS[kind]
        container: Any = av.open(
            file,
            format=demuxer,
            options=_OPTIONS,
            # Titles may be in an old encoding, such as CP949; nobody reads them here.
            metadata_errors="replace",
        )
    except (KeyError, ValueError, av.error.FFmpegError) as error:
        raise UnreadableMedia("no sound or video could be found in it") from error
    if container.streams.audio:
        return Container(container, guesses_length=demuxer in GUESSES_LENGTH)
    has_video = bool(container.streams.video)
    container.close()
    if has_video:
        raise NoSound
    raise UnreadableMedia("it holds neither sound nor video")
