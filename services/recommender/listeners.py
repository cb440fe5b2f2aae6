"""What a listener's past feedback means for their next answer."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.recommender.domain import Evidence, Feedback, FeedbackKind
from services.recommender.scoring import as_evidence
from services.recommender.tracks import Affect, Array, StoredTrack

LIKES_LOOKED_AT = 50
DISLIKES_LOOKED_AT = 20

LIKES_SHARE = 0.25
"""How much the middle of all likes counts against one seed."""

SKIPPED_FACTOR = 0.9
"""What the score of a song is multiplied with if the listener has skipped it."""


@dataclass(frozen=True, slots=True)
class Taste:
    """The songs a listener liked or used, disliked, and skipped; newest first."""

    liked: tuple[uuid.UUID, ...] = ()
    disliked: tuple[uuid.UUID, ...] = ()
    skipped: frozenset[uuid.UUID] = frozenset()


def taste(feedback: Sequence[Feedback]) -> Taste:
    """Sorts feedback by what it means; using a song is liking it, unless it is disliked."""
    disliked = [each.track_id for each in feedback if each.kind is FeedbackKind.DISLIKE]
    liked = [
        each.track_id
        for each in feedback
        if each.kind in (FeedbackKind.LIKE, FeedbackKind.USED) and each.track_id not in disliked
    ]
    skipped = frozenset(each.track_id for each in feedback if each.kind is FeedbackKind.SKIP)
    return Taste(
        tuple(dict.fromkeys(liked))[:LIKES_LOOKED_AT],
        tuple(disliked[:DISLIKES_LOOKED_AT]),
        skipped - set(liked),
    )


def middle(songs: Sequence[StoredTrack]) -> Evidence | None:
    """The middle of liked songs as one piece of evidence (Rocchio); None if there are none."""
    parts = [as_evidence(song) for song in songs]
    if not parts:
        return None
    return Evidence(
        label="likes",
        weight=LIKES_SHARE,
        text=_mean([part.text for part in parts]),
        moods=_mean([part.moods for part in parts]),
        affect=_mean_affect([part.affect for part in parts]),
        audio=_mean([part.audio for part in parts]),
    )


def _mean(vectors: Sequence[Array | None]) -> Array | None:
    known = [vector for vector in vectors if vector is not None]
    return np.mean(known, axis=0, dtype=np.float32) if known else None


def _mean_affect(points: Sequence[Affect | None]) -> Affect | None:
    known = [(point.valence, point.arousal, point.confidence) for point in points if point]
    return Affect(*np.mean(known, axis=0).tolist()) if known else None
