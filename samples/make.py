"""Makes the sample photos, the sample clip and the sample vlog again: `python -m samples.make`.

Needs scikit-image (the photos come with it), Pillow and PyAV. The README beside this file says
who took the photos.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

from catalogue.sketches import piece
from catalogue.sketches.composition import composed
from catalogue.sketches.instruments import RATE
from catalogue.sketches.recording import recorded
from catalogue.sketches.rendering import rendered

FOLDER = Path(__file__).parent

CLIP_PIECE, CLIP_SECONDS = "lamp-low", 10.0
VLOG_PIECE, VLOG_SECONDS = "lemonade-stand", 12.0
SIZE = (640, 360)
FRAMES_PER_SECOND = 24
FADE_SECONDS = 0.6

Picture = NDArray[np.uint8]
Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo of scikit-image and the camera's way over it: centre and zoom at start and end.

    A centre is (x, y) as shares of the photo; a zoom of one shows as much as fits.
    """

    photo: str
    start: tuple[float, float, float]
    end: tuple[float, float, float]


SHOTS = (
    Shot("coffee", (0.45, 0.45, 1.0), (0.50, 0.55, 1.05)),
    Shot("chelsea", (0.45, 0.45, 1.0), (0.50, 0.50, 1.05)),
    Shot("astronaut", (0.45, 0.55, 1.0), (0.45, 0.22, 1.1)),
    Shot("rocket", (0.50, 0.62, 1.0), (0.50, 0.45, 1.0)),
)


def photo(name: str) -> Image.Image:
    """One of scikit-image's photos, its longest side at most 640 pixels."""
    image = Image.fromarray(getattr(skimage.data, name)()).convert("RGB")
    image.thumbnail((640, 640), Image.Resampling.LANCZOS)
    return image


def framed(image: Image.Image, x: float, y: float, zoom: float) -> Picture:
    """What the camera sees of a photo."""
    scale = min(image.width / SIZE[0], image.height / SIZE[1]) / zoom
    width, height = SIZE[0] * scale, SIZE[1] * scale
    left = min(max(x * image.width - width / 2, 0.0), image.width - width)
    top = min(max(y * image.height - height / 2, 0.0), image.height - height)
    box = (left, top, left + width, top + height)
    return np.asarray(image.resize(SIZE, Image.Resampling.BICUBIC, box=box))


def _seen(shot: Shot, image: Image.Image, share: float) -> Picture:
    ways = zip(shot.start, shot.end, strict=True)
    x, y, zoom = (first + (last - first) * share for first, last in ways)
    return framed(image, x, y, zoom)


def pictures() -> Iterator[Picture]:
    """The frames of the vlog: every shot for the same time, one dissolving into the next."""
    images = [photo(shot.photo) for shot in SHOTS]
    each = (VLOG_SECONDS - FADE_SECONDS) / len(SHOTS)
    for frame in range(round(VLOG_SECONDS * FRAMES_PER_SECOND)):
        time = frame / FRAMES_PER_SECOND
        index = min(int(time / each), len(SHOTS) - 1)
        inside = time - index * each
        picture = _seen(SHOTS[index], images[index], inside / (each + FADE_SECONDS))
        if index and inside < FADE_SECONDS:
            before = _seen(
                SHOTS[index - 1], images[index - 1], (inside + each) / (each + FADE_SECONDS)
            )
            share = inside / FADE_SECONDS
            picture = (picture * share + before * (1 - share)).astype(np.uint8)
        yield picture


def excerpt(piece_id: str, seconds: float) -> Sound:
    """The first seconds of a piece's melody, faded in and out; shape (frames, 2)."""
    score = composed(piece(piece_id))
    start = round(score.sections[1].bar * score.meter * 60 / score.tempo * RATE)
    sound = rendered(piece(piece_id))[start : start + round(seconds * RATE)].copy()
    fade = np.linspace(0.0, 1.0, RATE // 4, dtype=np.float32)[:, None]
    sound[: len(fade)] *= fade
    sound[-len(fade) :] *= fade[::-1]
    return sound


def vlog(path: Path) -> None:
    """Writes the vlog: H.264 and AAC in MP4."""
    sound = excerpt(VLOG_PIECE, VLOG_SECONDS)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", FRAMES_PER_SECOND, options={"crf": "27"})
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        audio = container.add_stream("aac", RATE, layout="stereo")
        audio.bit_rate = 96_000
        for picture in pictures():
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(video.encode(frame))
        container.mux(video.encode())
        for start in range(0, len(sound), 1024):
            block = np.ascontiguousarray(sound[start : start + 1024].T)
            part = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            part.sample_rate, part.pts, part.time_base = RATE, start, Fraction(1, RATE)
            container.mux(audio.encode(part))
        container.mux(audio.encode())


def main() -> int:
    """Makes everything."""
    for shot in SHOTS:
        photo(shot.photo).save(FOLDER / f"{shot.photo}.jpg", quality=88, optimize=True)
    recorded(excerpt(CLIP_PIECE, CLIP_SECONDS), FOLDER / "clip.ogg", "ogg", quality=0.1)
    vlog(FOLDER / "vlog.mp4")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
