"""Photos and videos that tests make for themselves."""

import io
import struct
import zlib
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.video.stream import VideoStream
from PIL import Image

from services.captioner.domain import Pixels

WHITE, RED, BLUE, BLACK = (255, 255, 255), (200, 30, 30), (20, 40, 200), (0, 0, 0)


def plain(color: tuple[int, int, int], width: int = 96, height: int = 64) -> Pixels:
    return np.full((height, width, 3), color, dtype=np.uint8)


def textured(color: tuple[int, int, int], seed: int = 0) -> Pixels:
    noise = np.random.default_rng(seed).integers(-20, 20, (64, 96, 1))
    return np.clip(plain(color).astype(int) + noise, 0, 255).astype(np.uint8)


def encoded(image: Image.Image | Pixels, kind: str = "PNG", **options: object) -> bytes:
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    stream = io.BytesIO()
    picture.save(stream, kind, **options)
    return stream.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds hardly anything."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def write_video(
    path: Path,
    stretches: list[tuple[Pixels, float]],
    *,
    rate: int = 10,
    sound: bool = False,
    container: str = "mp4",
    codec: str = "mpeg4",
    options: dict[str, str] | None = None,
) -> Path:
    """Writes each picture for so many seconds."""
    with av.open(str(path), "w", format=container, options=options or {}) as output:
        stream = cast(VideoStream, output.add_stream(codec, rate=rate))
        stream.height, stream.width = stretches[0][0].shape[:2]
        stream.pix_fmt = "yuv420p"
        voice = output.add_stream("aac", rate=22050) if sound else None
        for picture, seconds in stretches:
            for _ in range(round(seconds * rate)):
                output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
        if voice is not None:
            silence = av.AudioFrame.from_ndarray(
                np.zeros((1, 4096), dtype=np.float32), format="fltp", layout="mono"
            )
            silence.sample_rate = 22050
            output.mux(voice.encode(silence))
            output.mux(voice.encode())
    return path
