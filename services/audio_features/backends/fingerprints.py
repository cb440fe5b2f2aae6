"""Where windows of sound lie among all music, so that a clip is found by what is near it.

The network (`models/audio_features/fingerprint.onnx`) was trained by contrast to put a clip near
the ten seconds it comes from, through rooms, microphones, noise, other tempi and other keys.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import onnxruntime as ort

from services.audio_features.backends.loudness import SILENT_RMS
from services.audio_features.backends.patches import (
    PATCH_FRAMES,
    PATCH_SAMPLES,
    RATE,
    log_mel,
    stretches,
)
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import Floats, Window

SHIPPED_FINGERPRINTS = Path(__file__).parents[3] / "models" / "audio_features" / "fingerprint.onnx"
"""The network that comes with the project."""

WIDTH = 128
"""Numbers in an embedding."""

FRAMES_PER_SECOND = 100

Bounds = tuple[float, float]
"""Start and end of a window, in seconds."""

_PATCHES = 8
"""Patches worth of log-mels that are made at a time."""

_HOP = PATCH_SAMPLES // PATCH_FRAMES
_LEAST_FRAMES = 16


class FingerprintNetwork:
    """The ONNX file; calls may come from several threads and block while they compute."""

    def __init__(self, path: Path, threads: int) -> None:
        content = path.read_bytes()
        self.version = f"1-{hashlib.sha256(content).hexdigest()[:8]}"
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def embeddings(self, pieces: Iterable[Floats], bounds: Sequence[Bounds]) -> list[Floats | None]:
        """Embeds windows of a sound at 16 kHz that comes in pieces; None where nothing is heard.

        The windows are in the order of their starts and overlap as they like. Never more is held
        than the longest of them and a few seconds.
        """
        heard: list[Floats | None] = []
        stretch = _Stretch()
        for log_mels, powers in _frames(pieces):
            stretch.append(log_mels, powers)
            while len(heard) < len(bounds) and stretch.reaches(bounds[len(heard)]):
                heard.append(self._heard(stretch, bounds[len(heard)]))
            if len(heard) < len(bounds):
                stretch.forget_before(bounds[len(heard)])
        return heard + [self._heard(stretch, each) for each in bounds[len(heard) :]]

    def points(self, log_mels: Floats) -> Floats:
        """Embeds log-mels (n, frames, 64), at least 0.16 s; shape (n, 128), each of length 1."""
        return np.asarray(self._session.run(["points"], {"log_mels": log_mels})[0])

    def _heard(self, stretch: "_Stretch", bounds: Bounds) -> Floats | None:
        log_mels = stretch.window(bounds)
        return None if log_mels is None else self.points(log_mels[np.newaxis])[0]


def fingerprinted(
    recording: Recording, windows: Sequence[Window], network: FingerprintNetwork
) -> tuple[Window, ...]:
    """The same windows, in the order of their starts, with the points by which they are found."""
    bounds = [(window.start, window.end) for window in windows]
    points = network.embeddings(recording.at(RATE), bounds)
    return tuple(
        replace(window, embedding=point) for window, point in zip(windows, points, strict=True)
    )


def _frames(pieces: Iterable[Floats]) -> Iterator[tuple[Floats, Floats]]:
    """Log-mels (frames, 64) and mean squares (frames,) of a sound that comes in pieces."""
    coming = stretches(pieces, _PATCHES)
    samples = next(coming)
    for following in coming:
        yield _measured(samples, _PATCHES * PATCH_FRAMES)
        samples = following
    yield _measured(samples, -(-len(samples) // _HOP))  # the last has all that is left


def _measured(samples: Floats, frames: int) -> tuple[Floats, Floats]:
    own = samples[: frames * _HOP]
    squares = np.square(np.pad(own, (0, frames * _HOP - len(own))))
    return log_mel(samples, frames), squares.reshape(frames, _HOP).mean(axis=1)


@dataclass(slots=True)
class _Stretch:
    """The latest frames of a sound; `first` is the number of the first of them."""

    first: int = 0
    log_mels: Floats = field(default_factory=lambda: np.zeros((0, 64), np.float32))
    powers: Floats = field(default_factory=lambda: np.zeros(0, np.float32))

    def append(self, log_mels: Floats, powers: Floats) -> None:
        """Adds frames at the end."""
        self.log_mels = np.concatenate([self.log_mels, log_mels])
        self.powers = np.concatenate([self.powers, powers])

    def reaches(self, bounds: Bounds) -> bool:
        """Whether a window lies in it whole."""
        return self.first + len(self.log_mels) >= _frame(bounds[1])

    def forget_before(self, bounds: Bounds) -> None:
        """Lets go of what comes before a window."""
        past = min(max(0, _frame(bounds[0]) - self.first), len(self.log_mels))
        self.first += past
        self.log_mels, self.powers = self.log_mels[past:], self.powers[past:]

    def window(self, bounds: Bounds) -> Floats | None:
        """Log-mels of a window; None if it is silent, or too short to be told from silence."""
        start, end = (_frame(bound) - self.first for bound in bounds)
        powers = self.powers[max(start, 0) : end]
        if len(powers) < _LEAST_FRAMES or powers.max() < SILENT_RMS**2:
            return None
        return self.log_mels[max(start, 0) : end]


def _frame(seconds: float) -> int:
    return round(seconds * FRAMES_PER_SECOND)
