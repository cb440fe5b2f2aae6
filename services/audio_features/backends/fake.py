"""An analyzer for tests: no decoding, no model, results that follow from the bytes."""

import hashlib
from collections.abc import Callable, Collection, Mapping

import numpy as np

from services.audio_features.domain import (
    EMOTIONS,
    Abandoned,
    Analysis,
    Feeling,
    Heard,
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
)

READABLE = b"RIFF\0\0\0\0WAVE"
SILENT = READABLE + b" silent"
SOUNDLESS_VIDEO = b"\x00\x00\x00\x18ftyp"


class FakeAnalyzer:
    """Takes bytes that begin as WAV files do; `SILENT` and `SOUNDLESS_VIDEO` are as they say."""

    name = "fake"
    version = "1"

    def __init__(self, max_bytes: int = 1_000_000) -> None:
        self._max_bytes = max_bytes

    @property
    def part_versions(self) -> Mapping[str, str]:
        """One version for everything."""
        return {"all": self.version}

    def renewed(self, kept: Analysis) -> Analysis | None:
        """Every analysis is up to date."""
        return kept

    def analyze(
        self,
        media: Media,
        frames: Collection[str] = (),
        is_abandoned: Callable[[], bool] = lambda: False,
    ) -> Analysis:
        """Makes an analysis up from a digest of the bytes."""
        del frames
        if is_abandoned():
            raise Abandoned
        return self._made_up(media if isinstance(media, bytes) else media.read())

    def close(self) -> None:
        """Holds nothing."""

    def _made_up(self, media: bytes) -> Analysis:
        if len(media) > self._max_bytes:
            raise MediaTooLarge(f"{self._max_bytes} bytes", f"{len(media)} bytes")
        if media.startswith(SOUNDLESS_VIDEO):
            raise NoSound
        if media[:4] + media[8:12] != READABLE[:4] + READABLE[8:]:
            raise UnreadableMedia("not a kind of sound or video that is read")
        digest = hashlib.blake2b(media, digest_size=16)
        random = np.random.default_rng(list(digest.digest()))
        frames = random.normal(size=(20, 13)).astype(np.float32)
        mfcc = Sequence(frames, 0.1)
        if media.startswith(SILENT):
            silence = Heard((SoundSegment(0.0, 1.0, SoundKind.SILENCE, 1.0),), silence_share=1.0)
            return Analysis(digest.hexdigest(), 1.0, mfcc=mfcc, heard=silence, notes=(Note.SILENT,))
        return _heard(digest.hexdigest(), random, mfcc)


def _heard(digest: str, random: np.random.Generator, mfcc: Sequence) -> Analysis:
    embedding = random.normal(size=64).astype(np.float32)
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
        embedding=embedding / np.linalg.norm(embedding),
        feeling=feeling,
        mfcc=mfcc,
        heard=Heard((SoundSegment(0.0, 1.0, SoundKind.MUSIC, 0.9),), music_share=1.0),
        windows=(Window(0.0, 1.0, feeling),),
    )
