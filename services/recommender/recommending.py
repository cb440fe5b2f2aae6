"""Songs ranked by evidence: gathered, compared, fused, varied and explained."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice, zip_longest

import numpy as np

from services.recommender import diversity, filtering
from services.recommender.bounding import within
from services.recommender.cataloguing import Catalogue
from services.recommender.domain import (
    Answer,
    Evidence,
    Filters,
    Notice,
    ScoredTrack,
    VectorQuery,
    Wish,
)
from services.recommender.fusion import Term, explained, fused
from services.recommender.listeners import SKIPPED_FACTOR, Taste, middle, taste
from services.recommender.ports import FeedbackLog
from services.recommender.scoring import (
    Candidates,
    as_evidence,
    clip_term,
    closeness,
    likeness_terms,
    matched_tags,
    queries,
    rarities,
    shared_moods,
    tag_term,
)
from services.recommender.shifting import without_shifts
from services.recommender.tracks import Affect, Array, StoredTrack
from services.recommender.words import folded
from vts.moods import MOODS

POOL_PER_SONG = 5
LEAST_POOL = 100
"""MMR chooses among this many of the best, or five times the limit if that is more."""

DISLIKE_STRENGTH = 0.5
"""The part of its score that a song loses if it is the same as a disliked one."""

VARIATION = 0.05
"""How far a random seed may move a score for the ranking; the score shown stays as it is."""


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A wish with its songs looked up and its shifts applied."""

    evidence: tuple[Evidence, ...]
    seeds: tuple[Evidence, ...]
    likes: Evidence | None
    disliked: tuple[Evidence, ...]
    filters: Filters
    taste: Taste
    notices: tuple[Notice, ...]


class Recommender:
    """Ranks a catalogue. Calls block and may come from several threads."""

    def __init__(
        self, catalogue: Catalogue, feedback: FeedbackLog, *, candidates_limit: int
    ) -> None:
        """Ranks at most `candidates_limit` songs for one wish.

        A catalogue or a filter that leaves fewer is ranked whole and exactly; else the nearest by
        each kind of likeness are.
        """
        self._catalogue = catalogue
        self._store = catalogue.store
        self._calibration = catalogue.calibration
        self._feedback = feedback
        self._candidates_limit = candidates_limit

    def recommend(self, wish: Wish) -> Answer:
        """The songs that fit best, the same for the same wish, catalogue and feedback."""
        asked = self._asked(wish)
        size = self._store.count(Filters())
        effects = filtering.effects(asked.filters, self._store.count)
        left = effects[-1].remaining if effects else size
        if left == 0:
            empty = filtering.blame(asked.filters, self._store.count) if size else EMPTY_CATALOGUE
            return Answer((), effects, size, (*asked.notices, empty))
        candidates = Candidates.of(self._gather(asked, left), self._store.dimensions)
        terms = self._terms(asked, wish, candidates)
        scores = fused(terms, len(candidates.songs)) * self._factors(asked, wish, candidates)
        ranked = _ranked(candidates, scores, wish.random_seed)
        pool = ranked[: max(LEAST_POOL, POOL_PER_SONG * wish.limit)]
        if not pool:
            return Answer((), effects, size, (*asked.notices, NO_MATCH))
        picked, notices = self._varied(candidates, scores, pool, wish)
        tracks = tuple(_scored(candidates, scores, terms, at, asked) for at in picked)
        return Answer(tracks, effects, size, asked.notices + notices)

    def _asked(self, wish: Wish) -> _Asked:
        seeds, unknown = self._catalogue.get(wish.seeds)
        feedback = self._feedback.of_user(wish.user_id) if wish.user_id else []
        known = taste(feedback)
        avoided = tuple(dict.fromkeys((*wish.disliked, *known.disliked)))
        mean = self._calibration.mean("affect")
        evidence, moved = without_shifts(
            wish.evidence,
            [as_evidence(song) for song in seeds],
            Affect(float(mean[0]), float(mean[1])),
        )
        excluded = wish.filters.excluded | {*wish.seeds, *avoided}
        likes = middle(self._catalogue.get(known.liked)[0])
        return _Asked(
            evidence=within(evidence, wish.filters),
            seeds=within(moved, wish.filters),
            likes=within([likes], wish.filters)[0] if likes else None,
            disliked=tuple(as_evidence(song) for song in self._catalogue.get(avoided)[0]),
            filters=replace(self._catalogue.understood(wish.filters), excluded=excluded),
            taste=known,
            notices=tuple(_unknown(each) for each in unknown),
        )

    def _gather(self, asked: _Asked, left: int) -> list[StoredTrack]:
        """All songs that pass, or the nearest by every kind of likeness in turn."""
        if left <= self._candidates_limit:
            ids = self._store.matching(asked.filters, self._candidates_limit)
            return self._catalogue.get(ids)[0]
        parts = [*asked.evidence, *asked.seeds, *([asked.likes] if asked.likes else [])]
        wanted = [
            VectorQuery(kind, vector)
            for part in parts
            if part.weight > 0
            for kind, vector in queries(part).items()
        ]
        found = self._store.search(wanted, asked.filters, self._candidates_limit) if wanted else []
        if words := _words(asked.evidence):
            found.append(self._store.with_words(words, asked.filters, self._candidates_limit))
        found.append(self._listed(asked))
        in_turn = (each for each in chain.from_iterable(zip_longest(*found)) if each is not None)
        ids = list(islice(dict.fromkeys(in_turn), self._candidates_limit))
        return self._catalogue.get(ids)[0]

    def _listed(self, asked: _Asked) -> list[uuid.UUID]:
        """The songs that were compared with a clip and pass."""
        listed = {each for part in asked.evidence for each in part.likenesses}
        among = asked.filters.among
        wanted = frozenset(listed if among is None else listed & among)
        filters = replace(asked.filters, among=wanted)
        return self._store.matching(filters, len(wanted)) if wanted else []

    def _terms(self, asked: _Asked, wish: Wish, candidates: Candidates) -> list[Term]:
        words = _words(asked.evidence)
        rarity = rarities(words, self._store.frequencies(words), self._store.count(Filters()))
        terms: list[Term] = []
        for part in asked.evidence:
            terms += likeness_terms(part, candidates, self._calibration, wish.weights)
            tags = tag_term(part, candidates, rarity, wish.weights["tags"])
            clip = clip_term(part, candidates, wish.weights["clip"])
            terms += [term for term in (tags, clip) if term]
        share = wish.weights["seeds"] / max(len(asked.seeds), 1)
        terms += [self._seed_term(seed, candidates, wish, share) for seed in asked.seeds]
        if asked.likes:
            share = wish.weights["seeds"] * asked.likes.weight
            terms.append(self._seed_term(asked.likes, candidates, wish, share))
        return terms

    def _seed_term(self, seed: Evidence, candidates: Candidates, wish: Wish, share: float) -> Term:
        whole = replace(seed, weight=1.0)
        close = closeness(whole, candidates, self._calibration, wish.weights)
        weight = np.where(np.isnan(close), 0.0, share).astype(np.float32)
        return Term("seeds", seed.label, np.nan_to_num(close), weight)

    def _factors(self, asked: _Asked, wish: Wish, candidates: Candidates) -> Array:
        """What dislikes and skips leave of each score."""
        factors: Array = np.ones(len(candidates.songs), np.float32)
        if skipped := asked.taste.skipped:
            factors[[song.track.id in skipped for song in candidates.songs]] = SKIPPED_FACTOR
        for part in asked.disliked:
            close = np.nan_to_num(closeness(part, candidates, self._calibration, wish.weights))
            loss = DISLIKE_STRENGTH * np.clip(2 * close - 1, 0, 1)
            factors = np.minimum(factors, (1 - loss).astype(np.float32))
        return factors

    def _varied(
        self, candidates: Candidates, scores: Array, pool: Sequence[int], wish: Wish
    ) -> tuple[list[int], tuple[Notice, ...]]:
        best = candidates.subset(pool)
        means = {kind: self._calibration.mean(kind) for kind in diversity.COMPARED}
        selection = diversity.select(
            [song.track for song in best.songs],
            _with_variation(candidates, scores, wish.random_seed)[list(pool)],
            diversity.alikeness(best, means),
            limit=wish.limit,
            diversity=wish.diversity,
        )
        return [pool[at] for at in selection.chosen], CAPS if selection.caps_raised else ()


