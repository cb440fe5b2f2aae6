"""The sounds that the models learn from, as statistics, kept on disk once measured."""

import csv
import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray
from rich.progress import track

from services.audio_features.backends.measurement import measure_sound
from services.audio_features.backends.spectra import UNITS
from services.audio_features.backends.statistics import model_tables, model_vector
from services.audio_features.domain import EMOTIONS, SAMPLE_RATE, Floats, Summary

DEFAULT_DATA = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
"""Where the training data lies unless `--data` says otherwise."""

CACHE = Path("build/audio_features")
"""Where measured statistics are kept between runs."""

Part = Literal["whole", "first half", "second half"]


@dataclass(frozen=True, slots=True)
class LabelledClips:
    """Emotify (Aljanaki, Wiering, Veltkamp 2016): where the clips are and what listeners felt.

    `shares` has shape (clips, 9) in the order of `EMOTIONS`, `annotators` (clips,).
    """

    paths: tuple[Path, ...]
    genres: tuple[str, ...]
    shares: Floats
    annotators: Floats


def emotify(data: Path) -> LabelledClips:
    """Reads the labels of the 248 clips under the training data folder."""
    folder = data / "emotify"
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return LabelledClips(
        tuple(folder / row["file"] for row in rows),
        tuple(row["genre"] for row in rows),
        np.array([[float(row[name]) for name in EMOTIONS] for row in rows], np.float32),
        np.array([float(row["n_annot"]) for row in rows], np.float32),
    )


@dataclass(frozen=True, slots=True)
class Vectors:
    """What the models read of several clips: rows of shape (clips, numbers), in tables."""

    rows: Floats
    table_sizes: tuple[int, ...]

    def only(self, chosen: NDArray[np.intp]) -> "Vectors":
        """Returns the chosen clips alone."""
        return Vectors(self.rows[chosen], self.table_sizes)


def vectors(paths: Sequence[Path], part: Part = "whole") -> Vectors:
    """Returns the models' vectors of sound files.

    Measures what is not in the cache, showing progress; an interrupted run goes on from there.
    """
    missing = [path for path in paths if not _cached(path, part).exists()]
    if missing:
        _cached(missing[0], part).parent.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(max_workers=2) as pool:
            measured = pool.map(partial(_measure, part=part), missing)
            for _ in track(measured, f"Measuring clips ({part})", total=len(missing)):
                pass
    loaded = [_load(_cached(path, part)) for path in paths]
    sizes = tuple(table.size for table in model_tables(loaded[0]).values())
    return Vectors(np.stack([model_vector(features) for features in loaded]), sizes)


def _cached(path: Path, part: Part) -> Path:
    digest = hashlib.blake2b(path.read_bytes(), digest_size=12)
    digest.update(",".join((part, *UNITS)).encode())
    return CACHE / "statistics" / f"{digest.hexdigest()}.npz"


def _load(path: Path) -> dict[str, Summary]:
    with np.load(path, allow_pickle=False) as tables:
        return {name: Summary(unit, *tables[name]) for name, unit in UNITS.items()}


def _measure(path: Path, part: Part) -> None:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE)
    middle = len(mono) // 2
    span = {"whole": mono, "first half": mono[:middle], "second half": mono[middle:]}[part]
    summaries = measure_sound(span).summaries()
    tables = {name: np.stack(summary.statistics()) for name, summary in summaries.items()}
    unfinished = _cached(path, part).with_suffix(".part.npz")
    np.savez(unfinished, allow_pickle=False, **tables)
    unfinished.replace(_cached(path, part))
