"""Candidates compared with evidence: one calibrated term for each kind of likeness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from services.recommender.calibration import Calibration, features
from services.recommender.domain import Component, Evidence, Keyword
from services.recommender.fusion import RANDOM_SCORE, Term, fused
from services.recommender.tracks import (
    DIMENSIONS,
    Affect,
    Array,
    Dimensions,
    Likeness,
    StoredTrack,
    Track,
)
from services.recommender.words import folded, song_words

MOODS_SHARED = 3
LEAST_SHARED_MOOD = 0.15
"""A mood that either side has less of is not named as shared."""

UNHEARD = 0.5
"""The part of the sound's weight with which a song that was never heard counts as a random one."""

LEAST_UNLIKE = 0.02
"""So near to being the very music of a clip, a song is it: nothing else about it counts then."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Songs with their features in rows; `known` is 0 for a song without such a vector.

    For `affect`, `known` is the confidence in the song's place on the plane.
    """

    songs: tuple[StoredTrack, ...]
    rows: Mapping[Likeness, Array]
    known: Mapping[Likeness, Array]

    @classmethod
    def of(cls, songs: Sequence[StoredTrack], dimensions: Dimensions = DIMENSIONS) -> "Candidates":
        """Puts the vectors of songs, which have these lengths, into rows."""
        stacked = {kind: _stacked(kind, songs, size) for kind, size in dimensions.items()}
        return cls(
            tuple(songs),
            {kind: rows for kind, (rows, _) in stacked.items()},
            {kind: known for kind, (_, known) in stacked.items()},
        )

    def subset(self, kept: Sequence[int]) -> "Candidates":
        """Only these songs, in this order."""
        return Candidates(
            tuple(self.songs[at] for at in kept),
            {kind: rows[kept] for kind, rows in self.rows.items()},
            {kind: known[kept] for kind, known in self.known.items()},
        )


def _stacked(kind: Likeness, songs: Sequence[StoredTrack], size: int) -> tuple[Array, Array]:
    blank = np.zeros(size, np.float32)
    found = [song.vector(kind) for song in songs]
    rows = np.array([blank if each is None else each for each in found], np.float32)
    known = np.array([0.0 if each is None else 1.0 for each in found], np.float32)
    if kind == "affect":
        known *= np.array([_confidence(song.track.affect) for song in songs], np.float32)
    return features(kind, rows.reshape(len(songs), len(blank))), known


def _confidence(affect: Affect | None) -> float:
    return affect.confidence if affect else 0.0


def queries(part: Evidence) -> dict[Likeness, Array]:
    """The vectors that a piece of evidence can be compared by."""
    found: dict[Likeness, Array | None] = {
        "text": part.text,
        "mood": part.moods if part.moods is not None and part.moods.any() else None,
        "audio": part.audio,
    }
    if part.affect and part.affect.confidence > 0:
        found["affect"] = np.array([part.affect.valence, part.affect.arousal], np.float32)
    return {kind: vector for kind, vector in found.items() if vector is not None}


def likeness_terms(
    part: Evidence,
    candidates: Candidates,
    calibration: Calibration,
    weights: Mapping[Component, float],
) -> list[Term]:
    """A term for each vector of the evidence, weighed by both sides' confidence.

    What a sound feels like is a guess made from the sound itself, so its moods too are no surer
    than its place on the plane; how it sounds is measured.
    """
    terms = []
    guessed = {"affect", "mood"} if part.audio is not None else {"affect"}
    for kind, query in queries(part).items():
        sure = part.affect.confidence if part.affect and kind in guessed else 1.0
        scores = calibration.scores(kind, candidates.rows[kind], query)
        weight = part.weight * weights[kind] * sure
        known = candidates.known[kind]
        doubts = UNHEARD * weight * (known == 0) if kind == "audio" else None
        terms.append(Term(kind, part.label, scores, weight * known, doubts))
    return terms


