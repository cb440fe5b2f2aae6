"""Scenes: stretches that look alike, each with the one to three frames that show it best."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from services.captioner.domain import Pixels
from services.captioner.videos.limits import MAX_PICTURES
from services.captioner.videos.samples import Sample, change

_CUT = 0.5
_LEAST_SECONDS = 1.0
_DARK, _LEAST_DARK_SECONDS = 0.12, 2.5
_ALIKE = 0.2
_SECONDS_FOR_TWO, _SECONDS_FOR_THREE = 5.0, 15.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One scene from `start` to `end` in seconds; its pictures in order of time.

    `times` tell when the pictures are shown; `clearest` is the place of the best among them.
    """

    start: float
    end: float
    times: tuple[float, ...]
    pictures: tuple[Pixels, ...]
    clearest: int


@dataclass(slots=True)
class Growing:
    """A scene while its samples come; it keeps the clearest frame of each of a few looks."""

    start: float
    last: Sample
    dark: bool = True
    _kept: list[Sample] = field(default_factory=list)

    def add(self, sample: Sample) -> None:
        """Keeps a sample if it is clearer than what looks the same, or looks new."""
        self.last = sample
        self.dark &= sample.brightness < _DARK
        if sample.black:
            return
        looks = [change(sample.colors, kept.colors) for kept in self._kept]
        nearest = min(range(len(looks)), key=looks.__getitem__, default=None)
        if nearest is None or (looks[nearest] > _ALIKE and len(looks) < MAX_PICTURES):
            self._kept.append(sample)
        elif sample.clearness > self._kept[nearest].clearness:
            self._kept[nearest] = sample

    def closed(self, end: float) -> Shot:
        """The scene, now that it is known where it ends."""
        best = sorted(self._kept or [self.last], key=lambda sample: -sample.clearness)
        most = _most_pictures(end - self.start)
        shown = sorted(best[:most], key=lambda sample: sample.at)
        return Shot(
            start=self.start,
            end=max(end, self.start),
            times=tuple(sample.at for sample in shown),
            pictures=tuple(sample.picture() for sample in shown),
            clearest=shown.index(best[0]),
        )


class Division:
    """Divides samples, as they come, into at most `max_scenes` scenes."""

    def __init__(self, seconds: float, max_scenes: int) -> None:
        """Takes the length in seconds, from which the shortest scene follows."""
        self._least = max(_LEAST_SECONDS, seconds / max_scenes)
        self._rest = max_scenes - 1
        self._growing: Growing | None = None

    def cuts(self, sample: Sample) -> bool:
        """Whether a new scene begins between the last sample and this one."""
        growing = self._growing
        if growing is None or not self._rest or sample.at - growing.start < self._least:
            return False
        return change(sample.colors, growing.last.colors) > _CUT

    def add(self, sample: Sample, cut_at: float | None = None) -> Iterator[Shot]:
        """Adds a sample; yields the scene before it where it begins a new one, at `cut_at`."""
        if self._growing is not None and cut_at is not None and not self._fades(cut_at):
            yield self._growing.closed(cut_at)
            self._rest -= 1
            self._growing = None
        if self._growing is None:
            self._growing = Growing(cut_at or 0.0, sample)
        self._growing.add(sample)

    def _fades(self, until: float) -> bool:
        """What is dark for a moment only is a fade, which belongs to what it leads to."""
        growing = self._growing
        if growing is None or not growing.dark:
            return False
        return until - growing.start < _LEAST_DARK_SECONDS

    def rest(self, end: float) -> Iterator[Shot]:
        """The last scene; none where no sample came."""
        if self._growing is not None:
            yield self._growing.closed(max(end, self._growing.last.at))


def _most_pictures(seconds: float) -> int:
    return 1 + (seconds >= _SECONDS_FOR_TWO) + (seconds >= _SECONDS_FOR_THREE)
