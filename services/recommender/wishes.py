"""Wishes out of messages, every field checked; the limits are those the proto documents."""

import uuid
from collections.abc import Sequence
from typing import Any

from services.recommender import checks
from services.recommender.checks import FieldError
from services.recommender.domain import (
    DEFAULT_WEIGHTS,
    Component,
    Evidence,
    Feedback,
    FeedbackKind,
    Filters,
    Keyword,
    Wish,
)
from services.recommender.songs import affect_from
from vts.evidence.v1 import evidence_pb2
from vts.moods import TEXT_DIMENSIONS
from vts.recommender.v1 import recommender_service_pb2 as pb

DEFAULT_LIMIT = 10
DEFAULT_DIVERSITY = 0.3
MOST_SONGS = 100
MOST_FILTER_VALUES = 32
MOST_LIKENESSES = 200

KINDS = {
    pb.FEEDBACK_KIND_LIKE: FeedbackKind.LIKE,
    pb.FEEDBACK_KIND_DISLIKE: FeedbackKind.DISLIKE,
    pb.FEEDBACK_KIND_SKIP: FeedbackKind.SKIP,
    pb.FEEDBACK_KIND_USED: FeedbackKind.USED,
}


class NothingAskedError(ValueError):
    """A wish holds nothing to rank by."""


def wish_from(request: pb.RecommendRequest, audio_dimensions: int) -> Wish:
    """The wish that a request holds.

    Raises:
        FieldError: A field is malformed or out of its range.
        NothingAskedError: There is no evidence that weighs anything, and no seed.
    """
    checks.few("evidence", request.evidence, most=16)
    evidence = tuple(
        _evidence(f"evidence[{at}]", part, audio_dimensions)
        for at, part in enumerate(request.evidence)
    )
    seeds = checks.song_ids("seed_track_ids", request.seed_track_ids, most=32)
    if not seeds and not any(_says_something(part) for part in evidence):
        raise NothingAskedError
    diversity = request.diversity if request.HasField("diversity") else DEFAULT_DIVERSITY
    return Wish(
        evidence=evidence,
        weights=_weights(request.weights),
        filters=filters_from(request.filters, request.excluded_track_ids),
        seeds=tuple(seeds),
        disliked=tuple(checks.song_ids("disliked_track_ids", request.disliked_track_ids, most=32)),
        limit=limit_from(request.limit),
        diversity=checks.number("diversity", diversity, 0, 1),
        user_id=checks.text("user_id", request.user_id, longest=128),
        random_seed=request.random_seed,
    )


def limit_from(limit: int) -> int:
    """How many songs are wanted; 0 stands for the default."""
    return int(checks.number("limit", limit or DEFAULT_LIMIT, 1, MOST_SONGS))


def feedback_from(request: pb.RecordFeedbackRequest) -> Feedback:
    """The feedback that a request holds; raises `FieldError`."""
    if request.kind not in KINDS:
        raise FieldError("kind", "must be LIKE, DISLIKE, SKIP or USED")
    return Feedback(
        checks.text("user_id", request.user_id, longest=128, shortest=1),
        checks.song_id("track_id", request.track_id),
        KINDS[request.kind],
        checks.text("playlist_id", request.playlist_id, longest=128),
    )


def _evidence(field: str, part: pb.WeightedEvidence, audio_dimensions: int) -> Evidence:
    affect = affect_from(f"{field}.affect", part.affect) if part.HasField("affect") else None
    if part.is_shift and affect is None:
        raise FieldError(f"{field}.affect", "must be set where `is_shift` is")
    weight = part.weight if part.HasField("weight") else 1.0
    return Evidence(
        label=checks.text(f"{field}.label", part.label, longest=64),
        weight=checks.number(f"{field}.weight", weight, 0, 1),
        text=checks.vector(f"{field}.text_embedding", part.text_embedding, TEXT_DIMENSIONS),
        moods=checks.mood_scores(f"{field}.moods", ((m.mood, m.score) for m in part.moods)),
        affect=affect,
        audio=checks.vector(f"{field}.audio_embedding", part.audio_embedding, audio_dimensions),
        keywords=_keywords(f"{field}.keywords", part),
        is_shift=part.is_shift,
        likenesses=_likenesses(f"{field}.likenesses", part),
    )


