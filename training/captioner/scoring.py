"""How good sentences are, beside those of five people: BLEU, CIDEr, and the words that matter.

Sources: Papineni et al., ACL 2002; Vedantam, Zitnick & Parikh, CVPR 2015 (the scorers of
`pycocoevalcap`, on lower-case words without punctuation).
"""

from collections.abc import Sequence

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider

from services.captioner.lexicon import lexicon
from training.captioner import vocabulary
from training.captioner.wording import words_of

_SOMEONE = frozenset({"person", "people", "child"})
_KINDS = frozenset({"man", "woman", "boy", "girl"})
_WARDROBE = """
shirt t-shirt jacket coat dress shorts pants jeans hat cap helmet uniform suit skirt vest sweater
clothes clothing outfit swimsuit trunks tie boots shoes sunglasses glasses jersey costume
"""
_WORN = frozenset(_WARDROBE.split())

Said = Sequence[Sequence[str]]
"""The captions of each photo."""


def scores(sentences: Sequence[str], people: Said) -> dict[str, float]:
    """BLEU-1 to 4, CIDEr, what is confirmed, and precision, recall and F1 of content words."""
    given = {i: [_plain(caption) for caption in five] for i, five in enumerate(people)}
    found = {i: [_plain(sentence)] for i, sentence in enumerate(sentences)}
    bleu, _ = Bleu(4).compute_score(given, found, verbose=0)
    cider, _ = Cider().compute_score(given, found)
    measured = {f"bleu_{n}": float(value) for n, value in enumerate(bleu, start=1)}
    shares = [confirmed(sentence, five) for sentence, five in zip(sentences, people, strict=True)]
    measured |= {"cider": float(cider), "claims_confirmed": sum(shares) / len(shares)}
    measured["captions_wholly_confirmed"] = shares.count(1.0) / len(shares)
    return measured | content_words(sentences, people)


def _plain(sentence: str) -> str:
    return " ".join(words_of(sentence))


def content_words(sentences: Sequence[str], people: Said) -> dict[str, float]:
    """Words that name something: those said, beside those that two of five people say.

    A word said counts as right if one of the five says it; one that two of five say should be
    said. All photos together; forms and synonyms of the lexicon count as one.
    """
    tag_of = vocabulary.lexicon_tags()
    right = said = found = wanted = 0
    for sentence, five in zip(sentences, people, strict=True):
        own = set(vocabulary.spoken([sentence], tag_of))
        theirs = vocabulary.spoken(five, tag_of)
        agreed = {word for word, times in theirs.items() if times >= 2}
        said, right = said + len(own), right + len(own & set(theirs))
        wanted, found = wanted + len(agreed), found + len(own & agreed)
    precision, recall = right / max(1, said), found / max(1, wanted)
    mean = 2 * precision * recall / max(1e-9, precision + recall)
    return {"content_precision": precision, "content_recall": recall, "content_f1": mean}


def claims(sentence: str) -> set[str]:
    """What a sentence claims: the lexicon's words for who, what, where and how it looks.

    What people wear, and its colour, is left out: captioners seldom mention it.
    """
    tag_of, looks = vocabulary.lexicon_tags(), lexicon().looks
    known = frozenset(tag_of)
    bases = [vocabulary.lemma(word, known) for word in words_of(sentence)]
    claimed: set[str] = set()
    for place, base in enumerate(bases):
        tag = tag_of.get(base, "")
        worn = base in _WORN or (tag in looks and _WORN & set(bases[place + 1 : place + 3]))
        if tag and not worn:
            claimed.add(tag)
    return claimed


def confirmed(sentence: str, people: Sequence[str]) -> float:
    """The share of what a sentence claims that one of the people says, too; 0 if it claims nothing.

    Someone of no certain kind, such as a person, is confirmed by anyone, and confirms anyone.
    """
    theirs = set(vocabulary.spoken(people, vocabulary.lexicon_tags()))
    allowed = set(theirs)
    if theirs & _SOMEONE:
        allowed |= _KINDS
    if theirs & (_SOMEONE | _KINDS):
        allowed |= _SOMEONE
    claimed = claims(sentence)
    return len(claimed & allowed) / max(1, len(claimed))
