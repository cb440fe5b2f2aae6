"""The words a caption may be made of, in English and Korean, read from `lexicon.json`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from services.captioner.domain import Kind

SURE = 0.5
"""The least probability of a word that a caption says, where the lexicon asks for no more."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Someone or something that can act: `a dog`, `dogs`, `개`; `person`, `people` or `animal`."""

    tag: str
    one: str
    many: str
    ko: str
    kind: str


@dataclass(frozen=True, slots=True)
class Action:
    """Something done: `runs`, `run`, `달리기`, `달리고 있습니다`; by `any` or only by `people`."""

    tag: str
    s: str
    plain: str
    ko: str
    ko_does: str
    by: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing: `a ball`, `with a ball`, `공`, `공을 가지고`; by `people` only, or by `any`."""

    tag: str
    one: str
    with_: str
    ko: str
    ko_with: str
    by: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place: `a beach`, `on a beach`, `해변`.

    A `broad` place gives way to a narrower one. `sure` is the least probability to say it at:
    higher for places no everyday photo was labelled with, whose probability is less well known.
    """

    tag: str
    one: str
    where: str
    ko: str
    ko_where: str
    broad: bool
    sure: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words by tag; `looks` are qualities with their Korean word only."""

    subjects: Mapping[str, Subject]
    actions: Mapping[str, Action]
    things: Mapping[str, Thing]
    places: Mapping[str, Place]
    looks: Mapping[str, str]

    def kind(self, tag: str) -> Kind:
        """What sort of word a tag is; words that are not in the lexicon count as objects."""
        if tag in self.actions:
            return Kind.ACTION
        if tag in self.places:
            return Kind.SCENE
        return Kind.ATTRIBUTE if tag in self.looks else Kind.OBJECT

    def korean(self, tag: str) -> str:
        """The Korean word, or an empty text for a word that is not in the lexicon."""
        for group in (self.subjects, self.things, self.places, self.actions):
            if tag in group:
                return group[tag].ko
        return self.looks.get(tag, "")


@cache
def lexicon() -> Lexicon:
    """Reads the lexicon, once."""
    text = resources.files(__package__).joinpath("lexicon.json").read_text(encoding="utf-8")
    groups: dict[str, list[dict[str, Any]]] = json.loads(text)
    return Lexicon(
        subjects={e["tag"]: _subject(e) for e in groups["subjects"]},
        actions={e["tag"]: _action(e) for e in groups["actions"]},
        things={e["tag"]: _thing(e) for e in groups["things"]},
        places={e["tag"]: _place(e) for e in groups["places"]},
        looks={e["tag"]: e["ko"] for e in groups["looks"]},
    )


def _subject(entry: dict[str, Any]) -> Subject:
    return Subject(entry["tag"], entry["one"], entry["many"], entry["ko"], entry["kind"])


def _action(entry: dict[str, Any]) -> Action:
    plain = entry.get("plain", entry["tag"])
    return Action(entry["tag"], entry["s"], plain, entry["ko"], entry["ko_does"], entry["by"])


def _thing(entry: dict[str, Any]) -> Thing:
    by = entry.get("by", "any")
    return Thing(entry["tag"], entry["one"], entry["with"], entry["ko"], entry["ko_with"], by)


def _place(entry: dict[str, Any]) -> Place:
    return Place(
        tag=entry["tag"],
        one=entry["one"],
        where=entry["where"],
        ko=entry["ko"],
        ko_where=entry["ko_where"],
        broad=entry.get("broad", False),
        sure=entry.get("sure", SURE),
    )
