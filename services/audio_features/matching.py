"""The use case: find a clip in sounds that are known, whatever its tempo, key and colour."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from services.audio_features.certainty import CERTAINTY, confidences, likeness
from services.audio_features.contours import contours, weighted
from services.audio_features.domain import (
    Abandoned,
    Floats,
    InvalidField,
    UnknownAnalysis,
)
from services.audio_features.domain import Sequence as Frames
from services.audio_features.known import KnownSounds
from services.audio_features.ports import never

MIN_CLIP_FRAMES, MAX_CLIP_FRAMES = 32, 650
"""Length of a clip in frames of 93 ms: 3 s to a minute."""

MAX_CANDIDATES = 200
"""Sounds that are looked at for one clip."""

AT_A_TIME = 8
"""Sounds whose sequences are read from the store together; two hours of sound take 10 MB."""

MAX_NEAR = 8
"""Places in a sound that may be told."""

WHOLE_SECONDS = 300.0
"""Sounds up to this long are looked at whole, and longer ones in pieces of this length."""

NEAR_SECONDS = 30.0
"""How far from the places that were told the clip is looked for in a longer sound."""

SLOWEST, FASTEST = 0.8, 1.25
"""How fast a clip may play compared with the sound."""

SEMITONES = (0, 1, -1, 2, -2)
"""How much higher a clip may be than the sound."""

STEP_PENALTY = 0.025
"""What a step costs by which clip and sound drift apart; frames cost 0 (equal) to 2."""

STEP_TOLERANCE = 0.01
"""Relative difference up to which two sequences are in step."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What is looked for: MFCC (n, 20) and chroma (n, 12), in step with each other."""

    mfcc: Floats
    chroma: Floats
    step_seconds: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sound to look in, and the seconds around which the clip is expected, if any are."""

    analysis_id: str
    near_seconds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Where a clip fits best into a sound, from `start` to `end` in seconds.

    `distance` is the mean cost of a frame of the clip, 0 to 2; `likeness` and `confidence` are
    from 0 to 1. The clip plays `tempo_ratio` times as fast, and `semitones` higher.
    """

    analysis_id: str
    start: float
    end: float
    distance: float
    tempo_ratio: float
    semitones: int
    likeness: float = 0.0
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """The matches, best first, and the candidates that are not known."""

    matches: tuple[Match, ...]
    unknown_ids: tuple[str, ...]


class Matcher:
    """Finds clips in known sounds; blocks, so it runs off the event loop."""

    def __init__(self, known: KnownSounds) -> None:
        self._known = known

    def match(
        self,
        clip: str | Clip,
        candidates: Sequence[Candidate],
        limit: int,
        is_abandoned: Callable[[], bool] = never,
    ) -> Found:
        """Looks for a clip, given by the id of its analysis or as it is, in every candidate.

        Sounds in which it cannot be, as they are shorter, are left out.

        Raises:
            UnknownAnalysis: The clip's analysis is not known.
            InvalidField: Its sequences are too short or too long.
            Abandoned: `is_abandoned` said so; it is asked before every stretch of a sound.
            StoreError: The store does not answer.
        """
        sought = self._clip(clip)
        unknown: list[str] = []
        matches: list[Match] = []
        for candidate, sound in self._sounds(candidates):
            if sound is None or not _in_step(sought.step_seconds, sound[0].step_seconds):
                unknown.append(candidate.analysis_id)
            elif match := best_match(sought, candidate, *sound, is_abandoned):
                matches.append(match)
        return Found(told(matches)[:limit], tuple(unknown))

    def _sounds(
        self, candidates: Sequence[Candidate]
    ) -> Iterator[tuple[Candidate, tuple[Frames, Frames] | None]]:
        """Every candidate with its sequences, a few of which are in memory at a time."""
        for first in range(0, len(candidates), AT_A_TIME):
            asked = candidates[first : first + AT_A_TIME]
            found = self._known.sequences([each.analysis_id for each in asked])
            for each in asked:
                yield each, found.get(each.analysis_id)

    def _clip(self, clip: str | Clip) -> Clip:
        if isinstance(clip, Clip):
            return clip
        sound = self._known.sequences([clip]).get(clip)
        if sound is None:
            raise UnknownAnalysis("analysis_id", clip)
        mfcc, chroma = sound
        return checked(Clip(mfcc.frames, chroma.frames, mfcc.step_seconds), "analysis_id")