def _words(evidence: Sequence[Evidence]) -> list[str]:
    words = (folded(word.text) for part in evidence for word in part.keywords if word.weight > 0)
    return sorted({word for word in words if word})


def _ranked(candidates: Candidates, scores: Array, seed: int) -> list[int]:
    """The places of songs that could be compared at all, best first; ties in order of ids."""
    values = _with_variation(candidates, scores, seed)
    places = [at for at in range(len(scores)) if not np.isnan(scores[at])]
    return sorted(places, key=lambda at: (-values[at], candidates.songs[at].track.id))


def _with_variation(candidates: Candidates, scores: Array, seed: int) -> Array:
    if not seed:
        return scores
    drawn = [np.random.default_rng((seed, song.track.id.int)).random() for song in candidates.songs]
    return scores + VARIATION * (np.array(drawn, np.float32) - 0.5)


def _scored(
    candidates: Candidates, scores: Array, terms: Sequence[Term], at: int, asked: _Asked
) -> ScoredTrack:
    track = candidates.songs[at].track
    evidence = (*asked.evidence, *asked.seeds)
    return ScoredTrack(
        track,
        float(scores[at]),
        explained(terms, at),
        matched_tags(track, asked.evidence),
        shared_moods(MOODS, track, evidence),
    )


def _unknown(track_id: uuid.UUID) -> Notice:
    return Notice(
        "UNKNOWN_TRACK",
        "No song has this id; it was left out of the songs to be like.",
        "이 ID를 가진 곡이 없어 비슷한 곡의 기준에서 제외했습니다.",
        str(track_id),
    )


EMPTY_CATALOGUE = Notice(
    "CATALOGUE_EMPTY", "The catalogue holds no songs yet.", "카탈로그에 아직 곡이 없습니다."
)

NO_MATCH = Notice(
    "NO_MATCH",
    "No song has anything that this evidence could be compared with.",
    "이 입력과 비교할 수 있는 정보를 가진 곡이 없습니다.",
)

CAPS = (
    Notice(
        "CAPS_RAISED",
        "Few other songs were left, so some artists or albums appear more often than usual.",
        "남은 곡이 적어 같은 아티스트나 앨범의 곡이 평소보다 많이 포함되었습니다.",
    ),
)
