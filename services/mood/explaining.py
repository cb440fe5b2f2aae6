"""Why a text was read as it was: one sentence in both languages, from the words that counted.

A reason only says what was computed: which words the lexicon knew, what they pull towards, what
was denied or asked to change, and what the text as a whole came out as.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.mood.domain import Bilingual
from services.mood.keywords import name_of
from services.mood.wording import Hit, Sense, Term
from vts.korean import with_particle
from vts.moods import MOODS
from vts.moods.phrases import NOUNS, english, korean, korean_adverbs, strongest

MOST_WORDS = 3
"""How many words a reason names on each side."""

_A_SHARE = 0.5
"""A mood is pulled towards if it is pulled at least so much as the strongest, as a share."""

_TELLING = 0.3
"""How much of one of these moods a word must have to be named for them."""

_MORE, _LESS = ("more", "더"), ("less", "덜")
_LINKS = (("납니다", "나고,"), ("덜어 냈습니다", "덜어 냈으며,"))
_NOTHING = Bilingual(
    "Nothing in particular is felt in it.", "딱히 두드러지는 느낌이 없는 글입니다."
)


def explained(
    terms: Sequence[Term], sense: Sense, moods: Sequence[float], *, is_guess: bool = False
) -> Bilingual | None:
    """The reason of a reading whose 13 final scores are `moods`.

    None where hardly anything was understood (`is_guess`) and no word tells of a mood, so that
    there is nothing to give as a reason.
    """
    felt = [hit for hit in sense.hits if hit.meaning.importance]
    more = _side(terms, [hit for hit in felt if not hit.opposes])
    less = _side(terms, [hit for hit in felt if hit.opposes], more)
    if sense.comparative:
        return _change(more, less)
    whole = strongest(moods)
    if not more and not less:
        return None if is_guess else _as_a_whole(whole)
    parts = [_pull(more)] if more else []
    if less:
        is_denied = all(hit.modifier.negates for hit in felt if hit.opposes)
        parts.append(_denial(less) if is_denied else _reduction(less))
    if whole and whole[0] not in (more.moods if more else ()):
        parts.append(Bilingual(f"as a whole it sounds {english(whole)}", _sounds(whole)))
    return _joined(parts)


@dataclass(frozen=True, slots=True)
class _Side:
    """Words of a text that point the same way, and the one or two moods they are about."""

    words: tuple[str, ...]
    moods: tuple[str, ...]

    def verb(self, alone: str, together: str) -> str:
        return alone if len(self.words) == 1 else together

    @property
    def english(self) -> str:
        quoted = [f"“{word}”" for word in self.words]
        return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)

    @property
    def korean(self) -> str:
        quoted = [f"‘{word}’" for word in self.words]
        if len(quoted) == 2:
            return f"{with_particle(quoted[0], '과/와')} {quoted[1]}"
        return ", ".join(quoted)

    @property
    def nouns(self) -> str:
        return " and ".join(NOUNS[mood] for mood in self.moods)


def _side(terms: Sequence[Term], hits: Sequence[Hit], other: _Side | None = None) -> _Side | None:
    """One side of a text; moods that the other side is about too are left to that."""
    if not hits:
        return None
    pulled = _pulled(hits)
    moods = tuple(mood for mood in pulled if not other or mood not in other.moods) or pulled
    places = [MOODS.index(mood) for mood in moods]
    telling = [hit for hit in hits if hit.meaning.moods[places].max() >= _TELLING]
    return _Side(tuple(_words(terms, telling or hits)), moods)


def _as_a_whole(whole: Sequence[str]) -> Bilingual:
    if not whole:
        return _NOTHING
    return Bilingual(
        f"No single word decides it; the sentence as a whole sounds {english(whole)}.",
        f"어느 한 낱말 때문이 아니라, {_sounds(whole)}.",
    )


def _sounds(whole: Sequence[str]) -> str:
    return f"글 전체가 {korean_adverbs(whole)} 느껴집니다"


def _pull(side: _Side) -> Bilingual:
    article = "an" if side.moods[0][0] in "aeiou" else "a"
    return Bilingual(
        f"{side.english} {side.verb('suggests', 'suggest')} {article} {english(side.moods)} mood",
        f"{side.korean}에서 {korean(side.moods)} 느낌이 납니다",
    )


def _denial(side: _Side) -> Bilingual:
    return Bilingual(
        f"{side.english} {side.verb('is', 'are')} denied, which speaks against {side.nouns}",
        f"{with_particle(side.korean, '은/는')} 아니라고 하므로 "
        f"{korean(side.moods)} 느낌은 덜어 냈습니다",
    )


def _reduction(side: _Side) -> Bilingual:
    return Bilingual(
        f"{side.english} {side.verb('is', 'are')} wanted less, which speaks against {side.nouns}",
        f"{with_particle(side.korean, '은/는')} 덜하기를 바라므로 "
        f"{korean(side.moods)} 느낌은 덜어 냈습니다",
    )


def _change(more: _Side | None, less: _Side | None) -> Bilingual:
    """What a text asks to have more or less of."""
    told = [(side, *words) for side, words in ((more, _MORE), (less, _LESS)) if side]
    asked = (
        f"{side.english} {side.verb('asks', 'ask')} for {amount} {side.nouns}"
        for side, amount, _ in told
    )
    wished = (f"{side.korean}에서 {adverb} {korean(side.moods)} 쪽을" for side, _, adverb in told)
    return Bilingual("; ".join(asked) + ".", f"{', '.join(wished)} 바라는 뜻을 읽었습니다.")


def _pulled(hits: Sequence[Hit]) -> tuple[str, ...]:
    """One or two moods that words pull towards, strongest first."""
    total = np.sum([hit.weight * hit.meaning.moods for hit in hits], axis=0)
    ranked = sorted(range(len(MOODS)), key=lambda index: (-total[index], index))[:2]
    return tuple(MOODS[index] for index in ranked if total[index] >= _A_SHARE * total.max())


def _words(terms: Sequence[Term], hits: Sequence[Hit]) -> list[str]:
    """The weightiest words, in the order of the text, each once."""
    chosen = sorted(hits, key=lambda hit: (-hit.weight, hit.start))
    named = list(dict.fromkeys(_name(terms, hit) for hit in chosen))[:MOST_WORDS]
    order = {_name(terms, hit): hit.start for hit in reversed(hits)}
    return sorted(named, key=lambda name: order[name])


def _name(terms: Sequence[Term], hit: Hit) -> str:
    """A word as keywords call it."""
    return name_of(hit, terms[hit.start : hit.end])[0]


def _joined(parts: Sequence[Bilingual]) -> Bilingual:
    """Findings as one sentence."""
    *before, last = (part.ko for part in parts)
    return Bilingual(
        "; ".join(part.en for part in parts) + ".",
        " ".join([*(_leading(clause) for clause in before), last]) + ".",
    )


def _leading(clause: str) -> str:
    """A Korean finding before another: "느낌이 납니다" becomes "느낌이 나고,"."""
    for ending, linked in _LINKS:
        if clause.endswith(ending):
            return clause.removesuffix(ending) + linked
    return clause + "."
