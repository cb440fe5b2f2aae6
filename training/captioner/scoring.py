"""How good sentences are, beside those of five people: BLEU, CIDEr, and the words that matter.

Sources: Papineni et al., ACL 2002; Vedantam, Zitnick & Parikh, CVPR 2015 (the scorers of
`pycocoevalcap`, on lower-case words without punctuation).
"""

from collections.abc import Sequence

import numpy as np
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider

from training.captioner import vocabulary
from training.captioner.wording import words_of

Said = Sequence[Sequence[str]]
"""The captions of each photo."""


def scores(sentences: Sequence[str], people: Said) -> dict[str, float]:
    """BLEU-1 to 4, CIDEr, and precision, recall and F1 of content words, by name."""
    given = {i: [_plain(caption) for caption in five] for i, five in enumerate(people)}
    found = {i: [_plain(sentence)] for i, sentence in enumerate(sentences)}
    bleu, _ = Bleu(4).compute_score(given, found, verbose=0)
    cider, _ = Cider().compute_score(given, found)
    measured = {f"bleu_{n}": float(value) for n, value in enumerate(bleu, start=1)}
    return measured | {"cider": float(cider)} | content_words(sentences, people)


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


def confirmed(sentence: str, people: Sequence[str]) -> bool:
    """Whether every word that names something is said by one of the people, too."""
    tag_of = vocabulary.lexicon_tags()
    return set(vocabulary.spoken([sentence], tag_of)) <= set(vocabulary.spoken(people, tag_of))


def best_constant(candidates: Sequence[str], people: Said, measure: str) -> str:
    """Of some sentences, the one that said of every photo has the most of a measure."""
    worth = [scores([sentence] * len(people), people)[measure] for sentence in candidates]
    return candidates[int(np.argmax(worth))]
