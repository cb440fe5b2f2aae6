"""A made vlog: scenes that move and change, and sound, as H.264 and AAC in an MP4."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

SECONDS, RATE, WIDTH, HEIGHT = 60, 30, 1280, 720

_SCENE_SECONDS = 6
_KEY_SECONDS = 2
_SOUND_RATE = 48_000
_BITS_PER_SECOND = 8_000_000
_DARKEST = 10


def vlog(folder: Path) -> Path:
    """Makes a minute of 720p at 30 pictures a second, unless it is there.

    Every six seconds comes another scene; the camera pans over each. Key pictures come every two
    seconds, as phones set them, and at cuts.
    """
    path = folder / "vlog.mp4"
    if path.is_file():
        return path
    unfinished = path.with_suffix(".part.mp4")
    with av.open(str(unfinished), "w") as out:
        video = out.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.bit_rate = _BITS_PER_SECOND
        video.options = {"preset": "superfast", "g": str(RATE * _KEY_SECONDS)}
        audio = out.add_stream("aac", rate=_SOUND_RATE, layout="mono")
        for second in range(SECONDS):
            for frame in _pictures(second):
                out.mux(video.encode(frame))
            out.mux(audio.encode(_sound(second)))
        out.mux(video.encode())
        out.mux(audio.encode())
    unfinished.replace(path)
    return path


def _pictures(second: int) -> list[av.VideoFrame]:
    scene = second // _SCENE_SECONDS
    canvas = _canvas(scene)
    noise = _noise()
    frames = []
    for place in range(RATE):
        step = 4 * ((second % _SCENE_SECONDS) * RATE + place)
        view = canvas[:, step : step + WIDTH] + noise[place % len(noise)]
        frame = av.VideoFrame.from_ndarray(view, format="rgb24")
        frame.pts, frame.time_base = second * RATE + place, Fraction(1, RATE)
        frames.append(frame)
    return frames


def _canvas(scene: int) -> NDArray[np.uint8]:
    """What a scene's camera pans over, (height, wider, 3): its own colours, in clouds.

    Clouds of half the size have half the contrast, as the details of photographs have (Field 1987).
    """
    rng = np.random.default_rng(scene)
    width = WIDTH + 4 * RATE * _SCENE_SECONDS
    tint = rng.integers(40, 200, 3)
    clouds = np.zeros((HEIGHT, width))
    for octave in range(8):
        shape = (HEIGHT >> (8 - octave), width >> (8 - octave))
        small = Image.fromarray(rng.standard_normal(shape).astype(np.float32))
        large = small.resize((width, HEIGHT), Image.Resampling.BICUBIC)
        clouds += np.asarray(large) * 30 / 2**octave
    return np.clip(tint + clouds[:, :, None], _DARKEST, 255 - 2 * _DARKEST).astype(np.uint8)


@cache
def _noise() -> NDArray[np.uint8]:
    """What a sensor adds to every picture, and an encoder spends most of its bits on."""
    rng = np.random.default_rng(99)
    shape = (16, HEIGHT, WIDTH, 1)
    return rng.normal(_DARKEST, 3.0, shape).clip(0, 2 * _DARKEST).astype(np.uint8)


def _sound(second: int) -> av.AudioFrame:
    """A second of a chord that changes with the scene, with a beat."""
    times = np.arange(_SOUND_RATE) / _SOUND_RATE
    root = 220.0 * 2 ** ((second // _SCENE_SECONDS) / 12)
    chord = sum(np.sin(2 * np.pi * root * part * times) for part in (1.0, 1.25, 1.5))
    beat = np.exp(-8 * (times * 2 % 1))
    samples = np.asarray(0.2 * chord * beat, dtype=np.float32).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
    frame.sample_rate = _SOUND_RATE
    frame.pts, frame.time_base = second * _SOUND_RATE, Fraction(1, _SOUND_RATE)
    return frame
