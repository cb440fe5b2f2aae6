"""Songs and clips of them as the service hears them, kept on disk once heard.

The songs are Emotify's 248 clips of 20 s and the project's own sketches. From each a few seconds
are cut at a random place and sent through the conditions of `distortions`.

The shipped network has learned from every second clip of Emotify. Another one has learned from the
others instead; each song is looked for by the one that never heard it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from services.audio_features.backends.compilation import keep_compiled
from services.audio_features.backends.fingerprints import (
    FRAMES_PER_SECOND,
    SHIPPED_FINGERPRINTS,
    FingerprintNetwork,
)
from services.audio_features.backends.librosa_features import FEATURES_VERSION
from services.audio_features.backends.measurement import measure_recording
from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.sequences import chroma_sequence, mfcc_sequence
from services.audio_features.backends.windows import windows_of
from services.audio_features.domain import SAMPLE_RATE, Floats
from services.audio_features.domain import Sequence as Frames
from services.audio_features.settings import AudioFeaturesSettings
from training.audio_features.clips import CACHE, emotify
from training.audio_features.distortions import CONDITIONS
from training.audio_features.fingerprint_material import heard, samples_in

SEED = 20_262
CLIP_SECONDS = 6.0
FOLDER = CACHE / "matching"

THOROUGH = (
    "clean",
    "noise_10db_and_reverberation",
    "speed_up_8",
    "speed_down_8",
    "semitone_up",
    "semitone_down",
    "telephone",
    "recorded",
)
"""Conditions that every song's clip goes through; through the others, every third song's."""

EVERY = 3

_FASTEST = max(condition.tempo_ratio for condition in CONDITIONS.values())

NETWORKS = (SHIPPED_FINGERPRINTS, SHIPPED_FINGERPRINTS.with_name("fingerprint-even.onnx"))
"""The shipped network, which never heard the even clips, and the one that never heard the odd."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the service keeps of a sound to find it by.

    `starts` (windows,) are in seconds; `points`, shape (2, windows, 128), are those of each of
    `NETWORKS`. `mfcc` and `chroma` are in step.
    """

    starts: Floats
    points: Floats
    mfcc: Frames
    chroma: Frames


@dataclass(frozen=True, slots=True)
class Song:
    """A song, and a clip of it under each condition; the clip begins at `start` seconds.

    `unseen` is the place of a network that never learned from it.
    """

    name: str
    song: Heard
    start: float
    clips: Mapping[str, Heard]
    unseen: int = 0


def corpus(data: Path, sketches: Path, workers: int = 2) -> list[Song]:
    """Hears every song and every clip that was not heard before, with progress.

    Raises:
        FileNotFoundError: The sketches are not rendered.
    """
    paths = [*emotify(data).paths, *sorted(sketches.glob("*.ogg"))]
    real = len(emotify(data).paths)
    if len(paths) == real:
        raise FileNotFoundError(f"{sketches}: render them by `python -m catalogue.sketches`")
    FOLDER.mkdir(parents=True, exist_ok=True)
    missing = [index for index, path in enumerate(paths) if not _kept(path).exists()]
    if missing:
        task = partial(_hear, paths)
        with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
            for _ in track(pool.map(task, missing), "Hearing songs and clips", len(missing)):
                pass
    networks = [FingerprintNetwork(path, threads=1) for path in NETWORKS]
    return [
        _read(path, index % 2 if index < real else 0, networks)
        for index, path in track(list(enumerate(paths)), "Embedding windows")
    ]


def _kept(path: Path) -> Path:
    """Where a song lies; other features, clips or conditions give another name."""
    content = f"{FEATURES_VERSION} {SEED} {CLIP_SECONDS} {sorted(CONDITIONS)} {path.stem}"
    return FOLDER / f"{hashlib.blake2b(content.encode(), digest_size=12).hexdigest()}.npz"


def _hear(paths: Sequence[Path], index: int) -> None:
    keep_compiled(AudioFeaturesSettings().numba_cache_dir)
    samples = samples_in(paths[index])
    spare = len(samples) / SAMPLE_RATE - CLIP_SECONDS * _FASTEST
    start = float(np.random.default_rng([SEED, index]).uniform(0, max(spare, 0.0)))
    arrays = {"start": np.float64(start)} | _arrays("song", samples)
    for place, (name, condition) in enumerate(CONDITIONS.items()):
        if name in THOROUGH or index % EVERY == 0:
            first = int(start * SAMPLE_RATE)
            part = samples[first : first + int(CLIP_SECONDS * condition.tempo_ratio * SAMPLE_RATE)]
            clip = condition(part, np.random.default_rng([SEED, index, place]))
            arrays |= _arrays(name, clip)
    kept = _kept(paths[index])
    unfinished = kept.with_suffix(".part.npz")
    np.savez(unfinished, allow_pickle=False, **arrays)
    unfinished.replace(kept)


def _arrays(name: str, samples: Floats) -> dict[str, NDArray[Any]]:
    """What the serving code measures of a sound, and the log-mels that its networks read."""
    with Recording.of(samples) as recording, closing(measure_recording(recording)) as measurement:
        mfcc, chroma = mfcc_sequence(measurement), chroma_sequence(measurement)
        return {
            f"{name}.bounds": np.array([(w.start, w.end) for w in windows_of(measurement)]),
            f"{name}.log_mel": heard(samples).astype(np.float16),
            f"{name}.mfcc": mfcc.frames,
            f"{name}.chroma": chroma.frames,
            f"{name}.step": np.array(mfcc.step_seconds),
        }


def _read(path: Path, unseen: int, networks: Sequence[FingerprintNetwork]) -> Song:
    with np.load(_kept(path), allow_pickle=False) as arrays:
        names = [name.removesuffix(".step") for name in arrays.files if name.endswith(".step")]
        sounds = {name: _embedded(name, arrays, networks) for name in names}
        start = float(arrays["start"])
    return Song(path.stem, sounds.pop("song"), start, sounds, unseen)


def _embedded(
    name: str, arrays: Mapping[str, NDArray[Any]], networks: Sequence[FingerprintNetwork]
) -> Heard:
    log_mel, bounds = arrays[f"{name}.log_mel"].astype(np.float32), arrays[f"{name}.bounds"]
    points = [
        [network.points(log_mel[first:last][np.newaxis])[0] for first, last in _frames(bounds)]
        for network in networks
    ]
    step = float(arrays[f"{name}.step"])
    return Heard(
        bounds[:, 0].astype(np.float32),
        np.array(points, np.float32),
        Frames(arrays[f"{name}.mfcc"], step),
        Frames(arrays[f"{name}.chroma"], step),
    )


def _frames(bounds: Floats) -> list[list[int]]:
    frames: list[list[int]] = np.round(bounds * FRAMES_PER_SECOND).astype(int).tolist()
    return frames