def _likenesses(field: str, part: pb.WeightedEvidence) -> dict[uuid.UUID, float]:
    checks.few(field, part.likenesses, most=MOST_LIKENESSES)
    found: dict[uuid.UUID, float] = {}
    for at, each in enumerate(part.likenesses):
        song = checks.song_id(f"{field}[{at}].track_id", each.track_id)
        if song in found:
            raise FieldError(f"{field}[{at}].track_id", f"is there twice: {song}")
        found[song] = checks.number(f"{field}[{at}].likeness", each.likeness, 0, 1)
    return found


def _keywords(field: str, part: pb.WeightedEvidence) -> tuple[Keyword, ...]:
    checks.few(field, part.keywords, most=32)
    return tuple(
        Keyword(
            checks.text(f"{field}[{at}].text", word.text, longest=64, shortest=1),
            checks.number(f"{field}[{at}].weight", word.weight, 0, 1),
            word.language,
        )
        for at, word in enumerate(part.keywords)
    )


def _says_something(part: Evidence) -> bool:
    vectors = (part.text, part.moods, part.audio)
    felt = part.affect is not None and part.affect.confidence > 0
    named = bool(part.keywords) or bool(part.likenesses)
    known = felt or named or any(vector is not None for vector in vectors)
    return known and part.weight > 0


def _weights(weights: pb.ComponentWeights) -> dict[Component, float]:
    chosen = dict(DEFAULT_WEIGHTS)
    for name in chosen:
        if weights.HasField(name):
            chosen[name] = checks.number(f"weights.{name}", getattr(weights, name), 0, 1)
    if not any(chosen.values()):
        raise FieldError("weights", "at least one must be above 0")
    return chosen


def filters_from(wanted: pb.Filters, excluded_track_ids: Sequence[str]) -> Filters:
    """The filters of a request; raises `FieldError`."""
    for name in ("languages", "genres", "licences", "sources", "tags", "groups"):
        checks.texts(f"filters.{name}", getattr(wanted, name), most=MOST_FILTER_VALUES, longest=64)
    excluded = checks.song_ids("excluded_track_ids", excluded_track_ids, most=1000)
    years = (_year("year_from", wanted), _year("year_to", wanted))
    if years[0] and years[1] and years[0] > years[1]:
        raise FieldError("filters.year_from", f"must not be after year_to, which is {years[1]}")
    return Filters(
        with_sound=wanted.only_with_sound,
        languages=tuple(
            checks.language(f"filters.languages[{at}]", e) for at, e in enumerate(wanted.languages)
        ),
        genres=tuple(wanted.genres),
        year_from=years[0],
        year_to=years[1],
        licences=tuple(
            checks.licence(f"filters.licences[{at}]", e) for at, e in enumerate(wanted.licences)
        ),
        sources=tuple(
            checks.source(f"filters.sources[{at}]", e) for at, e in enumerate(wanted.sources)
        ),
        tags=tuple(wanted.tags),
        groups=tuple(wanted.groups),
        **_limits(wanted.bounds),
        excluded=frozenset(excluded),
    )


def _limits(bounds: evidence_pb2.Bounds) -> dict[str, Any]:
    field = "filters.bounds"
    limits: dict[str, Any] = {
        name: checks.number(f"{field}.{name}", getattr(bounds, name), -1, 1)
        for name in ("least_arousal", "most_arousal")
        if bounds.HasField(name)
    }
    caps = {each.mood: each.score for each in bounds.most_moods}
    checks.mood_scores(f"{field}.most_moods", ((m.mood, m.score) for m in bounds.most_moods))
    return limits | {"most_moods": tuple(caps.items())}


def _year(name: str, wanted: pb.Filters) -> int | None:
    if not wanted.HasField(name):
        return None
    return int(checks.number(f"filters.{name}", getattr(wanted, name), 1000, 2100))
