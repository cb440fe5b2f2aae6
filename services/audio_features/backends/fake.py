"""An analyzer for tests: no decoding, no model, results that follow from the bytes."""

from collections.abc import Callable, Collection
from dataclasses import replace

import numpy as np

from services.audio_features.domain import (
    EMOTIONS,
    Abandoned,
    Analysis,
    Feeling,
    Floats,
    Heard,
    InvalidOption,
    Key,
    Media,
    MediaTooLarge,
    NoSound,
    Note,
    Sequence,
    SoundKind,
    SoundSegment,
    Summary,
    Tempo,
    UnreadableMedia,
    Window,
    content_digest,
)
from services.audio_features.ports import never
from vts.moods import AUDIO_DIMENSIONS

READABLE = b"RIFF\0\0\0\0WAVE"
SILENT = READABLE + b" silent"
SOUNDLESS_VIDEO = b"\x00\x00\x00\x18ftyp"


class FakeAnalyzer:
    """Takes bytes that begin as WAV files do; `SILENT` and `SOUNDLESS_VIDEO` are as they say."""

    name = "fake"

    def __init__(
        self, max_bytes: int = 1_000_000, *, features_version: str = "1", heads_version: str = "1"
    ) -> None:
        self._max_bytes = max_bytes
        self.version = f"{features_version}.{heads_version}"
        self.part_versions = {"features": features_version, "heads": heads_version}

    def renewed(self, kept: Analysis) -> Analysis | None:
        """Makes new heads of the same features; other features need the sound."""
        if kept.part_versions.get("features") != self.part_versions["features"]:
            return None
        return replace(kept, part_versions=self.part_versions)

    def analyze(
        self,
        media: Media,
        frames: Collection[str] = (),
        is_abandoned: Callable[[], bool] = never,
    ) -> Analysis:
        """Makes an analysis up from a digest of the bytes."""
        if unknown := set(frames) - {"rms"}:
            raise InvalidOption("options.frames", f"there are no features {unknown}")
        if is_abandoned():
            raise Abandoned
        analysis = self._made_up(media if isinstance(media, bytes) else media.read())
        told = {name: Sequence(np.ones((5, 1), np.float32), 0.1) for name in frames}
        return replace(analysis, frames=told, part_versions=self.part_versions)

    def close(self) -> None:
        """Holds nothing."""

    def _made_up(self, media: bytes) -> Analysis:
        if len(media) > self._max_bytes:
            raise MediaTooLarge(f"{self._max_bytes} bytes", f"{len(media)} bytes")
        if media.startswith(SOUNDLESS_VIDEO):
            raise NoSound
        if media[:4] + media[8:12] != READABLE[:4] + READABLE[8:]:
            raise UnreadableMedia("not a kind of sound or video that is read")
        digest = content_digest()
        digest.update(media)
        random = np.random.default_rng(list(digest.digest()))
        mfcc = Sequence(random.normal(size=(20, 13)).astype(np.float32), 0.1)
        if media.startswith(SILENT):
            silence = Heard((SoundSegment(0.0, 1.0, SoundKind.SILENCE, 1.0),), silence_share=1.0)
            return Analysis(digest.hexdigest(), 1.0, mfcc=mfcc, heard=silence, notes=(Note.SILENT,))
        return _heard(digest.hexdigest(), random, mfcc)


def _unit(random: np.random.Generator, size: int) -> Floats:
    drawn = random.normal(size=size)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


def _heard(digest: str, random: np.random.Generator, mfcc: Sequence) -> Analysis:
    row = random.random(1).astype(np.float32)
    shares = random.random(len(EMOTIONS)).astype(np.float32)
    moods = random.random(13).astype(np.float32)
    feeling = Feeling(shares, moods, 0.2, -0.1, 0.5)
    return Analysis(
        digest,
        1.0,
        loudness_lufs=-14.0,
        harmonic_share=0.5,
        dynamic_range_db=6.0,
        tempo=Tempo(120.0, 0.9, (60.0,)),
        key=Key("A", "minor", 0.8),
        features={"rms": Summary("", row, row, row, row, row, row)},
        embedding=_unit(random, AUDIO_DIMENSIONS),
        feeling=feeling,
        mfcc=mfcc,
        heard=Heard((SoundSegment(0.0, 1.0, SoundKind.MUSIC, 0.9),), music_share=1.0),
        windows=(Window(0.0, 1.0, feeling, _unit(random, 128)),),
        chroma=Sequence(random.random((20, 12)).astype(np.float32), 0.1),
        beats=np.array([0.25, 0.75], np.float32),
        genres={"classical": 0.75, "rock": 0.25},
        sound_digest=digest[::-1],
        materials={"heads": random.random((2, 3)).astype(np.float32)},
    )
