"""Frames: decoded pictures made small, upright and plain."""

import struct
from typing import Any

import numpy as np
from av.sidedata.sidedata import SideData
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation
from numpy.typing import NDArray

from services.captioner.domain import Pixels
from services.captioner.videos import tones

_WIDEST_PIXEL = 4.0
_MATRIX = struct.Struct("=9i")


def reduced(frame: VideoFrame, side: int, aspect: float = 1.0) -> Pixels:
    """The frame as it is meant to be seen, upright, with at most `side` pixels on a side.

    Args:
        frame: A decoded frame.
        side: Longest side in pixels; nothing is enlarged.
        aspect: How many times as wide as high its pixels are.
    """
    wide = min(max(aspect, 1 / _WIDEST_PIXEL), _WIDEST_PIXEL)
    shape = (frame.width * min(1.0, wide), frame.height * min(1.0, 1 / wide))
    ratio = min(1.0, side / max(shape))
    width, height = (max(1, round(length * ratio)) for length in shape)
    if frame.color_trc in (tones.PQ, tones.HLG):
        deep = _scaled(frame, width, height, "rgb48le", Colorspace.BT2020)
        small = tones.mapped(deep.astype(np.uint16, copy=False), frame.color_trc)
    else:
        small = _scaled(frame, width, height, "rgb24").astype(np.uint8, copy=False)
    return np.ascontiguousarray(_turned(small, frame))


def _scaled(
    frame: VideoFrame, width: int, height: int, form: str, colors: Colorspace | None = None
) -> NDArray[Any]:
    small = frame.reformat(
        width=width,
        height=height,
        format=form,
        src_colorspace=colors,
        interpolation=Interpolation.BILINEAR,
        threads=1,
    )
    return small.to_ndarray()


def _turned(picture: Pixels, frame: VideoFrame) -> Pixels:
    """Turns and mirrors as the display matrix says (ISO/IEC 14496-12, 6.2.2)."""
    a, b, c, d = _matrix(frame)
    if abs(b) + abs(c) > abs(a) + abs(d):
        picture = picture.transpose(1, 0, 2)
        across, down = c, b
    else:
        across, down = a, d
    picture = picture[:, ::-1] if across < 0 else picture
    return picture[::-1] if down < 0 else picture


def _matrix(frame: VideoFrame) -> tuple[int, int, int, int]:
    try:
        data = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # Beside it lies something that PyAV has no name for.
        data = None
    if not isinstance(data, SideData) or data.buffer_size < _MATRIX.size:
        return (1, 0, 0, 1)
    a, b, _, c, d, *_ = _MATRIX.unpack_from(bytes(data))
    return (a, b, c, d)
