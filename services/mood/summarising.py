"""Sums up many sentences: groups that mean alike, weighted keywords and the mood of the whole."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from services.mood.clustering import Floats, Labels, grouped
from services.mood.domain import (
    MAX_COUNTERPARTS,
    MAX_GROUP_KEYWORDS,
    MAX_KEYWORDS,
    MAX_SUMMARY_KEYWORDS,
    Affect,
    Group,
    Keyword,
    NoteCode,
    Reading,
    Sentence,
    Summary,
    Vectors,
    Word,
)
from services.mood.keywords import counterparts, with_counterparts
from services.mood.remarks import unremarked
from services.mood.textrank import Key, Line, central, ranked

SHORTEST_NAME = 2
"""Letters of the shortest English keyword; Korean ones may have one."""

_PLURALS = (("ies", "y"), ("es", ""), ("s", ""))

Words = Sequence[tuple[Word, ...]]


def summary(sentences: Sequence[Sentence], readings: Sequence[Reading], words: Words) -> Summary:
    """The summary of sentences, given the reading and the words of each, in the same order.

    Sentences that are equal weigh together, as one. Nothing is left to chance, and groups, words
    and sentences of equal weight stay in the order they came in. What a caption remarks on the
    light or the colours of a picture becomes no keyword.
    """
    words = [unremarked(line) for line in words]
    weights = np.array([sentence.weight for sentence in sentences], dtype=np.float64)
    alike = _distinct(sentences)
    vectors = np.stack([readings[same[0]].embedding for same in alike])
    mass = np.array([weights[same].sum() for same in alike])
    labels = grouped(vectors, mass)
    names = _names(words)
    lines = [_line(words[same[0]], names) for same in alike]
    shares = mass / mass.sum()
    ranks = [_ranks(lines, shares, np.flatnonzero(labels == label)) for label in np.unique(labels)]
    groups = _groups(alike, vectors, shares, labels, ranks)
    keywords = _together(ranks, [float(shares[labels == k].sum()) for k in np.unique(labels)])
    middles = [readings[group.central].understood_as.strip(" .") for group in groups]
    return Summary(
        keywords=keywords,
        groups=groups,
        readings=tuple(readings),
        whole=_whole(readings, weights, keywords, ". ".join(dict.fromkeys(middles))),
        ranks=_spread(alike, central(vectors, mass)),
    )


def _spread(alike: Sequence[list[int]], ranks: Floats) -> tuple[float, ...]:
    """The rank of every sentence, relative to the most central; equal ones share theirs."""
    best = {index: float(rank) for same, rank in zip(alike, ranks, strict=True) for index in same}
    top = max(best.values())
    return tuple(best[index] / top for index in sorted(best))


def _distinct(sentences: Sequence[Sentence]) -> list[list[int]]:
    """The indices of equal sentences, in the order they first come."""
    same: defaultdict[str, list[int]] = defaultdict(list)
    for index, sentence in enumerate(sentences):
        same[" ".join(sentence.content.casefold().split()).rstrip(" .")].append(index)
    return list(same.values())


def _names(words: Words) -> dict[Key, Key]:
    """What each word is called: an English plural by its singular, where that is said too."""
    said = {(word.text, word.language) for line in words for word in line if word.names}
    return {key: _singular(key, said) for key in said}


def _singular(key: Key, said: set[Key]) -> Key:
    text, language = key
    for ending, instead in _PLURALS:
        single = text.removesuffix(ending) + instead, language
        if language == "en" and text.endswith(ending) and single in said:
            return single
    return key


def _line(words: tuple[Word, ...], names: dict[Key, Key]) -> Line:
    return [
        (place, names[word.text, word.language])
        for place, word in enumerate(words)
        if word.names and (word.language == "ko" or len(word.text) >= SHORTEST_NAME)
    ]


def _ranks(lines: Sequence[Line], shares: Floats, chosen: Labels) -> dict[Key, float]:
    return ranked([lines[index] for index in chosen], [float(shares[index]) for index in chosen])


def _groups(
    alike: Sequence[list[int]],
    vectors: Vectors,
    shares: Floats,
    labels: Labels,
    ranks: Sequence[dict[Key, float]],
) -> tuple[Group, ...]:
    groups = []
    for label, words in zip(np.unique(labels), ranks, strict=True):
        own = np.flatnonzero(labels == label)
        middle = shares[own] @ vectors[own]
        central = int(own[np.argmax(vectors[own] @ middle)])
        indices = sorted(index for one in own.tolist() for index in alike[one])
        share = min(1.0, float(shares[own].sum()))
        keywords = _keywords(words, MAX_GROUP_KEYWORDS)
        groups.append(Group(tuple(indices), alike[central][0], share, keywords))
    return tuple(sorted(groups, key=lambda group: (-group.share, group.sentences)))


def _together(ranks: Sequence[dict[Key, float]], shares: Sequence[float]) -> tuple[Keyword, ...]:
    """The keywords of all groups, each group counting as much as it weighs."""
    total: defaultdict[Key, float] = defaultdict(float)
    for words, share in zip(ranks, shares, strict=True):
        for word, rank in words.items():
            total[word] += share * rank
    return _keywords(total, MAX_SUMMARY_KEYWORDS)


def _keywords(ranks: dict[Key, float], most: int) -> tuple[Keyword, ...]:
    top = max(ranks.values(), default=1.0)
    best = sorted(ranks.items(), key=lambda item: -item[1])[:most]
    own = [Keyword(text, rank / top, language) for (text, language), rank in best]
    return with_counterparts(own, [counterparts(word.text, word.language) for word in own])


def _whole(
    readings: Sequence[Reading], weights: Floats, keywords: tuple[Keyword, ...], understood_as: str
) -> Reading:
    """One reading for all: means weighted by the sentences, of affect also by how sure it is."""
    share = weights / weights.sum()
    moods = share @ np.array([reading.moods for reading in readings])
    affects = np.array([(r.affect.valence, r.affect.arousal) for r in readings])
    sure = share * np.array([reading.affect.confidence for reading in readings])
    point = (sure if sure.any() else share) @ affects / (sure.sum() or 1.0)
    vector = share @ np.stack([reading.embedding for reading in readings]).astype(np.float64)
    spoken: defaultdict[str, float] = defaultdict(float)
    for reading, part in zip(readings, share, strict=True):
        spoken[reading.language] += float(part)
    language = max(readings, key=lambda reading: spoken[reading.language]).language
    return Reading(
        language=language,
        moods=tuple(float(min(1.0, mood)) for mood in moods),
        affect=Affect(float(point[0]), float(point[1]), min(1.0, float(sure.sum()))),
        keywords=keywords[: MAX_KEYWORDS + MAX_COUNTERPARTS],
        embedding=(vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32),
        understood_as=understood_as,
        notes=_notes(readings, share),
    )


def _notes(readings: Sequence[Reading], share: Floats) -> tuple[NoteCode, ...]:
    """What holds for most of the weight, and what a caller should know of any sentence."""
    little = np.array([NoteCode.LITTLE_UNDERSTOOD in reading.notes for reading in readings])
    notes = [NoteCode.LITTLE_UNDERSTOOD] if share @ little > 1 / 2 else []
    if any(NoteCode.MOOD_FALLBACK in reading.notes for reading in readings):
        notes.append(NoteCode.MOOD_FALLBACK)
    return tuple(notes)
