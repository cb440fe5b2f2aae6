"""Tells talk, music, silence and other sounds apart, second by second.

The network is YAMNet (`models/audio_features/listening.onnx`): scores of AudioSet's classes for
every 0.96 s. Its classes of talk and of music are joined, and stretches that are alike become one.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from services.audio_features.backends.patches import (
    PATCH_SAMPLES,
    PATCH_SECONDS,
    patch_count,
    patches,
    resampled,
    stretches,
)
from services.audio_features.domain import Floats, Heard, SoundKind, SoundSegment

SHIPPED_NETWORK = Path(__file__).parents[3] / "models" / "audio_features" / "listening.onnx"
"""The network that comes with the project."""

TALK = (*range(6), 12)
"""AudioSet's classes of talk in YAMNet's order: speech, child's, conversation, …; whispering."""

MUSIC = (*range(24, 32), *range(132, 277))
"""Its classes of music: singing, choir, rapping, …; music, instruments, genres and moods."""

LEAST_TALK = 0.1
"""From this score on somebody talks; chosen as the model card says."""

LEAST_MUSIC = 0.1
"""From this score on music plays; chosen likewise."""

SILENT_DB = -60.0
"""Root mean square, in decibels below full scale, under which there is nothing to hear."""

_BATCH = 8
_SMOOTHED = 3  # patches; one odd second is rarely a change
_KINDS = (SoundKind.SILENCE, SoundKind.SPEECH, SoundKind.MUSIC, SoundKind.OTHER)


@dataclass(frozen=True, slots=True)
class Scores:
    """How sure talk and music are, 0 to 1, and the level in dB, of each patch: shape (patches,)."""

    talk: Floats
    music: Floats
    level: Floats


class ListeningNetwork:
    """The ONNX file; calls may come from several threads and block while they compute."""

    def __init__(self, path: Path, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        content = path.read_bytes()
        self.version = hashlib.blake2b(content, digest_size=4).hexdigest()
        self._session = ort.InferenceSession(content, options, providers=["CPUExecutionProvider"])

    def listen(self, samples: Floats, seconds: float) -> Heard:
        """What is heard in mono samples at `SAMPLE_RATE` that last `seconds`."""
        return divided(self.scores(resampled(samples)), seconds)

    def scores(self, pieces: Iterable[Floats]) -> Scores:
        """Scores of every patch of a sound at 16 kHz that comes in pieces.

        A few patches are looked at together, however long the sound.
        """
        scored = [self._scored(stretch) for stretch in stretches(pieces, _BATCH)]
        return Scores(*(np.concatenate(rows) for rows in zip(*scored, strict=True)))

    def _scored(self, samples: Floats) -> tuple[Floats, Floats, Floats]:
        """Talk, music and level of each patch of one stretch, as `Scores` has them."""
        count = patch_count(samples)
        scores = self.class_scores(patches(samples, count))
        talk, music = (scores[:, list(classes)].max(1) for classes in (TALK, MUSIC))
        return talk, music, _levels(samples, count)

    def class_scores(self, log_mel: Floats) -> Floats:
        """Scores of AudioSet's 521 classes for patches (n, 96, 64), shape (n, 521)."""
        return np.asarray(self._session.run(["scores"], {"patches": log_mel})[0])


def _levels(samples: Floats, count: int) -> Floats:
    length = count * PATCH_SAMPLES
    whole = np.pad(samples[:length], (0, max(0, length - len(samples))))
    power = np.square(whole.reshape(count, PATCH_SAMPLES).astype(np.float64)).mean(1)
    return np.asarray(10 * np.log10(power + 1e-12), np.float32)


def divided(scores: Scores, seconds: float) -> Heard:
    """Joins patches of one kind to segments that fill the whole length.

    Talk over music is talk; the shares count it as both.
    """
    silent = scores.level < SILENT_DB
    talk = smoothed(scores.talk) >= LEAST_TALK
    music = smoothed(scores.music) >= LEAST_MUSIC
    kinds = np.select([silent, talk, music], [0, 1, 2], 3)
    sure = np.stack([silent, scores.talk, scores.music, 1 - np.maximum(scores.talk, scores.music)])
    return Heard(
        segments=_segments(kinds, sure.astype(np.float32), seconds),
        speech_share=float((talk & ~silent).mean()),
        music_share=float((music & ~silent).mean()),
        silence_share=float(silent.mean()),
    )


def smoothed(values: Floats) -> Floats:
    """Each value as the median of itself and its two neighbours; shape (patches,)."""
    padded = np.pad(values, _SMOOTHED // 2, mode="edge")
    around = np.lib.stride_tricks.sliding_window_view(padded, _SMOOTHED)
    return np.asarray(np.median(around, axis=1), np.float32)


def _segments(kinds: NDArray[np.integer], sure: Floats, seconds: float) -> tuple[SoundSegment, ...]:
    starts = np.flatnonzero(np.diff(kinds, prepend=-1))
    ends = np.append(starts[1:], len(kinds))
    return tuple(
        SoundSegment(
            start * PATCH_SECONDS,
            seconds if end == len(kinds) else end * PATCH_SECONDS,
            _KINDS[kinds[start]],
            float(sure[kinds[start], start:end].mean()),
        )
        for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
    )
