"""Reads a video file: what its header says, progress, scenes as they end, and curves at the end.

Runs in the process that decodes. What it yields is JSON and arrays, for `news` to understand:

    {"news": "opened", "seconds", "has_sound"}
    {"news": "progress", "fraction", "seconds"}
    {"news": "shot", "start", "end", "times", "clearest", "motion", "brightness"},
        one picture for each time
    {"news": "ended", "described", "truncated", "step", "black"}, motion and brightness
"""

from collections.abc import Generator, Iterator
from typing import Any, BinaryIO

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from services.captioner.domain import UnreadableMedia
from services.captioner.videos.curves import LEAST_STEP_SECONDS, Curves, Reading, drawn, reading
from services.captioner.videos.films import Film
from services.captioner.videos.limits import VideoLimits
from services.captioner.videos.samples import Sample, change, colors_of, sampled
from services.captioner.videos.sampling import (
    WHOLE_PIXELS,
    cut_between,
    cut_within,
    early,
    is_whole,
    next_key,
    worth_decoding,
)
from services.captioner.videos.scenes import Division, Shot

News = tuple[dict[str, Any], tuple[NDArray[Any], ...]]

_LEAST_SHARE = 0.9
"""The share of the promised pictures that a whole file has; headers round."""
_SPARED_PICTURES, _OF_PICTURES = 60, 60
"""How many pictures may be decoded beside those that were chosen: so many, and one of so many."""
_MOST_IN_VAIN = 3
_SOON = 30
"""Pictures after a key picture among which a big packet need not be a cut."""
_BETWEEN = 4
"""Pictures that may be left out, because no other needs them, before one is decoded."""
_EXACT_SECONDS = 1.0
_NO_LONGER_ALIKE = 0.3
_LIT = 0.15
_PROGRESS_STEP = 0.02


def read(
    file: BinaryIO, demuxer: str, limits: VideoLimits, whole_pixels: int = WHOLE_PIXELS
) -> Iterator[News]:
    """Reads an open video file from its beginning to its end.

    Args:
        file: Opened for reading; it stays open.
        demuxer: FFmpeg's name, told from the first bytes.
        limits: What is refused.
        whole_pixels: Up to so many pixels in all every picture is decoded.

    Raises:
        UnreadableMedia: Not a video, or one without a picture that can be decoded.
        MediaTooLarge: Longer, or with larger frames, than allowed.
    """
    film = Film(file, demuxer, limits)
    try:
        whole = is_whole(film.packets, film.pixels, whole_pixels)
        yield from _Watching(film, limits.max_scenes, whole).news()
    finally:
        film.close()


