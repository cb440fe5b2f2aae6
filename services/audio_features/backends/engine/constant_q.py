"""The one constant-Q transform that the tonal features share, octave by octave.

The recursion of `librosa.cqt` (Schörkhuber & Klapuri 2010) as a stream: each octave is measured
with the same short filters on a sound that was halved in rate once more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import librosa
import numpy as np
import scipy.fft
import soxr
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from services.audio_features.backends.engine.transform import HOP
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Floats

OCTAVES = 7
BINS_PER_OCTAVE = 36
BINS = OCTAVES * BINS_PER_OCTAVE
SPARSITY = 0.01

TUNINGS = 100
"""Tunings are told in hundredths of a bin; the filters of one take longer to make than to use."""

Numbers = NDArray[np.float64]
Stretches = tuple[Floats, ...]
"""For each octave, from the highest, the samples that some frames need."""


@dataclass(frozen=True, slots=True)
class _Filters:
    """The filters of one octave.

    `spectra` is sparse, shape (36, read), for those bins of a transform of `size` that are `read`;
    results are divided by `scales`, shape (36, 1).
    """

    size: int
    read: slice
    spectra: csr_matrix
    scales: Numbers


@lru_cache(maxsize=TUNINGS)
def _filters(tuning: float) -> tuple[_Filters, ...]:
    """The filters of each octave, from the highest."""
    lowest = librosa.note_to_hz("C1") * 2.0 ** (tuning / BINS_PER_OCTAVE)
    hertz = librosa.interval_frequencies(
        n_bins=BINS, fmin=lowest, intervals="equal", bins_per_octave=BINS_PER_OCTAVE
    )
    alpha = librosa.filters._relative_bandwidth(freqs=hertz)
    lengths, _ = librosa.filters.wavelet_lengths(freqs=hertz, sr=SAMPLE_RATE, alpha=alpha)
    octaves = []
    for octave in range(OCTAVES):
        part = slice(BINS - (octave + 1) * BINS_PER_OCTAVE, BINS - octave * BINS_PER_OCTAVE)
        octaves.append(_octave_filters(octave, hertz[part], alpha[part], np.sqrt(lengths[part])))
    return tuple(octaves)


def _octave_filters(octave: int, hertz: Numbers, alpha: Numbers, scales: Numbers) -> _Filters:
    rate = SAMPLE_RATE / 2**octave
    waves, lengths = librosa.filters.wavelet(freqs=hertz, sr=rate, alpha=alpha)  # type: ignore[arg-type]
    size = waves.shape[1]
    waves *= lengths[:, np.newaxis] / size
    spectra = librosa.util.sparsify_rows(
        np.fft.fft(waves, axis=1)[:, : size // 2 + 1], quantile=SPARSITY, dtype=np.complex64
    )
    spectra.data *= np.float32(np.sqrt(SAMPLE_RATE / rate))
    read = slice(int(spectra.indices.min()), int(spectra.indices.max()) + 1)
    return _Filters(size, read, csr_matrix(spectra[:, read]), scales[:, np.newaxis])


def constant_q(stretches: Stretches, tuning: float) -> Floats:
    """Magnitudes of 252 bins, three to a semitone from C1, shape (252, frames).

    Spectra are made in double precision and multiplied in librosa's order: where a loud sound
    ends, little is left of large numbers, and that little decides which pitch class is strongest.
    """
    rows = []
    for octave, filters in enumerate(_filters(tuning)):
        frames = sliding_window_view(stretches[octave], filters.size)[:: HOP >> octave]
        spectra = scipy.fft.rfft(frames.astype(np.float64), axis=1, overwrite_x=True)
        read = np.ascontiguousarray(spectra[:, filters.read].T, np.complex64)
        responses = filters.spectra @ read
        responses /= filters.scales
        rows.append(np.abs(responses))
    return np.concatenate(rows[::-1])


def octave_stretches(
    recording: Recording, frames: int, block: int, tuning: float
) -> Iterator[Stretches]:
    """What `constant_q` needs for every `block` frames of a sound, in order of time."""
    sizes = [filters.size for filters in _filters(tuning)]
    octaves = _Octaves(recording)
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

    def __init__(self, recording: Recording) -> None:
        self._pieces = recording.pieces()
        self._left = recording.count
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
                piece = (halved / np.sqrt(0.5)).astype(np.float32)  # in double, as librosa
