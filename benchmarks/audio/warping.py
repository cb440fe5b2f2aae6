"""Dynamic time warping over many candidates, beside librosa's, one by one.

All is on one thread where it does not say two. The query is 300 frames of twelve coefficients
(MFCC 1 to 12, every 46 ms) of one song, and the candidates are as many of other songs each: nothing
is planted that a search would find at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import librosa
import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from benchmarks.audio.music import RATE, Samples
from benchmarks.captioner_figures import in_turn, ratio
from services.audio_features.backends import warping

CANDIDATES, FRAMES, COEFFICIENTS = 200, 300, 12
HOP = 1_024
BAND = 0.1
BEST = 10
REPETITIONS = 3
TOLERANCE = 1e-5

Distances = NDArray[np.float64]


def measure(data: Path | None = None) -> dict[str, float]:
    """Milliseconds of both sides, and how many times faster this project's own is.

    Laying the candidates out is part of every measured run.

    Raises:
        RuntimeError: A distance is not librosa's, or the nearest are not those of brute force.
    """
    query, *others = islice(_sequences(data), CANDIDATES + 1)
    _check(query, others)
    sides = (
        lambda: _librosas(query, others),
        lambda: warping.distances(query, warping.packed(others)),
        lambda: _librosas(query, others, BAND),
        lambda: warping.distances(query, warping.packed(others), BAND),
        lambda: warping.nearest(query, warping.packed(others), BEST, BAND),
        lambda: warping.nearest(query, warping.packed(others), BEST, BAND, threads=2),
    )
    by_librosa, full, by_librosa_banded, banded, nearest, on_two = in_turn(sides, REPETITIONS)
    return {
        "librosa_full_ms": 1000 * median(by_librosa),
        "full_ms": 1000 * median(full),
        "full_ratio": ratio(by_librosa, full),
        "librosa_banded_ms": 1000 * median(by_librosa_banded),
        "banded_ms": 1000 * median(banded),
        "banded_ratio": ratio(by_librosa_banded, banded),
        "top_10_one_thread_ms": 1000 * median(nearest),
        "top_10_one_thread_ratio": ratio(by_librosa_banded, nearest),
        "top_10_two_threads_ms": 1000 * median(on_two),
        "top_10_two_threads_ratio": ratio(by_librosa_banded, on_two),
    }


def _librosas(query: Samples, others: list[Samples], band: float | None = None) -> Distances:
    options: dict[str, Any] = {"global_constraints": True, "band_rad": band} if band else {}
    return np.array(
        [
            librosa.sequence.dtw(query.T, other.T, backtrack=False, **options)[-1, -1]
            for other in others
        ]
    )


def _check(query: Samples, others: list[Samples]) -> None:
    candidates = warping.packed(others)
    for band in (None, BAND):
        ours, theirs = warping.distances(query, candidates, band), _librosas(query, others, band)
        if np.abs(ours / theirs - 1).max() > TOLERANCE:
            raise RuntimeError(f"distances are not librosa's (band: {band})")
    brute = warping.distances(query, candidates, BAND)
    expected = np.argsort(brute, kind="stable")[:BEST]
    for threads in (1, 2):
        indices, distances = warping.nearest(query, candidates, BEST, BAND, threads)
        if indices.tolist() != expected.tolist() or not np.array_equal(distances, brute[expected]):
            raise RuntimeError("the nearest are not those of brute force")


def _sequences(data: Path | None) -> Iterator[Samples]:
    """Sequences of different songs, shape (`FRAMES`, `COEFFICIENTS`) each; real ones if possible.

    The sketches are fewer and longer, so each gives several; the query's gives none of the others.
    """
    folder = data or Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
    clips = sorted((folder / "emotify").rglob("*.ogg"))
    if len(clips) > CANDIDATES:
        for clip in clips:
            samples, rate = soundfile.read(clip, dtype="float32", always_2d=True)
            mono = soxr.resample(samples.mean(axis=1), rate, RATE)
            yield from _coefficients(mono)[:1]
    else:
        yield from _of_sketches()


def _of_sketches() -> Iterator[Samples]:
    from catalogue.sketches.instruments import RATE as SKETCH_RATE
    from catalogue.sketches.pieces import pieces
    from catalogue.sketches.rendering import rendered

    for number, piece in enumerate(pieces()):
        mono = rendered(piece).mean(axis=-1).astype(np.float32)
        found = _coefficients(soxr.resample(mono, SKETCH_RATE, RATE))
        yield from found[:1] if number == 0 else found


def _coefficients(samples: Samples) -> list[Samples]:
    """Whole sequences of a sound, one after the other."""
    mfcc = librosa.feature.mfcc(y=samples, sr=RATE, n_mfcc=COEFFICIENTS + 1, hop_length=HOP)[1:].T
    begins = range(0, len(mfcc) - FRAMES + 1, FRAMES)
    return [np.ascontiguousarray(mfcc[begin : begin + FRAMES], np.float32) for begin in begins]