def clip_term(part: Evidence, candidates: Candidates, weight: float) -> Term | None:
    """How like the very clip each song was found; None if no song was compared with it.

    Songs that were not found are unlike it, as one drawn at random would be; of those without sound
    nothing is known. The nearer a song comes to being this very music, the less anything else
    counts: its weight is divided by what is left to that.
    """
    if not part.likenesses:
        return None
    found = [part.likenesses.get(song.track.id) for song in candidates.songs]
    likeness = np.array([each or 0.0 for each in found], np.float32)
    listed = np.array([each is not None for each in found])
    heard = listed | (candidates.known["audio"] > 0)
    base = part.weight * weight
    weights = base * heard / np.maximum(1 - likeness, LEAST_UNLIKE)
    scores = RANDOM_SCORE + (1 - RANDOM_SCORE) * likeness
    doubts = (UNHEARD * base * ~heard).astype(np.float32)
    return Term("clip", part.label, scores, weights.astype(np.float32), doubts)


def tag_term(
    part: Evidence, candidates: Candidates, rarity: Mapping[str, float], weight: float
) -> Term | None:
    """The share of the evidence's words that a song's tags and genres hold, rare words first.

    `rarity` gives the weight of each folded word and knows only words that some song has; None if
    it knows none of the evidence's.
    """
    wanted = {folded(word.text): word.weight for word in part.keywords}
    values = {word: wanted[word] * rarity[word] for word in wanted if word in rarity}
    whole = sum(values.values())
    if whole <= 0:
        return None
    shares = [
        sum(values[word] for word in song_words(song.track) & values.keys()) / whole
        for song in candidates.songs
    ]
    scores = RANDOM_SCORE + (1 - RANDOM_SCORE) * np.array(shares, np.float32)
    return Term("tags", part.label, scores, np.full(len(shares), part.weight * weight, np.float32))


def rarities(words: Sequence[str], frequencies: Sequence[int], songs: int) -> dict[str, float]:
    """How much a word tells: the rarer, the more (IDF); words that no song has are left out."""
    return {
        word: log(1 + songs / count)
        for word, count in zip(words, frequencies, strict=True)
        if count
    }


def closeness(
    part: Evidence,
    candidates: Candidates,
    calibration: Calibration,
    weights: Mapping[Component, float],
) -> Array:
    """How alike each candidate is to a song given as evidence, in [0, 1]; NaN if incomparable."""
    terms = likeness_terms(part, candidates, calibration, weights)
    return fused(terms, len(candidates.songs))


def as_evidence(song: StoredTrack, weight: float = 1.0) -> Evidence:
    """A song as evidence for songs like it, labelled with its title."""
    track = song.track
    moods = np.array(track.moods, np.float32) if track.moods else song.vectors.mood
    return Evidence(
        label=track.title,
        weight=weight,
        text=song.vectors.text,
        moods=moods,
        affect=track.affect,
        audio=song.vectors.audio,
    )


def matched_tags(track: Track, evidence: Sequence[Evidence]) -> tuple[Keyword, ...]:
    """The song's tags that the evidence asked for, weightiest first."""
    wanted: dict[str, float] = {}
    for part in evidence:
        for word in part.keywords:
            key = folded(word.text)
            wanted[key] = max(wanted.get(key, 0.0), word.weight)
    tags = [(tag, "en") for tag in (*track.genres, *track.tags_en)]
    tags += [(tag, "ko") for tag in track.tags_ko]
    found = [Keyword(tag, _best(tag, wanted), language) for tag, language in dict.fromkeys(tags)]
    return tuple(sorted((tag for tag in found if tag.weight > 0), key=lambda tag: -tag.weight))


def _best(tag: str, wanted: Mapping[str, float]) -> float:
    whole = folded(tag)
    return max((wanted.get(word, 0.0) for word in (whole, *whole.split())), default=0.0)


def shared_moods(
    names: Sequence[str], track: Track, evidence: Sequence[Evidence]
) -> tuple[tuple[str, float], ...]:
    """The moods that evidence and song both have, strongest first, with how much both have."""
    asked = [(part.weight, part.moods) for part in evidence if part.moods is not None]
    whole = sum(weight for weight, _ in asked)
    if not track.moods or whole <= 0:
        return ()
    wanted = sum(weight * moods for weight, moods in asked) / whole
    common = np.minimum(wanted, np.array(track.moods, np.float32))
    best = [at for at in np.argsort(-common, kind="stable") if common[at] >= LEAST_SHARED_MOOD]
    return tuple((names[at], float(common[at])) for at in best[:MOODS_SHARED])
