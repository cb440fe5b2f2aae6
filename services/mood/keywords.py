"""The words of a text that matter: those with feeling first, then what else it talks about.

Beside them stand their counterparts in the other language, so that a song that is tagged in one
language alone is found in both.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from services.mood import english
from services.mood.domain import MAX_COUNTERPARTS, MAX_KEYWORDS, Keyword
from services.mood.lexicon import Meaning, korean_forms
from services.mood.wording import Hit, Term

NEUTRAL_WEIGHT = 0.25
"""The weight of a known word without feeling, or of an unknown one, said once."""
SHORTEST_WORD = 3
COUNTERPART_SHARE = 0.8
"""The weight of a counterpart, against the word that was said."""
COUNTERPARTS = 2
"""Most counterparts of one word: 외롭다 and 외로움 for lonely."""


def keywords(terms: Sequence[Term], hits: Sequence[Hit]) -> tuple[Keyword, ...]:
    """At most 12 words and 8 counterparts, weightiest first; weights relative to the first.

    A word that comes again weighs more, by 1 + ln(times). What the text does not want is left out.
    Equal words stand in the order of the text.
    """
    weights: dict[tuple[str, str], float] = {}
    meant: dict[tuple[str, str], Meaning] = {}
    times = Counter(term.keys[0] for term in terms)
    covered: set[int] = set()
    for hit in hits:
        covered.update(range(hit.start, hit.end))
        own = [term for term in terms[hit.start : hit.end] if term.content or hit.weight]
        if not own or hit.opposes or (len(own) > 1 and not hit.weight):
            continue
        name = name_of(hit, own)
        again = 1.0 + math.log(times[own[0].keys[0]])
        weights[name] = max(weights.get(name, 0.0), max(hit.weight, NEUTRAL_WEIGHT) * again)
        meant[name] = hit.meaning
    for index, term in enumerate(terms):
        long_enough = term.language == "ko" or len(term.text) >= SHORTEST_WORD
        if term.content and index not in covered and long_enough:
            name = term.text.lower(), term.language
            weights[name] = NEUTRAL_WEIGHT * (1.0 + math.log(times[term.keys[0]]))
    top = max(weights.values(), default=1.0)
    ranked = sorted(weights.items(), key=lambda item: -item[1])[:MAX_KEYWORDS]
    found = [Keyword(text, weight / top, language) for (text, language), weight in ranked]
    return with_counterparts(
        found, [_others(meant[name], name[1]) if name in meant else () for name, _ in ranked]
    )


def counterparts(text: str, language: str) -> tuple[str, ...]:
    """What a word is called in the other language, as far as the lexicon knows; at most 2."""
    if language == "ko":
        meaning = korean_forms().get(text) or korean_forms().get(f"{text}하다")
        gloss = (meaning.korean.get(text) or meaning.gloss,) if meaning else ()
        return _few((*gloss, *meaning.english)) if meaning else ()
    found = (english.find((key,)) for key in english.term(text).keys)
    return next((_others(meaning, language) for meaning in found if meaning), ())


def with_counterparts(
    own: Sequence[Keyword], others: Sequence[tuple[str, ...]]
) -> tuple[Keyword, ...]:
    """Keywords and the counterparts of each, weightiest first; those said stay where they are."""
    weights: dict[tuple[str, str], float] = {}
    said = {(word.text, word.language) for word in own}
    for word, texts in zip(own, others, strict=True):
        for text in texts:
            name = text, "en" if word.language == "ko" else "ko"
            if name not in said and text != word.text:
                weights.setdefault(name, word.weight * COUNTERPART_SHARE)
    first = sorted(weights.items(), key=lambda item: -item[1])[:MAX_COUNTERPARTS]
    added = [Keyword(text, weight, language) for (text, language), weight in first]
    return tuple(sorted([*own, *added], key=lambda word: -word.weight))


def _others(meaning: Meaning, language: str) -> tuple[str, ...]:
    return _few((meaning.gloss, *meaning.english) if language == "ko" else meaning.korean)


def _few(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))[:COUNTERPARTS]


def name_of(hit: Hit, own: Sequence[Term]) -> tuple[str, str]:
    """How a hit is called: as written (emoji always), or by the lexicon's form if Korean."""
    if own[0].language == "ko" and own[0].text not in hit.meaning.english:
        return next(iter(hit.meaning.korean)), "ko"
    return " ".join(term.text for term in own), own[0].language
