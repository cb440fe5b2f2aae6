"""Reasons: one sentence per song, in English and Korean, that claims only what scored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain

from gateway.clauses import BUILDERS
from gateway.endings import Clause
from gateway.wording import TALK, Words, quoted
from vts.evidence.v1 import evidence_pb2
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

LEAST_SHARE = 0.08
"""The share of a song's score from which a component is worth a mention."""

LEAST_SCORE = 0.55
"""The likeness from which it may be claimed at all: a song drawn at random would get 0.5."""

LEAST_NEARNESS = 0.8
"""The same for a place on the plane: only close to each other are two of one quarter."""

LIKES = "likes"
"""The label under which the recommender counts what the listener liked before."""

LONG = 90
"""From this length on, in English characters, a sentence does without its last claim."""

_CLAUSES = 3
_TRIES = 15

Shares = Mapping[tuple[str, str], float]
"""A share of the score by component and evidence."""


def reasons(
    songs: Sequence[recommender_pb.ScoredTrack], names: Mapping[str, Words]
) -> list[evidence_pb2.Bilingual]:
    """Why each song is in the playlist, worded anew where a sentence was used before.

    `names` maps evidence labels to what the inputs are called.
    """
    usual = _usual_shares(songs)
    told: list[evidence_pb2.Bilingual] = []
    for rank, song in enumerate(songs):
        first = reason(song, names, rank, usual)
        others = (reason(song, names, rank + turn, usual) for turn in range(1, _TRIES))
        ways = chain([first], others)  # made one by one: the first is nearly always new
        told.append(next((way for way in ways if way not in told), first))
    return told


def reason(
    song: recommender_pb.ScoredTrack,
    names: Mapping[str, Words],
    rank: int,
    usual: Shares | None = None,
) -> evidence_pb2.Bilingual:
    """Why a song is in the playlist.

    The sentence begins with what weighs most beyond its `usual` share in this playlist: with what
    sets the song apart. `rank` counts from 0 and varies the wording.
    """
    clauses: dict[str, Clause] = {}
    said: set[str] = set()
    for part in _worth_saying(song, names, usual or {}):
        name = names.get(part.evidence) or _unnamed(part.evidence)
        topic = name.kind if name.kind in ("change", "talk") else part.component
        if topic in clauses or _repeats(part, clauses, said):
            continue
        subject = _in_common(song, () if _told_moods(part, clauses) else name.moods)
        follows = part.evidence in said
        clause = BUILDERS[part.component](subject, None if follows else name, rank)
        if clause and _fits(clauses, clause):
            clauses[topic] = replace(clause, follows=follows)
            if topic != "tags":  # which names no input
                said.add(part.evidence)
    return _sentence(clauses)


def _usual_shares(songs: Sequence[recommender_pb.ScoredTrack]) -> Shares:
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for song in songs:
        for part in song.components:
            sums[part.component, part.evidence] += part.share / len(songs)
    return sums


def _unnamed(label: str) -> Words:
    return Words("what you liked before", "전에 좋아하신 곡") if label == LIKES else quoted(label)


def _worth_saying(
    song: recommender_pb.ScoredTrack, names: Mapping[str, Words], usual: Shares
) -> list[recommender_pb.ComponentScore]:
    worthy = [part for part in song.components if _is_worthy(part)]
    felt = {
        part.evidence
        for part in worthy
        if part.component == "mood" and _in_common(song, _moods(names, part)).shared_moods
    }
    # Moods say more than a place on the plane.
    telling = [p for p in worthy if p.component != "affect" or p.evidence not in felt]
    return sorted(telling, key=lambda part: _lead(part, usual), reverse=True)


def _moods(
    names: Mapping[str, Words], part: recommender_pb.ComponentScore
) -> tuple[str, ...] | None:
    return names[part.evidence].moods if part.evidence in names else None


def _in_common(
    song: recommender_pb.ScoredTrack, moods: tuple[str, ...] | None
) -> recommender_pb.ScoredTrack:
    """The song with those of the moods it shares with all inputs that are this input's own."""
    if moods is None:
        return song
    return recommender_pb.ScoredTrack(
        track=song.track,
        matched_tags=song.matched_tags,
        shared_moods=[each for each in song.shared_moods if each.mood in moods],
    )


def _is_worthy(part: recommender_pb.ComponentScore) -> bool:
    least = LEAST_NEARNESS if part.component == "affect" else LEAST_SCORE
    return part.component in BUILDERS and part.share >= LEAST_SHARE and part.score >= least


def _lead(part: recommender_pb.ComponentScore, usual: Shares) -> float:
    """How much more of the score than usual it makes up; tags that most songs have come last."""
    mean = usual.get((part.component, part.evidence), 0.0)
    is_common = part.component == "tags" and part.evidence != TALK and mean > part.share / 2
    return -1.0 if is_common else part.share - mean


def _repeats(
    part: recommender_pb.ComponentScore, clauses: Mapping[str, Clause], said: set[str]
) -> bool:
    """Whether a component would only say again what was said.

    A place on the plane says what the moods of the same input said, and likeness to a song tells
    the moods too.
    """
    if part.component == "mood" and "seeds" in clauses:
        return True
    twins = {"affect": "mood", "mood": "affect"}
    return part.evidence in said and twins.get(part.component) in clauses


def _told_moods(part: recommender_pb.ComponentScore, clauses: Mapping[str, Clause]) -> bool:
    """Whether likeness to a song can do without the moods, since they were told."""
    return part.component == "seeds" and "mood" in clauses


def _fits(clauses: Mapping[str, Clause], another: Clause) -> bool:
    if not clauses:
        return True
    length = sum(len(clause.en) for clause in clauses.values()) + len(another.en)
    is_said = any(another.en == clause.en for clause in clauses.values())
    return len(clauses) < _CLAUSES and length < LONG and not is_said


def _sentence(clauses: Mapping[str, Clause]) -> evidence_pb2.Bilingual:
    if not clauses:
        return evidence_pb2.Bilingual(
            en="Among the closest that the catalogue has.",
            ko="목록에서 그나마 가까운 곡입니다.",
        )
    tags = clauses.get("tags")
    claims = [clause for component, clause in clauses.items() if component != "tags"]
    english = "".join(
        clause.en if not place else f"{',' if clause.follows else ';'} {clause.en}"
        for place, clause in enumerate(claims)
    )
    korean = [*claims]
    if tags and next(iter(clauses)) == "tags":
        english = f"{tags.en}; {english}" if english else tags.en
        korean = [tags, *claims]
    elif tags:
        english = f"{english}; {tags.en}"
        korean = [*claims, tags]
    said = [*(clause.ko_before for clause in korean[:-1]), korean[-1].ko_last]
    return evidence_pb2.Bilingual(
        en=f"{english[0].upper()}{english[1:]}.", ko=f"{', '.join(said)}."
    )
