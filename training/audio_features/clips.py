"""The sounds that the models learn from, and what is measured in them, kept on disk once it is."""

import csv
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
import soundfile
import soxr
from rich.progress import track

from services.audio_features.backends.measurement import measure_sound
from services.audio_features.backends.spectra import UNITS
from services.audio_features.domain import EMOTIONS, SAMPLE_RATE, Floats, Summary

DEFAULT_DATA = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
"""Where the training data lies unless `--data` says otherwise."""

CACHE = Path("build/audio_features")
"""Where what was measured is kept between runs."""

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


def statistics(paths: Sequence[Path], part: Part = "whole") -> list[dict[str, Summary]]:
    """The statistics of every feature of each sound file."""
    kept = measured(f"statistics-{','.join(UNITS)}", paths, part, _statistics)
    return [{name: Summary(unit, *each[name]) for name, unit in UNITS.items()} for each in kept]


def _statistics(samples: Floats) -> dict[str, Floats]:
    with closing(measure_sound(samples)) as measurement:
        summaries = measurement.summaries()
    return {name: np.stack(summary.statistics()) for name, summary in summaries.items()}


def measured(
    kind: str,
    paths: Sequence[Path],
    part: Part,
    measure: Callable[[Floats], Mapping[str, Floats]],
) -> list[dict[str, Floats]]:
    """What `measure` makes of the samples of each file, from the cache where it lies there.

    What is missing is measured on two cores, showing progress; an interrupted run goes on from
    there. `kind` names what is measured and must change when that does.
    """
    places = [_place(kind, path, part) for path in paths]
    missing = [
        (path, place) for path, place in zip(paths, places, strict=True) if not place.exists()
    ]
    if missing:
        CACHE.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(max_workers=2) as pool:
            made = pool.map(
                partial(_measure, part=part, measure=measure), *zip(*missing, strict=True)
            )
            for _ in track(made, f"Measuring {kind[:16]} ({part})", total=len(missing)):
                pass
    return [_load(place) for place in places]


def _place(kind: str, path: Path, part: Part) -> Path:
    digest = hashlib.blake2b(path.read_bytes(), digest_size=12)
    digest.update(f"{kind},{part}".encode())
    return CACHE / f"{digest.hexdigest()}.npz"


def _load(place: Path) -> dict[str, Floats]:
    with np.load(place, allow_pickle=False) as tables:
        return {name: tables[name] for name in tables.files}


def _measure(
    path: Path, place: Path, part: Part, measure: Callable[[Floats], Mapping[str, Floats]]
) -> None:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = np.asarray(soxr.resample(samples.mean(axis=1), rate, SAMPLE_RATE), np.float32)
    middle = len(mono) // 2
    span = {"whole": mono, "first half": mono[:middle], "second half": mono[middle:]}[part]
    unfinished = place.with_suffix(".part.npz")
    np.savez(unfinished, allow_pickle=False, **measure(span))
    unfinished.replace(place)
