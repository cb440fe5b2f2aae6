"""Groups named by what sets them apart: their moods, how lively they are, and their tags.

Each name is a title of `data/group_titles.json`, whose English and Korean are equals, given to the
group whose moods and liveliness it fits best; no two groups share one. A tag that most songs of a
group have, and few others, follows it if people use it in both languages. `historical` in the file
is the place, in the list of the ten groups of old, of the name that says the same.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from services.recommender.domain import Keyword
from services.recommender.groups import Integers
from services.recommender.tracks import Array
from services.recommender.words import folded
from vts.moods import MOOD_DIMENSIONS, MOODS

LEVELS = ("low", "middle", "high")
LIVELY = 0.4
"""So many spreads above the catalogue's mean, or below it, a group is lively, or quiet."""

WRONG_LEVEL = 0.7
"""What each step between the levels of a title and a group costs, in spreads of a mood."""

PRESENCE = 0.5
"""What a group's strongest mood counts, in spreads, though the whole catalogue may have it."""

MOST_TAGS = 8
LEAST_TAG_SHARE = 0.1
TELLING_TAG = 0.3
"""How many more of a group's songs than of the others must have a tag that is in its name."""

SAME_TAG = 0.7
"""How often two tags must go together (Jaccard) to be one in two languages."""


@dataclass(frozen=True, slots=True)
class Title:
    """A name in both languages, for groups of this leading mood and liveliness."""

    mood: str
    energy: str
    english: str
    korean: str
    historical: int | None = None


@cache
def titles() -> tuple[Title, ...]:
    """All titles; there are more than there may be groups."""
    path = resources.files("services.recommender") / "data" / "group_titles.json"
    return tuple(Title(**entry) for entry in json.loads(path.read_text(encoding="utf-8")))


def chosen_titles(feelings: Array, pace: Array) -> list[Title]:
    """A title for each group, all different, the best fit of all together.

    Args:
        feelings: moods, valence and arousal of the groups, k x 15, in spreads around the mean of
            all songs; NaN where not known.
        pace: how fast the groups are, k, in the same way.
    """
    moods = np.nan_to_num(feelings[:, :MOOD_DIMENSIONS])
    strongest = moods.max(axis=1, keepdims=True)
    fit = moods + PRESENCE * (moods == strongest)
    lively = np.nanmean(np.stack([np.nan_to_num(feelings[:, -1]), np.nan_to_num(pace)]), axis=0)
    levels = np.digitize(lively, [-LIVELY, LIVELY])
    costs = np.array(
        [
            [
                WRONG_LEVEL * abs(level - LEVELS.index(each.energy)) - row[MOODS.index(each.mood)]
                for each in titles()
            ]
            for row, level in zip(fit, levels, strict=True)
        ]
    )
    return [titles()[at] for at in linear_sum_assignment(costs)[1]]


def names_of(
    chosen: Sequence[Title],
    tags: Sequence[Sequence[Keyword]],
    facts: Sequence[dict[str, Any]],
) -> list[tuple[str, str]]:
    """The names in English and Korean: the title, and a tag if one tells the group."""
    telling = [
        [tag.text for tag in own if tag.language == "en" and tag.weight >= TELLING_TAG][:3]
        for own in tags
    ]
    pairs = _translated({tag for own in telling for tag in own}, facts)
    named = []
    for title, own in zip(chosen, telling, strict=True):
        both = next(((tag, pairs[tag]) for tag in own if tag in pairs), None)
        parts = (title.english, title.korean)
        named.append((f"{parts[0]} · {both[0]}", f"{parts[1]} · {both[1]}") if both else parts)
    return named


def _translated(tags: set[str], facts: Sequence[dict[str, Any]]) -> dict[str, str]:
    """The Korean tags that stand on the same songs as English ones."""
    english: Counter[str] = Counter()
    korean: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for song in facts:
        own = tags & set(map(folded, song["en"]))
        others = set(map(folded, song["ko"]))
        english.update(own)
        korean.update(others)
        together.update((tag, other) for tag in own for other in others)
    likeness = {
        (tag, other): both / (english[tag] + korean[other] - both)
        for (tag, other), both in together.items()
    }
    found: dict[str, str] = {}
    for (tag, other), alike in sorted(likeness.items(), key=lambda entry: (entry[1], entry[0])):
        if alike >= SAME_TAG:
            found[tag] = other
    return found


def tags_of(facts: Sequence[dict[str, Any]], labels: Integers, groups: int) -> list[list[Keyword]]:
    """For each group the tags that more of its songs have than of the others, weightiest first.

    A weight is how many more have it, as a share of the songs.
    """
    counts = {language: [Counter[str]() for _ in range(groups)] for language in ("en", "ko")}
    for song, group in zip(facts, labels.tolist(), strict=True):
        if group >= 0:
            for language, known in counts.items():
                known[group].update(set(map(folded, song[language])))
    sizes = np.bincount(labels[labels >= 0], minlength=groups)
    return [
        [
            keyword
            for language, known in counts.items()
            for keyword in _telling(known, sizes, group, language)
        ]
        for group in range(groups)
    ]


def _telling(
    counts: Sequence[Counter[str]], sizes: Integers, group: int, language: str
) -> list[Keyword]:
    own, others = max(int(sizes[group]), 1), max(int(sizes.sum() - sizes[group]), 1)
    found = []
    for tag, count in counts[group].items():
        elsewhere = sum(each[tag] for each in counts) - count
        share, more = count / own, count / own - elsewhere / others
        if share >= LEAST_TAG_SHARE and more > 0:
            found.append(Keyword(tag, more, language))
    return sorted(found, key=lambda tag: (-tag.weight, tag.text))[:MOST_TAGS]
