"""Reads photos: bytes in, upright RGB pixels out, or a refusal before anything large is decoded."""

import io
import struct
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from services.captioner.domain import MediaTooLarge, Pixels, UnreadableMedia

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
"""The formats that are opened, by Pillow's names; no other decoder is ever started."""

WORKING_SIDE = 640
"""The longer side that every picture is reduced to, in pixels; nothing here needs more."""

_NETWORK_SIDE = 144

_FAILURES = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    Image.DecompressionBombError,
    Warning,
)


def decoded(data: bytes, max_pixels: int) -> Pixels:
    """Decodes a photo, turns it upright, and reduces it to 640 pixels on the longer side.

    The first frame of an animation is taken; transparency becomes white; 16-bit grey is scaled to 8.

    Raises:
        UnreadableMedia: Not a photo, or one that is truncated or corrupt.
        MediaTooLarge: More than `max_pixels`, told from the header.
    """
    if not data:
        raise UnreadableMedia("is empty")
    with warnings.catch_warnings():
        # Pillow only warns of bombs and broken tags; here that is a refusal.
        warnings.simplefilter("error")
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                _check_pixels(image, max_pixels)
                return _pixels(image)
        except _FAILURES as error:
            raise UnreadableMedia("is corrupt, cut short or not a photo") from error


def loaded(path: Path, max_pixels: int) -> Pixels:
    """Decodes a photo file."""
    return decoded(path.read_bytes(), max_pixels)


def _check_pixels(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels:
        raise MediaTooLarge(f"{max_pixels} pixels", f"{width * height} pixels")


def _pixels(image: Image.Image) -> Pixels:
    # JPEG can leave out detail while decoding, which saves most of the time and the memory.
    image.draft("RGB", (WORKING_SIDE, WORKING_SIDE))
    upright = ImageOps.exif_transpose(_eight_bit(image))
    upright.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(_opaque(upright), dtype=np.uint8)


def _eight_bit(image: Image.Image) -> Image.Image:
    if not image.mode.startswith("I"):
        image.load()
        return image
    grey = np.asarray(image, dtype=np.float64) / 257.0
    eight = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8), mode="L")
    eight.info = dict(image.info)
    return eight


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    white = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(white, layered).convert("RGB")


def squeezed(picture: Pixels, side: int = _NETWORK_SIDE) -> Pixels:
    """Squeezes a picture to a square of `side` pixels (antialiased bilinear)."""
    small = Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.uint8)


def fitted(picture: Pixels, side: int) -> Pixels:
    """Reduces a picture so that its longer side has at most `side` pixels."""
    image = Image.fromarray(picture)
    image.thumbnail((side, side), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.uint8)
