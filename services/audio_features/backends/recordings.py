"""A whole sound as everything that measures gets it: mono samples, read stretch by stretch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
import soxr

from services.audio_features.backends.spooling import Spool
from services.audio_features.domain import SAMPLE_RATE, Floats

MEMORY_BYTES = 32 << 20
"""Sound up to this size, six minutes, stays in memory; longer sound lies in a scratch file."""

PIECE_SAMPLES = 1 << 18
"""Samples that are read at a time where nothing else is asked for: 12 s."""


class Recording:
    """Mono float32 samples at `SAMPLE_RATE`; reading is safe from many threads.

    Whoever opened it closes it: `with Recording(folder) as recording`.

    Args:
        folder: Where long sound lies meanwhile; None stands for the system's own folder.
        memory_bytes: What is held in memory before a file is used.
    """

    def __init__(self, folder: Path | None = None, memory_bytes: int = MEMORY_BYTES) -> None:
        self._spool = Spool(memory_bytes, folder)

    @classmethod
    def of(cls, samples: Floats) -> Self:
        """A recording of samples that are there already, shape (n,)."""
        made = cls(memory_bytes=samples.nbytes)
        made.append(samples)
        return made

    @property
    def count(self) -> int:
        """How many samples it has."""
        return self._spool.count

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.count / SAMPLE_RATE

    def append(self, samples: Floats) -> None:
        """Adds samples at the end."""
        self._spool.append(samples)

    def samples(self, start: int = 0, stop: int | None = None) -> Floats:
        """Samples from `start` to `stop`, shape (n,); what lies outside the sound is left out."""
        stop = self.count if stop is None else min(stop, self.count)
        start = min(max(start, 0), self.count)
        return self._spool.read(start, max(start, stop))

    def padded(self, start: int, stop: int) -> Floats:
        """Samples from `start` to `stop`, shape (stop - start,), with zeros outside the sound."""
        heard = self.samples(start, stop)
        before = min(max(0, -start), stop - start)
        return np.pad(heard, (before, stop - start - before - len(heard)))

    def pieces(self, length: int = PIECE_SAMPLES) -> Iterator[Floats]:
        """The whole sound in pieces of `length` samples; the last may be shorter."""
        for start in range(0, self.count, length):
            yield self.samples(start, start + length)

    def at(self, rate: int) -> Iterator[Floats]:
        """The whole sound at another rate, piece by piece."""
        stream = soxr.ResampleStream(SAMPLE_RATE, rate, 1, dtype="float32")
        for piece in self.pieces():
            yield np.asarray(stream.resample_chunk(piece))
        yield np.asarray(stream.resample_chunk(np.zeros(0, np.float32), last=True))

    def close(self) -> None:
        """Gives everything back; nothing can be read afterwards."""
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
