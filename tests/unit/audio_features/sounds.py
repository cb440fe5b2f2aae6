"""Sounds made for tests: samples, and the files that hold them."""

import io
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray

Samples = NDArray[np.float32]
RATE = 22_050

WITH_SOUNDFILE = {
    "wav": ("WAV", "PCM_16"),
    "wav-float": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_16"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}
WITH_PYAV = {
    "m4a": ("ipod", "aac", None),
    "aac": ("adts", "aac", None),
    "webm": ("webm", "libopus", None),
    "mp4": ("mp4", "aac", "mpeg4"),
    "mov": ("mov", "aac", "mpeg4"),
    "mkv": ("matroska", "libopus", "mpeg4"),
    "avi": ("avi", "mp3", "mpeg4"),
}
KINDS = (*WITH_SOUNDFILE, *WITH_PYAV)


def tone(seconds: float = 2.0, rate: int = 48_000, hertz: float = 440.0) -> Samples:
    """A sine at half of full scale, shape (n,)."""
    time = np.arange(int(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def music(seconds: float = 6.0, bpm: float = 120.0, seed: int = 0) -> Samples:
    """Plucked chords on the beat with some noise, at `RATE`."""
    random = np.random.default_rng(seed)
    time = np.arange(int(seconds * RATE)) / RATE
    since_beat = time % (60 / bpm)
    chord = sum(np.sin(2 * np.pi * hertz * time) for hertz in (220.0, 277.18, 329.63, 440.0))
    noise = random.normal(scale=0.02, size=len(time)) * (1 + 10 * np.exp(-80 * since_beat))
    return (0.15 * chord * np.exp(-5 * since_beat) + noise).astype(np.float32)


def file_of(kind: str, samples: Samples, rate: int = 48_000, channels: int = 2) -> bytes:
    """The bytes of a file of one of `KINDS` that holds the samples in every channel."""
    if kind in WITH_SOUNDFILE:
        container, subtype = WITH_SOUNDFILE[kind]
        buffer = io.BytesIO()
        spread = np.repeat(samples[:, np.newaxis], channels, axis=1)
        soundfile.write(buffer, spread, rate, format=container, subtype=subtype)
        return buffer.getvalue()
    container, codec, video = WITH_PYAV[kind]
    return muxed(container, samples, rate, codec, video)


def variable_mp3(samples: Samples, rate: int = 48_000) -> bytes:
    """An MP3 file of varying bit rate."""
    buffer = io.BytesIO()
    soundfile.write(
        buffer,
        samples,
        rate,
        format="MP3",
        subtype="MPEG_LAYER_III",
        compression_level=0.3,
        bitrate_mode="VARIABLE",
    )
    return buffer.getvalue()


def muxed(
    container: str,
    samples: Samples | None,
    rate: int,
    codec: str = "aac",
    video: str | None = None,
    options: dict[str, str] | None = None,
) -> bytes:
    """A container with a sound track, a video track, or both, written by PyAV."""
    output: Any
    with tempfile.NamedTemporaryFile() as file:
        # A file with a name: moving the index to the front reads what was written.
        with av.open(file.name, "w", format=container, options=options or {}) as output:
            _write_tracks(output, samples, rate, codec, video)
        return Path(file.name).read_bytes()


def _write_tracks(
    output: Any, samples: Samples | None, rate: int, codec: str, video: str | None
) -> None:
    picture = _video_stream(output, video) if video else None
    sound = None if samples is None else output.add_stream(codec, rate=rate, layout="stereo")
    if picture is not None:
        seconds = 2.0 if samples is None else len(samples) / rate
        _write_video(output, picture, seconds)
    if sound is not None and samples is not None:
        _write_sound(output, sound, samples, rate)


def _video_stream(output: Any, codec: str) -> Any:
    stream = output.add_stream(codec, rate=10)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def _write_video(output: Any, stream: Any, seconds: float) -> None:
    for index in range(max(1, round(seconds * 10))):
        picture = np.full((48, 64, 3), (index * 5) % 255, np.uint8)
        output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
    output.mux(stream.encode(None))


def _write_sound(output: Any, stream: Any, samples: Samples, rate: int) -> None:
    size = stream.codec_context.frame_size or 1024
    for start in range(0, len(samples), size):
        block = np.repeat(samples[np.newaxis, start : start + size], 2, axis=0)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        output.mux(stream.encode(frame))
    output.mux(stream.encode(None))
