"""Drives made up for tests: a sample every few seconds, as a car's sensors would tell it."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

NOON = "2026-07-03T12:30:00"


class Drive:
    """Samples one after the other; `told` are values that change where a stretch begins."""

    def __init__(self, start: str = NOON, every: float = 4.0, **told: Any) -> None:
        self._time = datetime.fromisoformat(start)
        self._every = every
        self._told = told
        self._stretches: list[Iterator[dict[str, Any]]] = []

    def go(self, seconds: float, speed: float | None = None, **told: Any) -> "Drive":
        """A stretch at one speed; more values may be told with its first sample."""
        samples: list[dict[str, Any]] = []
        for at in range(int(seconds / self._every)):
            sample: dict[str, Any] = {"time": self._time.isoformat()}
            if speed is not None:
                sample["speed_kmh"] = speed
            if at == 0:
                sample |= self._told | told
                self._told = {}
            samples.append(sample)
            self._time += timedelta(seconds=self._every)
        self._stretches.append(iter(samples))
        return self

    def samples(self) -> list[dict[str, Any]]:
        """All samples."""
        return list(chain.from_iterable(self._stretches))


def city(seconds: float, seed: int, **told: Any) -> Drive:
    """Stop and go between red lights of 20 to 70 s, each after 30 to 80 s at 35 to 55 km/h."""
    drawn = random.Random(seed)
    drive = Drive(activity="driving", **told)
    left = seconds
    while left > 0:
        moving, standing = drawn.uniform(30, 80), drawn.uniform(20, 70)
        drive.go(moving, drawn.uniform(35, 55)).go(standing, 0.0)
        left -= moving + standing
    return drive
