"""Tones: brings pictures with a high dynamic range to what a plain screen shows.

PQ: SMPTE ST 2084; HLG: ITU-R BT.2100. Diffuse white is 203 cd/m² (ITU-R BT.2408).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.captioner.domain import Pixels

PQ, HLG = 16, 18
"""Transfer characteristics as video streams number them (ITU-T H.273)."""

_WHITE_NITS = 203.0
_HLG_PEAK_NITS = 1000.0
_KNEE = 0.5
_SYSTEM_GAMMA = 1.2
_M1, _M2 = 2610 / 16384, 2523 / 32
_C1, _C2, _C3 = 3424 / 4096, 2413 / 128, 2392 / 128
_A, _B, _C = 0.17883277, 0.28466892, 0.55991073
_LUMA = np.array([0.2627, 0.6780, 0.0593], dtype=np.float32)
_TO_709 = np.array(
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]],
    dtype=np.float32,
)
"""Linear BT.2020 to BT.709 primaries (ITU-R BT.2087)."""

Floats = NDArray[np.floating[Any]]


def mapped(deep: NDArray[np.uint16], transfer: int) -> Pixels:
    """Turns non-linear BT.2020 RGB of 16 bits, PQ or HLG, into sRGB of 8 bits."""
    signal = deep.astype(np.float32) / 65535.0
    light = _pq_light(signal) if transfer == PQ else _hlg_light(signal)
    toned = np.clip((light / _WHITE_NITS) @ _TO_709.T, 0.0, None)
    # Only what is light is compressed, by the brightest channel so that hues stay.
    peak = np.maximum(toned.max(-1, keepdims=True), 1e-6)
    over = np.maximum(peak - _KNEE, 0.0) / (1 - _KNEE)
    shown = np.minimum(peak, _KNEE) + (1 - _KNEE) * (1 - np.exp(-over))
    screen = _srgb(np.clip(toned * (shown / peak), 0.0, 1.0))
    rounded: Pixels = np.rint(255.0 * screen).astype(np.uint8)
    return rounded


def _pq_light(signal: Floats) -> Floats:
    root = signal ** (1 / _M2)
    light: Floats = (np.maximum(root - _C1, 0.0) / (_C2 - _C3 * root)) ** (1 / _M1) * 10_000.0
    return light


def _hlg_light(signal: Floats) -> Floats:
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - _C) / _A) + _B) / 12)
    luma = (scene @ _LUMA)[..., None]
    light: Floats = scene * np.maximum(luma, 1e-6) ** (_SYSTEM_GAMMA - 1) * _HLG_PEAK_NITS
    return light


def _srgb(linear: Floats) -> Floats:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
