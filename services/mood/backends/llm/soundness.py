"""How sound an answer is: whether its reason stands in the text and agrees with what it claims.

All of it is computed; no model has a say.
"""

import unicodedata
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from services.mood.backends.llm.answers import Answer
from vts.moods import Mood, moods

LEAST = 0.3
"""Below this an answer has no vote."""
CLAIMED = 0.3
"""From this score a mood counts as claimed."""
UNCITED, CONTRADICTED, MISNAMED = 0.4, 0.5, 0.5
"""What is left of the soundness of a reason with that fault."""
_NEAR, _FAR = 0.9, 1.5  # distance on the plane from the claimed moods: still fits, cannot fit
_OPPOSED = 1.4  # moods so far apart on the plane are opposites
_STRONG = 0.7
_FLAT = 0.5  # without any mood, no more than this of valence, arousal or confidence


def soundness(answer: Answer, text: str) -> float:
    """How far an answer can be relied on, in [0, 1]; 0 if it cites nothing of the text.

    The share of its quotes that stand in the text, less for a reason without any of them, for
    valence and arousal that do not suit the claimed moods, and for moods that contradict each
    other or the reason.
    """
    found = citations(answer, text)
    cited = len(found) / len(answer.quotes)
    if not _mentions(answer, found):
        cited *= UNCITED
    if _contradicts(answer, found):
        cited *= CONTRADICTED
    if _misnames(answer):
        cited *= MISNAMED
    return cited * _fit(answer)


def citations(answer: Answer, text: str) -> list[str]:
    """The quotes that stand in the text word for word, small and capital letters alike."""
    whole = folded(text)
    return [quote for quote in answer.quotes if folded(quote) and folded(quote) in whole]


def folded(text: str) -> str:
    """A text as it is compared."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _mentions(answer: Answer, found: list[str]) -> bool:
    reasons = folded(answer.reason_en), folded(answer.reason_ko)
    return any(folded(quote) in reason for quote in found for reason in reasons)


def _claims(answer: Answer) -> list[tuple[Mood, float]]:
    return [(mood, score) for mood in moods() if (score := answer.score(mood.id)) >= CLAIMED]


def _fit(answer: Answer) -> float:
    """1 where the point on the plane suits the claimed moods, 0 where it cannot."""
    claims = _claims(answer)
    if not claims:
        wild = max(abs(answer.valence), abs(answer.arousal), answer.confidence)
        return 1.0 if wild <= _FLAT else CONTRADICTED
    places = np.array([(mood.valence, mood.arousal) for mood, _ in claims])
    middle = np.average(places, axis=0, weights=[score for _, score in claims])
    apart = float(np.hypot(*(middle - (answer.valence, answer.arousal))))
    return float(np.clip((_FAR - apart) / (_FAR - _NEAR), 0.0, 1.0))


def _contradicts(answer: Answer, found: list[str]) -> bool:
    """Opposite moods, both strong, need a quote each: joyful and sad is a mixed feeling."""
    strong = [mood for mood, score in _claims(answer) if score >= _STRONG]
    return len(found) < len(strong) and any(
        float(np.hypot(one.valence - other.valence, one.arousal - other.arousal)) > _OPPOSED
        for one, other in combinations(strong, 2)
    )


def _misnames(answer: Answer) -> bool:
    """Whether the reason names moods, and only such as are not claimed."""
    named = set(_named(answer.reason_en))
    return bool(named) and not any(answer.score(mood) >= CLAIMED for mood in named)


def _named(reason: str) -> Iterator[str]:
    words = set("".join(each if each.isalnum() else " " for each in reason.casefold()).split())
    for mood in moods():
        if words & {mood.id, *mood.english.replace(",", " ").split()}:
            yield mood.id
