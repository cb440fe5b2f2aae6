"""English words as terms: small letters, without their endings, with comparatives known."""

import re
from dataclasses import replace

from services.mood.lexicon import Meaning, english_forms, grammar
from services.mood.tagging import names
from services.mood.wording import Term

_TOKENS = re.compile(
    r"r&b|[a-z]+(?:[-'’][a-z]+)*|[0-9]+[a-z]+|[0-9]+|[,.;!?]|[^\w\s]", re.IGNORECASE
)
_ENDINGS = (
    ("ies", "y"),
    ("iest", "y"),
    ("ied", "y"),
    ("ing", ""),
    ("ing", "e"),
    ("est", ""),
    ("est", "e"),
    ("ed", ""),
    ("ed", "e"),
    ("ly", ""),
    ("ily", "y"),
    ("ness", ""),
    ("iness", "y"),
    ("es", ""),
    ("s", ""),
    ("ish", ""),
    ("y", ""),
)
SHORTEST_STEM = 3


def terms(text: str) -> list[Term]:
    """Splits English text into terms, in order; marks and emoji are terms without content."""
    found = [term(token) for token in _TOKENS.findall(text)]
    return [replace(each, names=is_name) for each, is_name in zip(found, names(found), strict=True)]


def term(token: str) -> Term:
    """One token as a term; its keys are itself and then its possible dictionary forms."""
    word = token.lower().replace("’", "'")
    rules = grammar()
    base = rules.comparatives.get(word)
    if base:
        return Term(token, (base,), True, "en", compares=1)
    content = word[0].isalpha() and word not in rules.stopwords
    if word in rules.before:  # what denies is said of another word, and says nothing by itself
        content = content and not rules.before[word].negates
    stems = () if word in rules.before else _stems(word)  # hardly is not hard
    return Term(word, (word, *stems), content, "en", names=content)


def find(key: tuple[str, ...]) -> Meaning | None:
    """The meaning of an English word or phrase, if the lexicon has it."""
    return english_forms().get(" ".join(key))


def _stems(word: str) -> list[str]:
    stems = []
    for ending, instead in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < SHORTEST_STEM:
            continue
        stems.append(stem + instead)
        if not instead and stem[-1] == stem[-2]:
            stems.append(stem[:-1])
    return stems
