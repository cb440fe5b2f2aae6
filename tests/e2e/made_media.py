"""Photos, sounds and videos as no camera makes them, made on the spot."""

import io
import struct
import wave
import zlib
from fractions import Fraction
from typing import Any

import av
import numpy as np
from PIL import Image

from tests.e2e.conftest import SAMPLES

RATE = 22_050


def coffee() -> Image.Image:
    with Image.open(SAMPLES / "coffee.jpg") as image:
        return image.convert("RGB")


def saved(image: Image.Image, name: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that claims, and holds, as many black pixels as asked for."""
    row = bytes(1 + (width + 7) // 8)
    squeezer = zlib.compressobj(9)
    pixels = b"".join(squeezer.compress(row) for _ in range(height)) + squeezer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_png_chunk(*each) for each in chunks)


def _png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def tone(seconds: float, rate: int = RATE, hertz: float = 440.0) -> np.ndarray:
    """A quiet tone with a pulse twice a second, from -1 to 1."""
    at = np.arange(round(seconds * rate)) / rate
    return 0.3 * np.sin(2 * np.pi * hertz * at) * (0.4 + 0.6 * (at % 0.5 < 0.1))


def wav(samples: np.ndarray, rate: int = RATE, width: int = 2, channels: int = 1) -> bytes:
    """A PCM file of 1 or 2 bytes per sample; each channel gets the same."""
    scaled = samples * 127 + 128 if width == 1 else samples * 32767
    frames = np.repeat(scaled.astype(np.uint8 if width == 1 else np.int16), channels)
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(frames.tobytes())
    return out.getvalue()


def encoded(container: str, pictures: list[np.ndarray] | None, sound: np.ndarray | None) -> bytes:
    """A video of one picture per half second, with a sound track if there is one."""
    codecs = {"mp4": ("libx264", "aac"), "webm": ("libvpx", "libopus"), "avi": ("mpeg4", "mp3")}
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        video_codec, sound_codec = codecs[container]
        video: Any = _video_stream(file, video_codec, pictures) if pictures else None
        audio: Any = None
        if sound is not None:
            audio = file.add_stream(sound_codec, rate=48_000, layout="mono")
        for picture in pictures or []:
            file.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        if video:
            file.mux(video.encode())
        if sound is not None:
            frame = av.AudioFrame.from_ndarray(
                sound.astype(np.float32)[None], format="fltp", layout="mono"
            )
            frame.rate = 48_000
            file.mux(audio.encode(frame))
            file.mux(audio.encode())
    return out.getvalue()


def _video_stream(file, codec: str, pictures: list[np.ndarray]):
    stream = file.add_stream(codec, rate=2)
    stream.height, stream.width = pictures[0].shape[:2]
    stream.pix_fmt = "yuv420p"
    stream.time_base = Fraction(1, 2)
    return stream


def frames(count: int, brightness: int = 255) -> list[np.ndarray]:
    """Small frames of a photo; black where the brightness is 0."""
    small = np.asarray(coffee().resize((160, 120)), np.uint8)
    return [(small * (brightness / 255)).astype(np.uint8)] * count
