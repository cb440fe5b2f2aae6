"""Tells talk, music, silence and other sounds apart, second by second.

The network is YAMNet (`models/audio_features/listening.onnx`): scores of AudioSet's classes for
every 0.96 s. Its classes of talk and of music are joined, and stretches that are alike become one.
The same pass gives the texture of each of these patches, which the models of feeling read.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from services.audio_features.backends.patches import (
    PATCH_SAMPLES,
    PATCH_SECONDS,
    RATE,
    patch_count,
    patches,
    stretches,
)
from services.audio_features.backends.recordings import Recording
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

LISTENING_LUFS = -14.0
"""Sound is brought to this loudness before the network hears it: volume tells it nothing."""

MOST_GAIN_DB = 30.0
"""Sound is not raised further than this: beyond it there is little but noise."""

_BATCH = 8
_SMOOTHED = 3  # patches; one odd second is rarely a change
_KINDS = (SoundKind.SILENCE, SoundKind.SPEECH, SoundKind.MUSIC, SoundKind.OTHER)


@dataclass(frozen=True, slots=True)
class Scores:
    """How sure talk and music are, 0 to 1, and the level in dB, of each patch: shape (patches,).

    `textures`, shape (patches, 128), says what each patch sounds like: logarithms of three of the
    network's layers, pooled and on their principal components, the first varying most.
    """

    talk: Floats
    music: Floats
    level: Floats
    textures: Floats


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

    def listen(self, recording: Recording, loudness_lufs: float) -> tuple[Heard, Floats]:
        """What is heard in a recording of this loudness, and its textures, (patches, 128)."""
        scores = self.scores(recording.at(RATE), listening_gain(loudness_lufs))
        return divided(scores, recording.seconds), scores.textures

    def scores(self, pieces: Iterable[Floats], gain: float = 1.0) -> Scores:
        """Scores of every patch of a sound at 16 kHz that comes in pieces.

        A few patches are looked at together, however long the sound. Levels are those before
        samples are multiplied by `gain`.
        """
        scored = [self._scored(stretch, gain) for stretch in stretches(pieces, _BATCH)]
        return Scores(*(np.concatenate(rows) for rows in zip(*scored, strict=True)))

    def _scored(self, samples: Floats, gain: float) -> tuple[Floats, Floats, Floats, Floats]:
        """Talk, music, level and texture of each patch of one stretch, as `Scores` has them."""
        count = patch_count(samples)
        log_mel = patches(samples * np.float32(gain), count)
        scores, textures = self.outputs(log_mel, ("scores", "textures"))
        talk, music = (scores[:, list(classes)].max(1) for classes in (TALK, MUSIC))
        return talk, music, _levels(samples, count), textures

    def outputs(self, log_mel: Floats, names: Sequence[str]) -> list[Floats]:
        """Outputs of the network for patches (n, 96, 64), in the order of their names.

        `scores`, shape (n, 521), are those of AudioSet's classes; `pooled`, shape (n, 2048), are
        the means of the layers that `textures`, shape (n, 128), are made of.
        """
        return [np.asarray(each) for each in self._session.run(list(names), {"patches": log_mel})]


def listening_gain(loudness_lufs: float) -> float:
    """What samples of a sound are multiplied by before the network hears them."""
    return float(10 ** (min(LISTENING_LUFS - loudness_lufs, MOST_GAIN_DB) / 20))


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
