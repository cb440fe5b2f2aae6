"""Sound embeddings of whole songs and of ten seconds of each, as the service makes them.

They are kept on disk by digest of the sound and version of the analysis.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from rich.progress import track

from services.audio_features.backends import open_analyzer
from services.audio_features.domain import Analysis
from services.audio_features.ports import AudioAnalyzer
from services.audio_features.settings import AudioFeaturesSettings
from services.recommender.tracks import Array

CACHE = Path("build/groups")
CLIP_SECONDS = 10
FEELING_NUMBERS = 15


@dataclass(frozen=True, slots=True, eq=False)
class Sounds:
    """n songs: embeddings of the whole and of a clip (n x d), feelings (n x 15), tempi (n)."""

    whole: Array
    clips: Array
    feelings: Array
    tempi: Array


def sounds_of(paths: Sequence[Path]) -> Sounds:
    """Hears files, showing progress; one that is interrupted goes on from there."""
    CACHE.mkdir(parents=True, exist_ok=True)
    analyzer = open_analyzer(AudioFeaturesSettings())
    try:
        rows = [_heard(analyzer, path) for path in track(paths, "Hearing songs and clips")]
    finally:
        analyzer.close()
    return Sounds(*(np.stack(parts) for parts in zip(*rows, strict=True)))


def _heard(analyzer: AudioAnalyzer, path: Path) -> tuple[Array, Array, Array, Array]:
    content = path.read_bytes()
    digest = hashlib.blake2b(content, digest_size=12, key=analyzer.version.encode()[:64])
    place = CACHE / f"{digest.hexdigest()}.npz"
    if not place.exists():
        unfinished = place.with_suffix(".part.npz")
        whole = analyzer.analyze(content)
        np.savez(
            unfinished,
            whole=_embedding(whole),
            clip=_embedding(analyzer.analyze(_clip(path))),
            feeling=_feeling(whole),
            tempo=np.float32(whole.tempo.bpm if whole.tempo else 0),
        )
        unfinished.replace(place)
    with np.load(place, allow_pickle=False) as kept:
        return kept["whole"], kept["clip"], kept["feeling"], kept["tempo"]


def _clip(path: Path) -> bytes:
    """Ten seconds from the middle of a file, as a WAV file of its own."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    start = max(0, (len(samples) - CLIP_SECONDS * rate) // 2)
    cut = io.BytesIO()
    soundfile.write(cut, samples[start : start + CLIP_SECONDS * rate], rate, format="WAV")
    return cut.getvalue()


def _embedding(analysis: Analysis) -> Array:
    if analysis.embedding is None:
        raise ValueError(f"nothing can be heard in {analysis.id}")
    return analysis.embedding


def _feeling(analysis: Analysis) -> Array:
    feeling = analysis.feeling
    if feeling is None:
        return np.full(FEELING_NUMBERS, np.nan, np.float32)
    return np.array([*feeling.moods, feeling.valence, feeling.arousal], np.float32)
