"""Measures light and colour; nothing here is learned.

CIELAB (D65) throughout. Colourfulness: Hasler & Süsstrunk, "Measuring colourfulness in natural
images", SPIE 2003.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from services.captioner.domain import MAX_COLORS, Color, Light, Pixels
from services.captioner.pictures import fitted

Floats = NDArray[np.float64]

_THUMBNAIL_SIDE = 64
_EXTREMELY_COLORFUL = 109.0
_WARM_AXIS = 40.0
_ROUNDS = 12
_DARK = 0.06

_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])

_HUES = (
    (20.0, "pink"),
    (48.0, "red"),
    (75.0, "orange"),
    (108.0, "yellow"),
    (165.0, "green"),
    (220.0, "teal"),
    (308.0, "blue"),
    (338.0, "purple"),
    (360.0, "pink"),
)
"""Plain names of CIELAB hue angles, each up to the given degree; sRGB blue lies at 306."""


def lab(rgb: Floats) -> Floats:
    """Converts sRGB in [0, 1], shaped (..., 3), to CIELAB."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = linear @ _TO_XYZ.T / _WHITE
    root = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def measured(picture: Pixels) -> tuple[Light, tuple[Color, ...]]:
    """The light of a picture, and its dominant colours, largest first."""
    rgb = fitted(picture, _THUMBNAIL_SIDE).reshape(-1, 3).astype(np.float64)
    points = lab(rgb / 255.0)
    return _light(rgb, points), _dominant(rgb, points)


def _light(rgb: Floats, points: Floats) -> Light:
    lightness = points[:, 0] / 100.0
    warmth = (points[:, 2].mean() + 0.5 * points[:, 1].mean()) / _WARM_AXIS
    return Light(
        brightness=float(np.clip(lightness.mean(), 0.0, 1.0)),
        contrast=float(np.clip(lightness.std(), 0.0, 1.0)),
        colorfulness=_colorfulness(rgb) / _EXTREMELY_COLORFUL,
        warmth=float(np.clip(warmth, -1.0, 1.0)),
    )


def _colorfulness(rgb: Floats) -> float:
    red_green = rgb[:, 0] - rgb[:, 1]
    yellow_blue = (rgb[:, 0] + rgb[:, 1]) / 2 - rgb[:, 2]
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean()))


def _dominant(rgb: Floats, points: Floats) -> tuple[Color, ...]:
    nearest = _clustered(points)
    shares: dict[str, tuple[float, Floats]] = {}
    for cluster in np.unique(nearest):
        members = rgb[nearest == cluster]
        name = color_name(lab(members.mean(0) / 255.0))
        share, biggest = shares.get(name, (0.0, members))
        kept = members if len(members) > len(biggest) else biggest
        shares[name] = (share + len(members) / len(rgb), kept)
    colors = [
        Color("#" + bytes(members.mean(0).round().astype(np.uint8)).hex(), name, share)
        for name, (share, members) in shares.items()
    ]
    return tuple(sorted(colors, key=lambda color: -color.share)[:MAX_COLORS])


def _clustered(points: Floats) -> NDArray[np.intp]:
    """Lloyd's k-means from the farthest-point start, which needs no chance."""
    centres = [points.mean(0)]
    distances = np.full(len(points), np.inf)
    for _ in range(MAX_COLORS):
        distances = np.minimum(distances, np.square(points - centres[-1]).sum(1))
        centres.append(points[distances.argmax()])
    means = np.array(centres[1:])
    for _ in range(_ROUNDS):
        nearest = _nearest(points, means)
        for cluster in np.unique(nearest):
            means[cluster] = points[nearest == cluster].mean(0)
    return _nearest(points, means)


def _nearest(points: Floats, means: Floats) -> NDArray[np.intp]:
    """Which of the means is nearest to each point: the squared distance less what all share."""
    found: NDArray[np.intp] = (np.square(means).sum(1) - 2 * points @ means.T).argmin(1)
    return found


def color_name(point: Floats) -> str:
    """A plain English name, such as `dark blue`, for one CIELAB colour."""
    lightness, a, b = (float(value) for value in point)
    chroma = float(np.hypot(a, b))
    if lightness < 12 and chroma < 25:
        return "black"
    if chroma < 9:
        return _grey_name(lightness)
    hue = float(np.degrees(np.arctan2(b, a))) % 360
    name = next(name for limit, name in _HUES if hue < limit or limit == 360.0)
    if name in ("orange", "red", "yellow") and 30 < hue < 100:
        if lightness < 55 and chroma < 50:
            return "dark brown" if lightness < 28 else "brown"
        if lightness >= 55 and chroma < 35:
            return "beige"
    # The lightest pure blue is darker than what passes for dark in other hues.
    if lightness < (26 if name in ("blue", "purple") else 35):
        return f"dark {name}"
    return f"light {name}" if lightness > 72 and name != "yellow" else name


def _grey_name(lightness: float) -> str:
    names = ((18, "black"), (40, "dark grey"), (68, "grey"), (90, "light grey"))
    return next((name for limit, name in names if lightness < limit), "white")


def is_black(picture: Pixels) -> bool:
    """Whether nothing can be seen: at most one percent of it is lighter than near black."""
    brightness = fitted(picture, _THUMBNAIL_SIDE).max(2) / 255.0
    return bool(np.quantile(brightness, 0.99) < _DARK)


def sharpness(picture: Pixels) -> float:
    """Variance of the Laplacian of the lightness; larger is sharper, 0 for what has no inside."""
    grey = np.asarray(Image.fromarray(fitted(picture, 256)).convert("L"), dtype=np.float32)
    if min(grey.shape) < 3:
        return 0.0
    laplacian = -4 * grey[1:-1, 1:-1]
    laplacian += grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(laplacian.var())


def histogram(picture: Pixels) -> Floats:
    """Share of each of 512 colours (8 levels per channel), for telling cuts; sums to 1."""
    levels = fitted(picture, _THUMBNAIL_SIDE).reshape(-1, 3).astype(np.intp) >> 5
    codes = levels @ np.array([64, 8, 1])
    return np.bincount(codes, minlength=512) / len(codes)
