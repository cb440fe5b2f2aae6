"""Korean words as terms: morphemes from Kiwi, meanings from the lexicon, English for the encoder.

Kiwi (kiwipiepy, LGPL) splits a sentence into morphemes. Particles and endings are left out;
nouns, roots, verbs and adjectives are kept in dictionary form, without the suffixes that make a
verb of a noun (사랑하다 and 사랑 are one key).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from typing import Protocol

import kiwipiepy

from services.mood import english
from services.mood.lexicon import Meaning, grammar, korean_keys, meanings, new_words
from services.mood.wording import Hit, Term

_CONTENT = frozenset({"NNG", "NNP", "XR", "VV", "VA", "MAG", "IC"})
_NAMES = frozenset({"NNG", "NNP", "XR", "VA"})
_VERBS = frozenset({"VV", "VA", "VX", "VCN"})
_MARKS = frozenset({"SW", "SO", "SF", "SP", "SS", "W_EMOJI"})
_COMPOUNDING = frozenset({"나다", "내다"})
_SUFFIXES = frozenset({"XSV", "XSA"})
_NOUN_SUFFIXES = frozenset({"님", "쟁이", "적"})
_JOINING = frozenset({"어", "아"})
_EXTREMES = frozenset({"죽", "미치"})
_UNREAL = frozenset({"겠", "을", "ᆯ"})
"""After these, 죽다 and 미치다 only say how much."""
_RUN = re.compile(r"(.)\1{2,}")
_NEGATING = frozenset({"무", "불", "비", "미", "부", "몰"})
_NO_PART_OF_A_WORD = frozenset({"VCP", "MM", "XPN"})
_ENDINGS = frozenset({"EC", "EF"})
_HYPHEN = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])")
_EMPTY = frozenset({"있다", "없다", "하다", "되다", "같다", "주다", "싶다", "때", "것"})
SHORTEST_ROOT = 2
SHORTEST_COMPOUND = 4
"""From this many syllables a word may mean what it does without its last: 장례식장 and 장례식."""


class Token(Protocol):
    """A morpheme as Kiwi gives it: as written, its part of speech, and in dictionary form."""

    form: str
    tag: str
    lemma: str


class Korean:
    """Splits Korean (and mixed) text, finds its meanings and renders it in English words."""

    def __init__(self, dictionary: Mapping[str, str]) -> None:
        """Loads Kiwi, about a second; `dictionary` gives English words for other Korean ones."""
        self._kiwi = kiwipiepy.Kiwi(
            num_workers=1, load_default_dict=False, load_typo_dict=False, load_multi_dict=False
        )
        for word in new_words():
            self._kiwi.add_user_word(word)
        self._dictionary = dictionary
        self._forms = lexicon_by_key(meanings(), korean_keys())

    @property
    def library(self) -> str | None:
        """The file of Kiwi's compiled half, which has an allocator of its own."""
        spec = find_spec("_kiwipiepy")
        return spec.origin if spec else None

    def terms(self, text: str) -> list[Term]:
        """The words of a text in order; Latin words among them become English terms."""
        return self.terms_of(self.morphemes(text))

    def morphemes(self, text: str) -> list[Token]:
        """Every morpheme of a text in order, particles and endings too.

        Letters that arrive taken apart (as some file systems keep them) are put together first.
        """
        whole = unicodedata.normalize("NFC", text)
        return list(self._kiwi.tokenize(_HYPHEN.sub(" ", whole)))

    def find(self, key: tuple[str, ...]) -> Meaning | None:
        """The meaning of a Korean or English word or phrase, if the lexicon has it."""
        return self._forms.get(key) or english.find(key)

    def terms_of(self, tokens: Iterable[Token]) -> list[Term]:
        """The words that morphemes make, in order."""
        terms: list[Term] = []
        before: Token | None = None
        for token in _exaggerated(tokens):
            if before and _is_suffix(token) and len(before.form) == 1 and terms:
                terms[-1] = self._derived(terms[-1], before, token)
            elif term := self._prefixed(token, before) or self._term(token):
                if terms and term.text in _COMPOUNDING and token.tag.startswith("VV"):
                    terms[-1] = self._content(terms[-1].text + term.text, terms[-1].text)
                else:
                    terms.append(term)
            before = token
        return terms

    def _derived(self, term: Term, root: Token, suffix: Token) -> Term:
        """일하다 of 일, 성스럽다 of 성, 손님 of 손: one syllable means too much by itself."""
        if term.text != root.form or not term.content:
            return term
        if suffix.tag == "XSN":
            return self._content(root.form + suffix.form, root.form)
        derived = self._content(f"{root.form}{suffix.form}다", root.form)
        return replace(derived, names=suffix.tag.startswith("XSA"))

    def _prefixed(self, token: Token, before: Token | None) -> Term | None:
        """무책임 of 책임: with such a prefix the word means the opposite."""
        if before is None or before.tag != "XPN" or before.form not in _NEGATING:
            return None
        return replace(self._content(before.form + token.form), names=True)

    def _term(self, token: Token) -> Term | None:
        tag = token.tag.split("-")[0]
        if tag == "SL":
            return english.term(token.form)
        if tag in _VERBS:
            word = dictionary_key(token.lemma)
            if tag not in _CONTENT or word in grammar().after or token.lemma in grammar().stopwords:
                return _plain(word)
            return replace(self._content(word), names=tag in _NAMES and word not in _EMPTY)
        small = grammar()
        if tag in _MARKS:  # ㅠㅠㅠㅠ is ㅠㅠ
            return _plain(token.form, _RUN.sub(r"\1\1", token.form))
        if token.form in small.boundaries or token.form in small.before:
            return _plain(token.form)
        if tag not in _CONTENT:
            return None
        if token.form in small.stopwords:
            return _plain(token.form)
        keys = (token.form, token.form[:-1])[: 1 + (len(token.form) >= SHORTEST_COMPOUND)]
        return replace(self._content(*keys), names=tag in _NAMES and token.form not in _EMPTY)

    def _content(self, *keys: str) -> Term:
        gloss = next((self._dictionary[key] for key in keys if key in self._dictionary), "")
        empty = keys[0] in _EMPTY
        return Term(keys[0], keys, not empty, "ko", gloss="" if empty else gloss)

    def keys(self, forms: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """What Kiwi makes of the lexicon's forms, where it is a word or a phrase of its own.

        Takes half a second for the whole lexicon, so the service reads the answer from
        `data/korean_keys.json`.
        """
        tokenized = [list(tokens) for tokens in self._kiwi.tokenize(list(forms))]
        made = [tuple(term.keys[0] for term in self.terms_of(tokens)) for tokens in tokenized]
        return {
            form: key
            for form, tokens, key in zip(forms, tokenized, made, strict=True)
            if key not in ((), (dictionary_key(form),)) and _faithful(form, tokens, key)
        }


def lexicon_by_key(
    lines: Iterable[Meaning], keys: Mapping[str, tuple[str, ...]]
) -> Mapping[tuple[str, ...], Meaning]:
    """Every Korean form by itself, and then by its key of Kiwi; the first to have one keeps it."""
    pairs = [
        (form, replace(meaning, gloss=gloss, korean={form: gloss}))
        for meaning in lines
        for form, gloss in meaning.korean.items()
    ]
    found: dict[tuple[str, ...], Meaning] = {}
    for form, meaning in pairs:
        found.setdefault(keys.get(form, ()) if " " in form else (dictionary_key(form),), meaning)
    for form, meaning in pairs:
        found.setdefault(keys.get(form, ()), meaning)
    found.pop((), None)
    return found


def _exaggerated(tokens: Iterable[Token]) -> Iterator[Token]:
    """The morphemes without the 죽겠다 of 졸려 죽겠다, where nobody dies of being sleepy."""
    whole = list(tokens)
    for before, token, after in zip([None, *whole], whole, [*whole[1:], None], strict=False):
        joined = before and before.tag == "EC" and before.form in _JOINING
        if joined and after and token.form in _EXTREMES and after.form in _UNREAL:
            continue
        yield token


def _is_suffix(token: Token) -> bool:
    if token.tag == "XSN":
        return token.form in _NOUN_SUFFIXES
    return token.tag.split("-")[0] in _SUFFIXES


def _faithful(form: str, tokens: Sequence[Token], key: tuple[str, ...]) -> bool:
    """Whether Kiwi understood a word said by itself: 봄 is no form of 보다, nor 간지 of 가다."""
    if " " in form:  # else a word of the phrase was lost
        return "".join(key) == form.replace(" ", "") or len(key) > form.count(" ")
    tags = {token.tag.split("-")[0] for token in tokens}
    whole = form.startswith("".join(key))
    if any(tag.startswith("J") for tag in tags):
        return whole and len("".join(key)) > 1  # else every 아 were an 아가
    if len(key) > 1:  # a compound, as 안아주다 of 안다 and 주다
        return key[0][0] == form[0] and not tags & _NO_PART_OF_A_WORD
    if form.endswith("다") or len(form) == 1:
        return key[0] in (form, dictionary_key(form))
    return whole or not tags & (_NO_PART_OF_A_WORD | _ENDINGS)


def dictionary_key(word: str) -> str:
    """A predicate without the suffix that made it of a noun or root: 사랑하다 becomes 사랑."""
    for suffix in ("스럽다", "하다", "되다", "롭다"):
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= SHORTEST_ROOT:
            return stem
    return word


def _plain(*keys: str) -> Term:
    return Term(keys[0], keys, content=False, language="ko")


def rendered(terms: Sequence[Term], hits: Sequence[Hit]) -> str:
    """English words for the terms of a text, in its order; what has no English is left out."""
    starts = {hit.start: hit for hit in hits}
    words: list[str] = []
    index = 0
    while index < len(terms):
        hit = starts.get(index)
        if hit:
            words.append(_phrase(hit, terms))
            index = hit.end
            continue
        term = terms[index]
        words.append(term.gloss or (term.text if term.language == "en" else ""))
        index += 1
    return " ".join(word for word in words if word)


def _phrase(hit: Hit, terms: Sequence[Term]) -> str:
    own = terms[hit.start : hit.end]
    said = " ".join(term.text for term in own) if own[0].language == "en" else hit.meaning.gloss
    prefix = {1: "more ", -1: "less "}.get(hit.modifier.compares, "")
    if own[0].compares:
        prefix = ""
    return f"{'not ' if hit.modifier.negates else ''}{prefix}{said}"
