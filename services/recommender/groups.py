"""Groups of songs that sound alike: what they are, and which one a song belongs to.

The groups are those of k-means in the space of principal components of standardised sound
embeddings; so the group of any sound, now or later, is the one whose centre is nearest. A song
without sound goes where songs feel most like it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from services.recommender.domain import Keyword
from services.recommender.tracks import Affect, Array, StoredTrack
from vts.moods import MOOD_DIMENSIONS

Integers = npt.NDArray[np.integer]
Flags = npt.NDArray[np.bool_]

Stage = Literal["reading", "reducing", "mapping", "grouping", "naming", "learning"]
"""The steps of building groups, in their order."""

FEELING_DIMENSIONS = MOOD_DIMENSIONS + 2
"""The 13 moods, valence and arousal."""

NOWHERE = -1
"""The group of a song of which neither sound nor feeling is known."""


class BuildError(Exception):
    """Groups could not be built; the text is for operators."""


class BusyError(Exception):
    """Groups are being built already."""


class TooFewSongsError(Exception):
    """Fewer songs with sound than so many groups need."""

    def __init__(self, needed: int, given: int) -> None:
        super().__init__(f"{given} songs with sound, {needed} are needed")
        self.needed, self.given = needed, given


class NoGroupsError(Exception):
    """Groups were never built."""


@dataclass(frozen=True, slots=True)
class Order:
    """How groups are to be made: how many, and the seed of everything drawn at random."""

    groups: int
    seed: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is, from 0 to 1 in all."""

    stage: Stage
    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Group:
    """A group; see the contract for what each field means. Counts are those of the building."""

    id: str
    english: str
    korean: str
    tracks: int
    tracks_by_sound: int
    moods: tuple[float, ...]
    affect: Affect | None
    tempo_bpm: float
    tags: tuple[Keyword, ...]
    examples: tuple[uuid.UUID, ...]
    audio: Array
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A song on the map; `group` counts from 0, x and y lie in [-1, 1]."""

    track_id: uuid.UUID
    title: str
    artists: str
    group: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One number of groups: the sum of squared distances to the centres, the mean silhouette."""

    groups: int
    inertia: float
    silhouette: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """How well groups hold; accuracies are shares of held-out songs, 0 if there were too few."""

    silhouette: float
    trials: tuple[Trial, ...]
    elbow: int
    network_accuracy: float
    trees_accuracy: float
    majority_accuracy: float
    held_out: int


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """To which of k groups a song belongs.

    Attributes:
        mean: of the sound embeddings, d numbers.
        scale: their standard deviations, d numbers.
        components: the principal components, p x d.
        extent: the standard deviation of songs along each, p numbers.
        centres: the groups' centres in their space, k x p.
        feelings: the groups' mean feelings, in spreads around that of all songs with sound, k x 15;
            NaN where nobody knows.
        quiet_mean: the mean feeling of songs without sound, 15 numbers. Their moods come from
            words, whose mean is another than that of moods from sounds.
        quiet_scale: its standard deviations.
    """

    mean: Array
    scale: Array
    components: Array
    extent: Array
    centres: Array
    feelings: Array
    quiet_mean: Array
    quiet_scale: Array

    def places(self, sounds: Array) -> Array:
        """Where sound embeddings, n x d, lie among the components, n x p."""
        standard = (sounds - self.mean) / self.scale
        places: Array = (standard @ self.components.T).astype(np.float32)
        return places

    def by_sound(self, sounds: Array) -> Integers:
        """The groups of sound embeddings, n x d."""
        places = self.places(sounds)
        squares = (self.centres**2).sum(axis=1) - 2 * places @ self.centres.T
        nearest: Integers = squares.argmin(axis=1)
        return nearest

    def by_feeling(self, feelings: Array) -> Integers:
        """The groups of feelings of songs without sound, n x 15, NaN where not known."""
        spread = (feelings - self.quiet_mean) / self.quiet_scale
        away = (spread[:, None, :] - self.feelings[None, :, :]) ** 2
        total = _mean_known(away[:, :, :MOOD_DIMENSIONS]) + _mean_known(
            away[:, :, MOOD_DIMENSIONS:]
        )
        known = np.isfinite(total)
        nearest = np.where(known, total, np.inf).argmin(axis=1)
        return np.where(known.any(axis=1), nearest, NOWHERE).astype(np.int32)


def _mean_known(squares: Array) -> Array:
    """The mean over the last axis of n x k x numbers, over those that are known.

    What a song does not have says nothing (0); what only a group lacks rules it out (NaN).
    """
    known: Flags = np.isfinite(squares)
    counts = known.sum(axis=2)
    sums = np.where(known, squares, 0).sum(axis=2)
    mean: Array = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    unknown: Flags = counts.max(axis=1, keepdims=True) == 0
    return np.where(unknown, 0, mean)


def feeling_of(song: StoredTrack) -> Array:
    """A song's 13 moods, valence and arousal; NaN where they are not known."""
    felt: Array = np.full(FEELING_DIMENSIONS, np.nan, np.float32)
    moods = song.track.moods or song.vectors.mood
    if moods is not None and len(moods):
        felt[:MOOD_DIMENSIONS] = moods
    if (place := song.vector("affect")) is not None:
        felt[MOOD_DIMENSIONS:] = place
    return felt


def groups_of(songs: Sequence[StoredTrack], rules: Rules) -> list[tuple[int, bool]]:
    """The group of each song, or `NOWHERE`, and whether it is in it for its sound."""
    found = [(NOWHERE, False)] * len(songs)
    heard = [at for at, song in enumerate(songs) if song.vectors.audio is not None]
    quiet = [at for at, song in enumerate(songs) if song.vectors.audio is None]
    if heard:
        sounds = np.stack([s for at in heard if (s := songs[at].vectors.audio) is not None])
        for at, group in zip(heard, rules.by_sound(sounds).tolist(), strict=True):
            found[at] = (group, True)
    if quiet:
        felt = np.stack([feeling_of(songs[at]) for at in quiet])
        unknown = np.isnan(felt).all(axis=1)
        groups = np.where(unknown, NOWHERE, rules.by_feeling(felt))
        for at, group in zip(quiet, groups.tolist(), strict=True):
            found[at] = (group, False)
    return found
