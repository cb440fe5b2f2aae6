"""How far the music may go, for safety: the bounds of all inputs together, and what is within."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gateway import evidence
from gateway.domain import Feeling
from vts.evidence.v1 import evidence_pb2
from vts.moods import MOODS
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

CODE = "BOUNDED"
_FILTER = "bounds="
"""How the recommender's name of this filter begins."""


def joined(parts: Iterable[evidence_pb2.Bounds]) -> evidence_pb2.Bounds:
    """The bounds that keep to all of these; empty if none of them sets any."""
    told = [part for part in parts if part.ByteSize()]
    least = [part.least_arousal for part in told if part.HasField("least_arousal")]
    most = [part.most_arousal for part in told if part.HasField("most_arousal")]
    caps: dict[str, float] = {}
    for cap in (cap for part in told for cap in part.most_moods):
        caps[cap.mood] = min(cap.score, caps.get(cap.mood, 1.0))
    reasons = list(
        {part.reason.en: part.reason for part in told if part.reason.en and part.reason.ko}.values()
    )
    bounds = evidence_pb2.Bounds(
        most_moods=[evidence_pb2.MoodScore(mood=mood, score=most) for mood, most in caps.items()]
    )
    if least:
        bounds.least_arousal = max(least)
    if most:
        bounds.most_arousal = min(most)
    if reasons:
        bounds.reason.en = "; ".join(reason.en for reason in reasons)
        bounds.reason.ko = ". ".join(reason.ko for reason in reasons)
    return bounds


def within(feeling: Feeling, bounds: evidence_pb2.Bounds) -> Feeling:
    """The feeling as near to what it was as the bounds let it be."""
    affect = feeling.affect
    if affect and bounds.HasField("least_arousal"):
        affect = replace(affect, arousal=max(affect.arousal, bounds.least_arousal))
    if affect and bounds.HasField("most_arousal"):
        affect = replace(affect, arousal=min(affect.arousal, bounds.most_arousal))
    caps = {cap.mood: cap.score for cap in bounds.most_moods}
    moods = tuple(
        min(score, caps.get(mood, 1.0)) for mood, score in zip(MOODS, feeling.moods, strict=False)
    )
    return replace(feeling, affect=affect, moods=moods)


def notes(
    bounds: evidence_pb2.Bounds, answer: recommender_pb.RecommendResponse, *, changed: bool
) -> list[evidence_pb2.Note]:
    """Why the music keeps within bounds, and how many songs that left out.

    There is nothing to tell where it left out none and `changed` nothing of what was asked for.
    """
    count = _left_out(answer.filter_effects, answer.catalogue_size)
    reason = bounds.reason
    if not reason.en or not (count or changed):
        return []
    songs = "1 song was" if count == 1 else f"{count:,} songs were"
    english = f"{reason.en[0].upper()}{reason.en[1:]}."
    korean = f"{reason.ko}."
    if count:
        english = f"{english} {songs} left out."
        korean = f"{korean} 그래서 {count:,}곡을 뺐습니다."
    return [evidence.note(CODE, english, korean, "situation")]


def _left_out(effects: Sequence[recommender_pb.FilterEffect], songs: int) -> int:
    count, left = 0, songs
    for effect in effects:
        if effect.filter.startswith(_FILTER):
            count += left - effect.remaining
        left = effect.remaining
    return count