def checked(clip: Clip, field_name: str) -> Clip:
    """Returns a clip whose length and step can be looked for; raises `InvalidField` otherwise."""
    if not MIN_CLIP_FRAMES <= len(clip.mfcc) <= MAX_CLIP_FRAMES:
        raise InvalidField(
            field_name, f"must have {MIN_CLIP_FRAMES} to {MAX_CLIP_FRAMES} frames (3 s to a minute)"
        )
    return clip


def told(matches: Sequence[Match]) -> tuple[Match, ...]:
    """Orders matches, and tells how alike and how sure each is."""
    ordered = sorted(matches, key=lambda match: match.distance)
    distances = np.array([match.distance for match in ordered])
    return tuple(
        replace(match, likeness=likeness(match.distance), confidence=float(confidence))
        for match, confidence in zip(ordered, confidences(distances, CERTAINTY), strict=True)
    )


def best_match(
    clip: Clip,
    candidate: Candidate,
    mfcc: Frames,
    chroma: Frames,
    is_abandoned: Callable[[], bool] = never,
) -> Match | None:
    """Where a clip fits best into a sound; None if it is too long for it.

    Raises `Abandoned` once `is_abandoned` says so.
    """
    around = len(clip.mfcc)
    spectrum, pitch_classes = contours(clip.mfcc, clip.chroma, around)
    keys = [weighted(spectrum, pitch_classes, semitones) for semitones in SEMITONES]
    best: tuple[float, int, int, int] | None = None
    for begin, end in stretches(len(mfcc.frames), around, clip.step_seconds, candidate):
        if is_abandoned():
            raise Abandoned
        there = weighted(*contours(mfcc.frames[begin:end], chroma.frames[begin:end], around))
        for semitones, key in zip(SEMITONES, keys, strict=True):
            walk = _best_walk(key, there)
            if walk is not None and (best is None or walk[0] < best[0]):
                best = walk[0], begin + walk[1], begin + walk[2], semitones
    if best is None:
        return None
    distance, first, last, semitones = best
    frames = last - first + 1
    step = clip.step_seconds
    return Match(
        candidate.analysis_id,
        first * step,
        (last + 1) * step,
        max(0.0, distance),
        min(max(frames / around, SLOWEST), FASTEST),
        semitones,
    )


def _best_walk(clip: Floats, sound: Floats) -> tuple[float, int, int] | None:
    """Mean cost, first and last frame of the cheapest walk at a tempo that is allowed."""
    # Compiled code is loaded late: where it is cached is only known once the settings are read.
    from services.audio_features.backends.warping.slopes import slope_bounded

    costs = clip @ sound.T
    np.subtract(1, costs, out=costs)
    sums, starts = slope_bounded(costs, STEP_PENALTY)
    ratios = (np.arange(len(sums)) - starts + 1) / len(clip)
    allowed = (ratios >= SLOWEST) & (ratios <= FASTEST) & (sums < len(clip) * 4)
    if not allowed.any():
        return None
    last = int(np.where(allowed, sums, np.inf).argmin())
    return float(sums[last]) / len(clip), int(starts[last]), last


def stretches(
    frames: int, clip_frames: int, step_seconds: float, candidate: Candidate
) -> Iterator[tuple[int, int]]:
    """The stretches of a sound that are looked at, as first frame and the one after the last.

    Pieces of a long sound overlap by as much as the clip can take up, so none cuts it.
    """
    whole, most = int(WHOLE_SECONDS / step_seconds), int(np.ceil(clip_frames * FASTEST))
    if frames <= whole:
        yield 0, frames
    elif candidate.near_seconds:
        yield from _near(frames, most, step_seconds, sorted(candidate.near_seconds))
    else:
        for begin in range(0, frames - most, whole - most):
            yield begin, min(begin + whole, frames)


def _near(
    frames: int, most: int, step_seconds: float, near_seconds: Sequence[float]
) -> Iterator[tuple[int, int]]:
    """The surroundings of places, those that touch joined."""
    reach = int(NEAR_SECONDS / step_seconds)
    begin = end = 0
    for seconds in near_seconds:
        place = min(int(seconds / step_seconds), frames)
        if place - reach > end:
            if end > begin:
                yield begin, end
            begin = max(0, place - reach)
        end = min(frames, place + reach + most)
    yield begin, end


def _in_step(one: float, other: float) -> bool:
    return abs(one - other) <= STEP_TOLERANCE * one
