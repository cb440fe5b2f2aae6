"""A whole sound, measured: every feature frame by frame, and what is one value for all of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.engine import timbre, tonal
from services.audio_features.backends.engine.measuring import BLOCK_FRAMES, Measured, Passes
from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.spectra import DIMENSIONS, UNITS
from services.audio_features.backends.statistics import summarize
from services.audio_features.domain import Floats, Summary

SUMMARIZED_NUMBERS = 1 << 20
"""Numbers whose statistics are taken at a time; longer rows come alone."""

_READ_FRAMES = 4096


class Measurement:
    """Feature frames of one sound, `FRAME_SECONDS` apart; close it when done.

    Reading is safe from many threads. What follows from other features, such as MFCC from mel, is
    made when it is read.
    """

    def __init__(self, measured: Measured) -> None:
        self._measured = measured
        self._made: dict[str, Callable[[int, int], Floats]] = {
            "mel": self._mel,
            "spectral_contrast": self._contrast,
            "tonnetz": lambda start, stop: tonal.tonnetz(self.values("chroma_cqt", start, stop)),
            "mfcc": lambda start, stop: timbre.mfcc(self._mel(start, stop)),
            "mfcc_delta": lambda start, stop: self._change(start, stop, 1),
            "mfcc_delta2": lambda start, stop: self._change(start, stop, 2),
            "onset_strength": lambda start, stop: self.onsets[np.newaxis, start:stop],
            "tempogram": lambda start, stop: self._measured.tempogram[:, start:stop],
            "chroma_stft": lambda start, stop: measured.second.values("chroma_stft", start, stop),
            "chroma_cqt": lambda start, stop: measured.second.values("chroma_cqt", start, stop),
        }

    @property
    def frames(self) -> int:
        """How many frames there are."""
        return self._measured.first.frames

    def values(self, name: str, start: int = 0, stop: int | None = None) -> Floats:
        """Frames `start` to `stop` of one feature of `UNITS`, shape (dimensions, n)."""
        start, stop, _ = slice(start, stop).indices(self.frames)
        if name in self._made:
            return self._made[name](start, stop)
        return self._measured.first.values(name, start, stop)

    def summaries(self, start: int = 0, stop: int | None = None) -> dict[str, Summary]:
        """Statistics of every feature over all frames, or over those from `start` to `stop`."""
        return {name: self.summary(name, start, stop) for name in UNITS}

    def summary(self, name: str, start: int = 0, stop: int | None = None) -> Summary:
        """Statistics of one feature; of a long sound, a few rows are held at a time."""
        start, stop, _ = slice(start, stop).indices(self.frames)
        together = max(1, SUMMARIZED_NUMBERS // max(1, stop - start))
        groups = [
            summarize(self._rows(name, top, top + together, start, stop), UNITS[name])
            for top in range(0, DIMENSIONS[name], together)
        ]
        rows = zip(*(group.statistics() for group in groups), strict=True)
        return Summary(UNITS[name], *(np.concatenate(row) for row in rows))

    @property
    def onsets(self) -> Floats:
        """Onset strength, shape (frames,)."""
        return self._measured.onsets

    @property
    def pitch_classes(self) -> NDArray[np.float64]:
        """Mean strength of each pitch class, from C, shape (12,)."""
        return self._measured.class_strengths / self.frames

    @property
    def harmonic_share(self) -> float:
        """Harmonic energy as a share of harmonic and percussive energy; 0 for silence."""
        harmonic, percussive = (
            float(self.values(name).sum(dtype=np.float64))
            for name in ("harmonic_energy", "percussive_energy")
        )
        total = harmonic + percussive
        return harmonic / total if total > 0 else 0.0

    def close(self) -> None:
        """Gives everything back."""
        self._measured.first.close()
        self._measured.second.close()

    def _rows(self, name: str, top: int, bottom: int, start: int, stop: int) -> Floats:
        """Some rows of a feature, shape (rows, n), put together from shorter readings."""
        if stop - start <= _READ_FRAMES:
            return self.values(name, start, stop)[top:bottom]
        parts = [
            self.values(name, at, min(at + _READ_FRAMES, stop))[top:bottom].copy()
            for at in range(start, stop, _READ_FRAMES)
        ]
        return np.concatenate(parts, axis=1)

    def _mel(self, start: int, stop: int) -> Floats:
        mel = self._measured.first.values("mel", start, stop)
        return np.maximum(mel, np.float32(self._measured.floors["mel"]))

    def _contrast(self, start: int, stop: int) -> Floats:
        peaks, valleys = (
            np.maximum(
                self._measured.first.values(name, start, stop),
                np.float32(self._measured.floors[name]),
            )
            for name in ("contrast_peaks", "contrast_valleys")
        )
        return peaks - valleys

    def _change(self, start: int, stop: int, order: int) -> Floats:
        """Change of MFCC: frames beyond both sides are heard too, and cut off again."""
        first = max(0, min(start - timbre.REACH, self.frames - timbre.DELTA_FRAMES))
        last = min(self.frames, max(stop + timbre.REACH, first + timbre.DELTA_FRAMES))
        changed = timbre.change(self.values("mfcc", first, last), order)
        return changed[:, start - first : stop - first]


def measure_recording(
    recording: Recording,
    threads: int = 1,
    check: Callable[[], None] = lambda: None,
    folder: Path | None = None,
    block_frames: int = BLOCK_FRAMES,
) -> Measurement:
    """Measures a whole recording of at least half a second.

    Args:
        recording: The sound; it is not needed any more afterwards.
        threads: How many threads may share the work; no value depends on it.
        check: Called now and then; what it raises ends the measuring.
        folder: Where frames of a long sound lie; None stands for the system's own folder.
        block_frames: Frames measured at a time; hardly a value depends on it.
    """
    with ExitStack() as stack:
        executor = stack.enter_context(ThreadPoolExecutor(threads)) if threads > 1 else None
        return Measurement(Passes(recording, executor, folder, check, block_frames).run())


def measure_sound(samples: Floats, threads: int = 1) -> Measurement:
    """Measures samples at `SAMPLE_RATE`, shape (n,), at least half a second of them."""
    with Recording.of(samples) as recording:
        return measure_recording(recording, threads)
