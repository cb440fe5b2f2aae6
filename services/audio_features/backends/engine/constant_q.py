"""The one constant-Q transform that the tonal features share, octave by octave.

The recursion of `librosa.cqt` (Schörkhuber & Klapuri 2010) as a stream: each octave is measured
with the same short filters on a sound that was halved in rate once more.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import cast

import librosa
import numpy as np
import scipy.fft
import soxr
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from services.audio_features.backends.engine.transform import HOP
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Floats

OCTAVES = 7
BINS_PER_OCTAVE = 36
BINS = OCTAVES * BINS_PER_OCTAVE
SPARSITY = 0.01

Complex = NDArray[np.complex64]
Stretches = tuple[Floats, ...]
"""For each octave, from the highest, the samples that some frames need."""


@lru_cache(maxsize=8)
def _filters(tuning: float) -> tuple[tuple[int, slice, Complex], ...]:
    """For each octave: length of the transform, bins that are read, filters (bins, 36)."""
    lowest = librosa.note_to_hz("C1") * 2.0 ** (tuning / BINS_PER_OCTAVE)
    hertz = librosa.interval_frequencies(
        n_bins=BINS, fmin=lowest, intervals="equal", bins_per_octave=BINS_PER_OCTAVE
    )
    alpha = librosa.filters._relative_bandwidth(freqs=hertz)
    lengths, _ = librosa.filters.wavelet_lengths(freqs=hertz, sr=SAMPLE_RATE, alpha=alpha)
    octaves = []
    for octave in range(OCTAVES):
        part = slice(BINS - (octave + 1) * BINS_PER_OCTAVE, BINS - octave * BINS_PER_OCTAVE)
        octaves.append(_octave_filters(octave, hertz[part], alpha[part], lengths[part]))
    return tuple(octaves)


def _octave_filters(
    octave: int, hertz: Floats, alpha: Floats, lengths: Floats
) -> tuple[int, slice, Complex]:
    rate = SAMPLE_RATE / 2**octave
    waves, own_lengths = librosa.filters.wavelet(freqs=hertz, sr=rate, alpha=alpha)
    size = waves.shape[1]
    waves *= own_lengths[:, np.newaxis] / size
    spectra = librosa.util.sparsify_rows(
        np.fft.fft(waves, axis=1)[:, : size // 2 + 1], quantile=SPARSITY, dtype=np.complex64
    ).toarray()
    spectra *= np.sqrt(2.0**octave / lengths)[:, np.newaxis]
    used = np.flatnonzero(np.abs(spectra).any(axis=0))
    read = slice(int(used[0]), int(used[-1]) + 1)
    return size, read, np.ascontiguousarray(spectra[:, read].T, np.complex64)


def constant_q(stretches: Stretches, tuning: float) -> Floats:
    """Magnitudes of 252 bins, three to a semitone from C1, shape (252, frames)."""
    rows = []
    for octave, (size, read, filters) in enumerate(_filters(tuning)):
        frames = sliding_window_view(stretches[octave], size)[:: HOP >> octave]
        spectra = scipy.fft.rfft(np.ascontiguousarray(frames), axis=1)[:, read]
        rows.append(np.abs(np.ascontiguousarray(spectra) @ filters).T)
    return np.concatenate(rows[::-1])


def octave_stretches(
    recording: Recording, frames: int, block: int, tuning: float
) -> Iterator[Stretches]:
    """What `constant_q` needs for every `block` frames of a sound, in order of time."""
    sizes = [size for size, _, _ in _filters(tuning)]
    octaves = _Octaves(recording, max(sizes))
    for first in range(0, frames, block):
        last = min(first + block, frames)
        yield tuple(
            octaves.samples(
                octave,
                first * (HOP >> octave) - size // 2,
                (last - 1) * (HOP >> octave) + size // 2,
            )
            for octave, size in enumerate(sizes)
        )


class _Octaves:
    """A sound at its own rate, at half of it, a quarter…; only what is needed next is held."""

    def __init__(self, recording: Recording, margin: int) -> None:
        self._pieces = recording.pieces()
        self._left = recording.count
        self._margin = margin
        self._halving = [soxr.ResampleStream(2, 1, 1, dtype="float32") for _ in range(OCTAVES - 1)]
        self._held = [np.zeros(0, np.float32) for _ in range(OCTAVES)]
        self._starts = [0] * OCTAVES

    def samples(self, octave: int, start: int, stop: int) -> Floats:
        """Samples of one octave, with zeros outside the sound; `start` never goes back."""
        while self._left and self._starts[octave] + len(self._held[octave]) < stop:
            self._read_on()
        skipped = max(0, start - self._starts[octave])
        self._held[octave] = self._held[octave][skipped:]
        self._starts[octave] += skipped
        before = self._starts[octave] - start
        inside = self._held[octave][: max(0, stop - self._starts[octave])]
        return np.pad(inside, (before, stop - start - before - len(inside)))

    def _read_on(self) -> None:
        """Takes one more piece through all octaves."""
        piece = next(self._pieces)
        self._left -= len(piece)
        for octave in range(OCTAVES):
            self._held[octave] = np.concatenate([self._held[octave], piece])
            if octave < OCTAVES - 1:
                halved = self._halving[octave].resample_chunk(piece, last=not self._left)
                piece = cast(Floats, halved * np.float32(np.sqrt(2)))
