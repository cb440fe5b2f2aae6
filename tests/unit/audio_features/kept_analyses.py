"""Analyses made up to be kept: whole ones, empty ones, very long ones."""

import numpy as np

from services.audio_features.domain import (
    EMOTIONS,
    Analysis,
    Feeling,
    Floats,
    Heard,
    Key,
    Note,
    Sequence,
    SoundKind,
    SoundSegment,
    Summary,
    Tempo,
    Window,
)
from vts.moods import MOODS

VERSIONS = {"features": "2", "feeling": "1"}


def whole(name: str, *, seed: int = 0, windows: int = 3, frames: int = 40) -> Analysis:
    """An analysis in which everything is there, with numbers of every size."""
    random = np.random.default_rng(seed)
    return Analysis(
        id=name,
        duration_seconds=float(random.random() * 300),
        loudness_lufs=-14.1234567891,
        harmonic_share=1 / 3,
        dynamic_range_db=7.5,
        tempo=Tempo(119.87654321, 0.75, (59.9, 239.8)),
        key=Key("F#", "minor", 0.5),
        features={
            "spectral_centroid": _summary(random, 1, "Hz"),
            "mfcc": _summary(random, 20, ""),
            "chroma_cqt": _summary(random, 12, ""),
        },
        embedding=_drawn(random, 128),
        feeling=_feeling(random),
        mfcc=Sequence(_drawn(random, frames, 20) * 200, 0.0928798),
        heard=Heard(
            (
                SoundSegment(0.0, 1.5, SoundKind.SPEECH, 0.9),
                SoundSegment(1.5, 9.25, SoundKind.MUSIC, 0.8),
            ),
            speech_share=0.2,
            music_share=0.8,
        ),
        windows=tuple(
            Window(5.0 * n, 5.0 * n + 10, _feeling(random), _drawn(random, 128))
            for n in range(windows)
        ),
        notes=(Note.TRUNCATED,),
        chroma=Sequence(random.random((frames, 12)).astype(np.float32), 0.0928798),
        beats=np.linspace(0.1, 9, 30, dtype=np.float32),
        genres={"pop": 0.125, "classical": 0.875},
        sound_digest=name[::-1],
        materials={"heard": _drawn(random, 4, 1024), "none": np.zeros((0, 3), np.float32)},
        part_versions=VERSIONS,
    )


def silence(name: str) -> Analysis:
    """An analysis in which nothing was heard."""
    return Analysis(
        id=name,
        duration_seconds=2.0,
        features={"rms": _summary(np.random.default_rng(0), 1, "")},
        mfcc=Sequence(np.zeros((20, 20), np.float32), 0.1),
        windows=(Window(0.0, 2.0, None),),
        notes=(Note.SILENT,),
        part_versions=VERSIONS,
    )


def _drawn(random: np.random.Generator, *shape: int) -> Floats:
    return random.normal(size=shape).astype(np.float32)


def _summary(random: np.random.Generator, dimensions: int, unit: str) -> Summary:
    sizes = 10.0 ** np.array([[-30], [-7], [0], [1], [4], [8]])
    rows = (random.normal(size=(6, dimensions)) * sizes).astype(np.float32)
    return Summary(unit, *rows)


def _feeling(random: np.random.Generator) -> Feeling:
    emotions, moods = random.random(len(EMOTIONS)), random.random(len(MOODS))
    return Feeling(emotions.astype(np.float32), moods.astype(np.float32), -0.5, 0.25, 1 / 7)