class _Watching:
    def __init__(self, film: Film, max_scenes: int, whole: bool) -> None:
        self._film = film
        self._packets = film.packets
        self._early = early(film.packets)
        self._whole = whole
        self._division = Division(film.packets.seconds, max_scenes)
        self._seconds = max(film.packets.seconds, film.promised_seconds)
        self._readings: list[Reading] = []
        self._before: tuple[int, Sample] | None = None
        self._sparable = _SPARED_PICTURES + len(film.packets.marks) // _OF_PICTURES

    def news(self) -> Iterator[News]:
        """All there is to tell."""
        yield {"news": "opened", "seconds": self._seconds, "has_sound": self._film.has_sound}, ()
        told = 0.0
        for place, sample in self._samples():
            cut = self._cut(place, sample)
            before = self._before[1] if self._before else None
            self._readings.append(reading(sample, before))
            self._before = (place, sample)
            yield from map(self._shot, self._division.add(sample, cut))
            fraction = min(1.0, sample.at / self._seconds) if self._seconds else 0.0
            if fraction >= told + _PROGRESS_STEP:
                told = fraction
                yield {"news": "progress", "fraction": fraction, "seconds": sample.at}, ()
        if not self._readings:
            raise UnreadableMedia("holds no picture that can be decoded")
        yield from map(self._shot, self._division.rest(self._packets.seconds))
        yield self._ended()

    def _samples(self) -> Generator[tuple[int, Sample], None, None]:
        return self._all_samples() if self._whole else self._key_samples()

    def _all_samples(self) -> Generator[tuple[int, Sample], None, None]:
        due = 0.0
        for frame in self._film.onward():
            at = self._film.seconds_of(frame)
            if at >= due or not self._readings:
                due = at + LEAST_STEP_SECONDS
                yield 0, self._sampled(frame)

    def _key_samples(self) -> Generator[tuple[int, Sample], None, None]:
        self._film.hurry()
        for tried, place in enumerate(worth_decoding(self._packets), start=1):
            frame = self._film.key(place)
            if frame is None:
                if tried >= _MOST_IN_VAIN and not self._readings:
                    # What are marked as key frames are none.
                    self._whole = True
                    yield from self._all_samples()
                    return
                continue
            sample = self._sampled(frame)
            yield place, sample
            if sample.black:
                yield from ((place, lit) for lit in self._lit(place))

    def _lit(self, place: int) -> Iterator[Sample]:
        """Pictures after a black one: it may have been the beginning of a fade."""
        last = min(place + self._sparable, next_key(self._packets, place))
        due = float(self._packets.times[place]) + LEAST_STEP_SECONDS
        for frame in self._film.run(place, last - 1):
            self._sparable -= 1
            if self._film.seconds_of(frame) >= due:
                sample = self._sampled(frame)
                yield sample
                if sample.brightness > _LIT:
                    return
                due = sample.at + LEAST_STEP_SECONDS

    def _sampled(self, frame: VideoFrame) -> Sample:
        return sampled(frame, self._film.seconds_of(frame), self._film.aspect)

    def _cut(self, place: int, sample: Sample) -> float | None:
        """When the scene of this sample began, if it is a new one."""
        if self._before is None or not self._division.cuts(sample):
            return None
        first, before = self._before
        if self._whole:
            return cut_within(self._packets, before.at, sample.at)
        if place in self._early:
            return sample.at
        found = cut_between(self._packets, first, place)
        if found is not None and self._is_changed(first, before, found):
            return found
        return self._looked_for(first, before, place)

    def _is_changed(self, first: int, before: Sample, by: float) -> bool:
        """Whether the picture did change by then, looked at where that is soon after a key picture.

        There encoders also spend bytes on making a picture better that stays as it is.
        """
        near = np.flatnonzero(self._packets.times[first : first + _SOON] == by)
        if not len(near) or near[0] + _BETWEEN > self._sparable:
            return True
        count = int(near[0]) + _BETWEEN
        self._sparable -= count
        return any(_differs(frame, before) for frame in self._film.run(first, first + count))

    def _looked_for(self, first: int, before: Sample, last: int) -> float:
        """Looks at the key pictures in between, then at the pictures that follow one of them."""
        keys = [int(key) for key in self._packets.key_order() if first < key < last]
        while keys and self._sparable > 0:
            middle = len(keys) // 2
            self._sparable -= 1
            frame = self._film.key(keys[middle])
            if frame is not None and _differs(frame, before):
                last, keys = keys[middle], keys[:middle]
            else:
                first, keys = keys[middle], keys[middle + 1 :]
        return self._looked_through(first, before, last)

    def _looked_through(self, first: int, before: Sample, last: int) -> float:
        """When the picture first differs between two key pictures, as far as that can be spared."""
        times = self._packets.times
        if times[last] - times[first] > _EXACT_SECONDS and last - first <= self._sparable:
            self._sparable -= last - first
            for frame in self._film.run(first, last - 1):
                if _differs(frame, before):
                    return self._film.seconds_of(frame)
        return float(times[last])

    def _curves(self) -> Curves:
        return drawn(self._readings, self._packets, dense=self._whole)

    def _shot(self, shot: Shot) -> News:
        motion, brightness = self._curves().means(shot.start, shot.end)
        header = {
            "news": "shot",
            "start": shot.start,
            "end": shot.end,
            "times": list(shot.times),
            "clearest": shot.clearest,
            "motion": motion,
            "brightness": brightness,
        }
        return header, shot.pictures

    def _ended(self) -> News:
        curves = self._curves()
        short = self._packets.seconds < _LEAST_SHARE * self._seconds - LEAST_STEP_SECONDS
        header = {
            "news": "ended",
            "described": self._packets.seconds,
            "truncated": short or self._film.breaks_off or self._film.damaged,
            "step": curves.step_seconds,
            "black": curves.black_seconds,
        }
        return header, (curves.motion, curves.brightness)


def _differs(frame: VideoFrame, sample: Sample) -> bool:
    return change(colors_of(frame), sample.colors) > _NO_LONGER_ALIKE
