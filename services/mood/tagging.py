"""Tells the names and qualities of an English sentence from what is done: by rules, no model.

It knows a list of verbs (`data/tagging.json`), the endings -ing, -ed and -ly, and what stands
before a word: after "a" or "her" comes a name or a quality, after a plural or "is" rather a verb.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from services.mood.wording import Term


@dataclass(frozen=True, slots=True)
class _Rules:
    determiners: frozenset[str]
    helpers: frozenset[str]
    verbs: frozenset[str]
    names_in_ing: frozenset[str]
    names_in_ly: frozenset[str]
    relations: frozenset[str]


def names(terms: Sequence[Term]) -> list[bool]:
    """Whether each term is a noun or an adjective, as far as rules can tell."""
    return list(_names(terms))


def _names(terms: Sequence[Term]) -> Iterator[bool]:
    before = ""
    for term in terms:
        told = _is_verb(term, before) or _is_adverb(term.text) or term.text in _rules().relations
        yield term.content and not told
        before = term.text


def _is_verb(term: Term, before: str) -> bool:
    rules = _rules()
    word = term.text
    if before in rules.determiners:
        return False
    if word.endswith("ing"):
        return word not in rules.names_in_ing
    if not any(key in rules.verbs for key in term.keys):
        return word.endswith("ed") and before in rules.helpers
    if word.endswith(("s", "ed")):
        return before != ""
    return before.endswith("s") or before in rules.helpers or before == "people"


def _is_adverb(word: str) -> bool:
    return word.endswith("ly") and word not in _rules().names_in_ly


@cache
def _rules() -> _Rules:
    path = resources.files(__package__).joinpath("data", "tagging.json")
    found = json.loads(path.read_text(encoding="utf-8"))
    return _Rules(**{name: frozenset(words) for name, words in found.items()})
