"""Videos that tests make for themselves, and how they are read."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from services.captioner.domain import Pixels, Progress
from services.captioner.videos import VideoLimits
from services.captioner.videos.news import Ended, News, Opened, Shot, told
from services.captioner.videos.reading import read
from services.captioner.videos.sampling import WHOLE_PIXELS

LIMITS = VideoLimits(max_seconds=60, max_frame_pixels=400_000, max_scenes=24)


def news_of(
    path: Path,
    demuxer: str = "mov",
    limits: VideoLimits = LIMITS,
    whole_pixels: int = WHOLE_PIXELS,
) -> list[News]:
    """All that is told of a file, read in this process."""
    with path.open("rb") as file:
        return [told(*said) for said in read(file, demuxer, limits, whole_pixels)]


def shots(news: Sequence[News]) -> list[Shot]:
    return [each for each in news if isinstance(each, Shot)]


def progress(news: Sequence[News]) -> list[Progress]:
    return [each for each in news if isinstance(each, Progress)]


def opened(news: Sequence[News]) -> Opened:
    assert isinstance(news[0], Opened)
    return news[0]


def ended(news: Sequence[News]) -> Ended:
    assert isinstance(news[-1], Ended)
    return news[-1]


def moving(seconds: float, rate: int = 25, *, size: tuple[int, int] = (96, 64)) -> list[Pixels]:
    """Smooth stripes that wander, which every codec keeps well."""
    width, height = size
    across = np.arange(width)[None, :, None] + np.arange(height)[:, None, None]
    phases = np.array([0.0, 2.0, 4.0])
    return [
        (127 + 80 * np.sin(across / 9 + frame / 5 + phases)).astype(np.uint8)
        for frame in range(round(seconds * rate))
    ]


def encoded_video(
    path: Path,
    frames: Iterable[NDArray[Any]],
    *,
    codec: str = "libx264",
    rate: int = 25,
    container: str = "mp4",
    form: str = "rgb24",
    pix_fmt: str = "yuv420p",
    times: Sequence[float] | None = None,
    options: dict[str, str] | None = None,
    muxing: dict[str, str] | None = None,
    turned: int = 0,
    pixel_aspect: Fraction | None = None,
    tags: dict[str, int] | None = None,
    sound: bool = False,
) -> Path:
    """Encodes frames; `times` are those of the frames in seconds where they are not even."""
    with av.open(str(path), "w", format=container, options=muxing or {}) as output:
        stream: VideoStream | None = None
        voice = output.add_stream("pcm_s16le", rate=8000, layout="mono") if sound else None
        for number, picture in enumerate(frames):
            if stream is None:
                stream = _stream(output, codec, rate, pix_fmt, options or {}, picture.shape)
                stream.codec_context.time_base = Fraction(1, 1000 if times else rate)
                if pixel_aspect:
                    stream.codec_context.sample_aspect_ratio = pixel_aspect
                if turned:
                    stream.set_display_rotation(turned)
                _tag(stream.codec_context, tags or {})
            frame = av.VideoFrame.from_ndarray(picture, format=form)
            _tag(frame, tags or {})
            frame.time_base = stream.codec_context.time_base
            frame.pts = round(1000 * times[number]) if times else number
            output.mux(stream.encode(frame))
            if voice is not None:
                output.mux(voice.encode(_silence(number, 8000 // rate)))
        assert stream is not None
        output.mux(stream.encode())
    return path


def _stream(
    output: Any, codec: str, rate: int, pix_fmt: str, options: dict[str, str], shape: Sequence[int]
) -> VideoStream:
    stream: VideoStream = output.add_stream(codec, rate=rate, options=options)
    stream.height, stream.width = shape[0], shape[1]
    stream.pix_fmt = pix_fmt
    stream.codec_context.thread_count = 1
    return stream


def _tag(target: object, tags: dict[str, int]) -> None:
    for name, value in tags.items():
        setattr(target, name, value)


def _silence(number: int, samples: int) -> av.AudioFrame:
    silence = av.AudioFrame.from_ndarray(np.zeros((1, samples), np.int16), "s16")
    silence.sample_rate, silence.pts = 8000, number * samples
    return silence
