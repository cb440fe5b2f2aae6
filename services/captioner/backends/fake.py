"""Fakes for tests: they see only how light, wide or long something is, and are never surprised."""

import asyncio
from pathlib import Path

import av
import av.error

from servicekit.errors import unavailable
from services.captioner.domain import (
    Affect,
    Caption,
    Event,
    Events,
    MediaTooLarge,
    Model,
    Pixels,
    Sentence,
    Sight,
    Tag,
    UnreadableMedia,
)
from services.captioner.lexicon import lexicon


class FakeCaptioner:
    """Sees snow in light pictures and night in dark ones; never chosen by settings."""

    def __init__(self) -> None:
        self.looked = 0
        self.closed = False

    @property
    def model(self) -> Model:
        """Its own name, so that nobody takes it for a real one."""
        return Model("fake", "1")

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:  # noqa: ARG002 - takes none
        """Tells light from dark."""
        if self.closed:
            raise UnreadableMedia("came after the captioner was closed")
        self.looked += 1
        lightness = float(picture.mean()) / 255.0
        words = lexicon()
        scores = {"snow": lightness, "night": 1.0 - lightness}
        tags = [
            Tag(name, words.korean(name), score, words.kind(name)) for name, score in scores.items()
        ]
        affect = Affect(2 * lightness - 1, 0.0, abs(2 * lightness - 1))
        return Sight(tags=tuple(sorted(tags, key=lambda tag: -tag.score)), affect=affect)

    async def close(self) -> None:
        """Looks at nothing more."""
        self.closed = True


class FakeFaceFinder:
    """Finds one face in every picture wider than high."""

    def count(self, picture: Pixels) -> int:
        """Compares width with height."""
        return int(picture.shape[1] > picture.shape[0])


class FakeEventFinder:
    """Finds that every video begins and ends; the second half only in English."""

    def __init__(self, max_pixels: int = 1_000_000) -> None:
        self._max_pixels = max_pixels
        self.closed = False

    @property
    def model(self) -> Model:
        """Its own name, so that nobody takes it for a real one."""
        return Model("fake", "1")

    async def find(self, path: Path, demuxer: str) -> Events:
        """Halves the length that the header tells; decodes nothing."""
        if self.closed:
            raise unavailable("fake-events", "came after the finder was closed")
        half = await asyncio.to_thread(self._seconds, path, demuxer) / 2
        return Events(
            (
                Event(0.0, half, Caption(Sentence("It begins.", "시작됩니다."), 0.5)),
                Event(half, 2 * half, Caption(Sentence("It ends.", ""), 0.5)),
            )
        )

    def _seconds(self, path: Path, demuxer: str) -> float:
        try:
            with av.open(str(path), format=demuxer) as container:
                frame, length = container.streams.video[0], container.duration
                if frame.width * frame.height > self._max_pixels:
                    raise MediaTooLarge(f"{self._max_pixels:,} pixels")
                return (length or 0) / av.time_base
        except (av.error.FFmpegError, IndexError) as error:
            raise UnreadableMedia("is no video") from error

    async def close(self) -> None:
        """Finds nothing more."""
        self.closed = True
