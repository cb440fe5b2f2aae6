"""How far a request is, how long its stages took, and what is seen on the way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb

ALL_INPUTS = -1
"""The index of progress that is about no input in particular."""

_STEP = 0.01
_MESSAGES = {
    "uploading": ("Receiving the upload", "파일을 받는 중입니다"),
    "seeing": ("Looking at what it shows", "화면을 살펴보는 중입니다"),
    "hearing": ("Listening", "소리를 듣는 중입니다"),
    "matching": ("Looking for this very song", "어떤 곡인지 찾는 중입니다"),
    "reading": ("Reading the mood", "분위기를 읽는 중입니다"),
    "ranking": ("Choosing songs", "노래를 고르는 중입니다"),
}


class Stopwatch:
    """How long each stage took, from its first beginning to its last end."""

    def __init__(self) -> None:
        self._spans: dict[str, tuple[float, float]] = {}

    @contextmanager
    def timing(self, stage: str) -> Iterator[None]:
        """Times one stretch of a stage; stretches of several inputs may overlap."""
        began = time.perf_counter()
        try:
            yield
        finally:
            first, last = self._spans.get(stage, (began, began))
            self._spans[stage] = (min(first, began), max(last, time.perf_counter()))

    def seconds(self) -> dict[str, float]:
        """Seconds by stage, and of all together as `total`."""
        if not self._spans:
            return {}
        begin = min(span[0] for span in self._spans.values())
        end = max(span[1] for span in self._spans.values())
        return {name: last - first for name, (first, last) in self._spans.items()} | {
            "total": end - begin
        }


class Progress:
    """The progress of a whole request; its fraction never goes back.

    Args:
        tell: Hears each piece of news.
        inputs: How many inputs share the fraction.
        share: Which part of the whole the inputs make up.
    """

    def __init__(
        self, tell: Callable[[pb.RecommendStreamResponse], None], inputs: int, share: float
    ) -> None:
        self.watch = Stopwatch()
        self._tell = tell
        self._fractions = [0.0] * inputs
        self._share = share
        self._told: tuple[str, float] = ("", 0.0)

    def of_input(self, index: int) -> InputProgress:
        """The progress of one input."""
        return InputProgress(self, index)

    def reach(self, stage: str, index: int, fraction: float) -> None:
        """Notes how far one input is."""
        self._fractions[index] = max(self._fractions[index], fraction)
        mean = sum(self._fractions) / len(self._fractions)
        self.say(stage, self._share * mean, index)

    def say(self, stage: str, fraction: float, index: int = ALL_INPUTS) -> None:
        """Tells the news if there is any: another stage, or a hundredth more."""
        told_stage, told = self._told
        fraction = max(fraction, told)
        if stage == told_stage and fraction < told + _STEP:
            return
        self._told = (stage, fraction)
        self._tell(pb.RecommendStreamResponse(progress=news(stage, fraction, index)))

    def show(self, scene: pb.SceneNews) -> None:
        """Tells a scene as soon as it is known."""
        self._tell(pb.RecommendStreamResponse(scene=scene))


class InputProgress:
    """The progress of one input."""

    def __init__(self, whole: Progress, index: int) -> None:
        self._whole = whole
        self._index = index
        self._scenes = 0

    @contextmanager
    def stage(self, name: str, fraction: float = 0.0) -> Iterator[None]:
        """Tells that a stage begins at this fraction of the input's work, and times it."""
        self.reach(name, fraction)
        with self._whole.watch.timing(name):
            yield

    def reach(self, stage: str, fraction: float) -> None:
        """Tells how far the input's work is, from 0 to 1."""
        self._whole.reach(stage, self._index, fraction)

    def show(self, scene: captioner_pb.Scene) -> None:
        """Tells the next scene of a video."""
        news = pb.SceneNews(input_index=self._index, scene_index=self._scenes, scene=scene)
        self._scenes += 1
        self._whole.show(news)


def news(stage: str, fraction: float, index: int = ALL_INPUTS) -> pb.Progress:
    """The message for a stage."""
    english, korean = _MESSAGES[stage]
    return pb.Progress(
        stage=stage,
        fraction=fraction,
        message=evidence_pb2.Bilingual(en=english, ko=korean),
        input_index=index,
    )
