"""The words of a text that matter: those with feeling first, then what else it talks about."""

import math
from collections import Counter
from collections.abc import Sequence

from services.mood.domain import MAX_KEYWORDS, Keyword
from services.mood.wording import Hit, Term

NEUTRAL_WEIGHT = 0.25
"""The weight of a known word without feeling, or of an unknown one, said once."""
SHORTEST_WORD = 3


def keywords(terms: Sequence[Term], hits: Sequence[Hit]) -> tuple[Keyword, ...]:
    """At most 12 words, weightiest first, then in the order of the text; weights relative to it.

    A word that comes again weighs more, by 1 + ln(times). What the text does not want is left out.
    """
    weights: dict[tuple[str, str], float] = {}
    times = Counter(term.keys[0] for term in terms)
    covered: set[int] = set()
    for hit in hits:
        covered.update(range(hit.start, hit.end))
        own = [term for term in terms[hit.start : hit.end] if term.content or hit.weight]
        if not own or hit.opposes or (len(own) > 1 and not hit.weight):
            continue
        name = _name(hit, own)
        again = 1.0 + math.log(times[own[0].keys[0]])
        weights[name] = max(weights.get(name, 0.0), max(hit.weight, NEUTRAL_WEIGHT) * again)
    for index, term in enumerate(terms):
        long_enough = term.language == "ko" or len(term.text) >= SHORTEST_WORD
        if term.content and index not in covered and long_enough:
            name = term.text.lower(), term.language
            weights[name] = NEUTRAL_WEIGHT * (1.0 + math.log(times[term.keys[0]]))
    top = max(weights.values(), default=1.0)
    ranked = sorted(weights.items(), key=lambda item: -item[1])[:MAX_KEYWORDS]
    return tuple(Keyword(text, weight / top, language) for (text, language), weight in ranked)


def _name(hit: Hit, own: Sequence[Term]) -> tuple[str, str]:
    """How a hit is called: as written, or by the lexicon's form where that is Korean."""
    if own[0].language == "ko":
        return next(iter(hit.meaning.korean)), "ko"
    return " ".join(term.text for term in own), own[0].language
