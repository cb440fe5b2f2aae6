"""Measures a recording block by block, in three passes that share their transforms.

The first takes the STFT and everything that needs nothing of the rest of the sound; with the tuning
that it finds, the second takes the constant-Q transform; the last hears how onsets repeat. Blocks
are measured by several threads and put together in order, so that their number changes no value.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from services.audio_features.backends.engine import constant_q, parts, pulse, shapes, tonal
from services.audio_features.backends.engine.tables import Table
from services.audio_features.backends.engine.transform import frame_count, magnitudes
from services.audio_features.backends.engine.tuning import Tuning, peaks
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import Floats

BLOCK_FRAMES = 324
"""Frames measured at a time: 7.5 s, so that half a minute makes work for several threads."""

KEPT_FRAMES = 2_600
"""Magnitudes of sound up to a minute are kept from one pass to the next, else made again."""

DYNAMIC_RANGE_DB = 80.0
"""Decibels are clipped this far below the loudest of a whole sound, as in librosa."""

IN_FLIGHT = 3
"""Blocks that are being measured or wait for it."""

FIRST_ROWS = {
    "spectral_centroid": 1,
    "spectral_bandwidth": 1,
    "spectral_rolloff": 1,
    "spectral_flatness": 1,
    "zero_crossing_rate": 1,
    "rms": 1,
    "harmonic_energy": 1,
    "percussive_energy": 1,
    "contrast_peaks": 7,
    "contrast_valleys": 7,
    "mel": 128,
}
SECOND_ROWS = {"chroma_stft": 12, "chroma_cqt": 12}

_READ_FRAMES = 4096

R = TypeVar("R")
Block = tuple[int, int]
Rows = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Measured:
    """What the passes leave: decibels in the first table are not clipped yet.

    `floors` says where they are to be, by name; `onsets` has shape (frames,), `tempogram`
    (8, frames); `class_strengths` are sums over all frames, shape (12,).
    """

    first: Table
    second: Table
    floors: Mapping[str, float]
    onsets: Floats
    tempogram: Floats
    class_strengths: NDArray[np.float64]


class Passes:
    """One measuring of one recording.

    Args:
        recording: At least half a second.
        executor: Whose threads measure blocks; None measures them here.
        folder: Where long tables lie; None stands for the system's own folder.
        check: Called now and then; what it raises ends the measuring.
        block_frames: Frames that are measured at a time.
    """

    def __init__(
        self,
        recording: Recording,
        executor: Executor | None,
        folder: Path | None,
        check: Callable[[], None],
        block_frames: int = BLOCK_FRAMES,
    ) -> None:
        self._recording = recording
        self._executor = executor
        self._folder = folder
        self._check = check
        self._block_frames = block_frames
        self._frames = frame_count(recording.count)
        self._kept: dict[int, Floats] = {}

    def run(self) -> Measured:
        """Measures everything."""
        first, tunings = self._first_pass()
        with _closed_on_error(first):
            floors = {
                name: _highest(first, name) - DYNAMIC_RANGE_DB
                for name in ("mel", "contrast_peaks", "contrast_valleys")
            }
            onsets = pulse.onset_strength(self._rises(first, floors["mel"]))
            repeats = pulse.tempogram_bands(onsets)
            second, strengths = self._second_pass(*tunings)
        return Measured(first, second, floors, onsets, repeats, strengths)

    def _blocks(self) -> Iterator[Block]:
        for start in range(0, self._frames, self._block_frames):
            yield start, min(start + self._block_frames, self._frames)

    def _first_pass(self) -> tuple[Table, tuple[float, float]]:
        """Returns a table of `FIRST_ROWS`, and the tunings for chroma from STFT and from CQT."""
        table = Table(FIRST_ROWS, self._folder)
        with _closed_on_error(table), Tuning(self._folder) as powers, Tuning(self._folder) as sizes:
            tasks = (partial(self._first_rows, *block) for block in self._blocks())
            for rows, power_peaks, size_peaks in self._in_order(tasks):
                table.append(rows)
                powers.add(power_peaks)
                sizes.add(size_peaks)
            tunings = powers.estimate(tonal.CLASSES), sizes.estimate(constant_q.BINS_PER_OCTAVE)
        return table, tunings

    def _first_rows(self, first: int, last: int) -> tuple[Rows, Floats, Floats]:
        start, stop = max(0, first - parts.REACH), min(last + parts.REACH, self._frames)
        around = magnitudes(self._recording, start, stop)
        own = around[first - start : last - start]
        if self._frames <= KEPT_FRAMES:
            self._kept[first] = own
        powers = own**2
        energies = parts.part_energies(around, start, first, last, self._frames)
        centroid, bandwidth, rolloff = shapes.moments(own)
        crossings, rms = shapes.levels(self._recording, first, last)
        highest, lowest = np.split(shapes.contrast_ends(own), 2)
        rows = {
            "spectral_centroid": centroid,
            "spectral_bandwidth": bandwidth,
            "spectral_rolloff": rolloff,
            "spectral_flatness": shapes.flatness(powers),
            "zero_crossing_rate": crossings,
            "rms": rms,
            "harmonic_energy": energies[0],
            "percussive_energy": energies[1],
            "contrast_peaks": highest,
            "contrast_valleys": lowest,
            "mel": shapes.mel_decibels(powers),
        }
        return rows, peaks(powers), peaks(own)

    def _second_pass(
        self, power_tuning: float, size_tuning: float
    ) -> tuple[Table, NDArray[np.float64]]:
        """Returns a table of `SECOND_ROWS` and the sums of the strengths of pitch classes."""
        table, strengths = Table(SECOND_ROWS, self._folder), np.zeros(tonal.CLASSES)
        stretches = constant_q.octave_stretches(
            self._recording, self._frames, self._block_frames, size_tuning
        )
        with _closed_on_error(table):
            tasks = (
                partial(self._second_rows, *block, stretch, power_tuning, size_tuning)
                for block, stretch in zip(self._blocks(), stretches, strict=True)
            )
            for rows, block_strengths in self._in_order(tasks):
                table.append(rows)
                strengths += block_strengths
        return table, strengths

    def _second_rows(
        self,
        first: int,
        last: int,
        stretches: constant_q.Stretches,
        power_tuning: float,
        size_tuning: float,
    ) -> tuple[Rows, NDArray[np.float64]]:
        own = self._kept.get(first)
        powers = (magnitudes(self._recording, first, last) if own is None else own) ** 2
        cqt = constant_q.constant_q(stretches, size_tuning)
        rows = {
            "chroma_stft": tonal.chroma_of_powers(powers, power_tuning),
            "chroma_cqt": tonal.chroma_of_constant_q(cqt),
        }
        return rows, tonal.class_strengths(cqt)

    def _rises(self, first: Table, floor: float) -> Floats:
        risen, before = [], None
        for block in self._blocks():
            mel = np.maximum(first.values("mel", *block), np.float32(floor))
            risen.append(pulse.rises(mel, before))
            before = mel[:, -1:]
        return np.concatenate(risen)

    def _in_order(self, tasks: Iterator[Callable[[], R]]) -> Iterator[R]:
        """What the tasks return, in their order; a few of them run at a time."""
        if self._executor is None:
            for task in tasks:
                self._check()
                yield task()
            return
        running: deque[Future[R]] = deque()
        for task in tasks:
            self._check()
            running.append(self._executor.submit(task))
            if len(running) >= IN_FLIGHT:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _highest(table: Table, name: str) -> float:
    """The largest value of some rows."""
    parts = (
        table.values(name, start, start + _READ_FRAMES)
        for start in range(0, table.frames, _READ_FRAMES)
    )
    return max(float(part.max()) for part in parts)


@contextmanager
def _closed_on_error(table: Table) -> Iterator[None]:
    try:
        yield
    except BaseException:
        table.close()
        raise
