"""Pictures that are decoded: their working size, and smaller ones."""

import numpy as np
from PIL import Image

from services.captioner.domain import Pixels

WORKING_SIDE = 640
"""The longer side that every picture is reduced to, in pixels; nothing here needs more."""

_NETWORK_SIDE = 144


def squeezed(picture: Pixels, side: int = _NETWORK_SIDE) -> Pixels:
    """Squeezes a picture to a square of `side` pixels (antialiased bilinear)."""
    small = Image.fromarray(picture).resize((side, side), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.uint8)


def fitted(picture: Pixels, side: int) -> Pixels:
    """Reduces a picture so that its longer side has at most `side` pixels."""
    image = Image.fromarray(picture)
    image.thumbnail((side, side), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.uint8)
