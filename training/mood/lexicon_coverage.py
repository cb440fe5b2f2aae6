"""Measures the lexicon alone, without heads: `python -m training.mood.lexicon_coverage`.

On training data only: how far its valence and arousal follow EmoBank's (`r`, over the texts it
says anything about), how often the sign of valence agrees with the labels of KOTE's comments, and
what share of the content words of each corpus it knows. `--missing` lists the commonest words it
does not know; `--doubtful` the meanings whose texts readers felt otherwise.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from services.mood import english
from services.mood.backends.korean import Korean
from services.mood.wording import Sense, Term, find_hits, make_sense
from training.mood import corpora, korean_corpora
from training.mood.fitting import correlation
from training.mood.options import data_option
from vts.moods.taxonomies import mood_vector

READ = 4000
"""Texts of each corpus that are read, evenly spaced."""
MIDDLE, HALF_RANGE = 3.0, 2.0
"""EmoBank's scale, 1 to 5, as a middle and the way to its ends."""
CLEAR_VALENCE = 0.2
LEAST_TEXTS = 8
"""A meaning is doubted from this number of texts that have it."""


@dataclass(slots=True)
class Corpus:
    """Texts as the lexicon reads them; `known` counts content words, `missing` the others."""

    name: str
    senses: list[Sense] = field(default_factory=list)
    words: int = 0
    missing: Counter[str] = field(default_factory=Counter)

    @property
    def known(self) -> float:
        """The share of content words that have a line, in [0, 1]."""
        return 1.0 - self.missing.total() / max(self.words, 1)

    @property
    def felt(self) -> float:
        """The share of texts with at least one word of feeling, in [0, 1]."""
        return float(np.mean([sense.evidence > 0 for sense in self.senses]))


class Lexicon:
    """Reads texts of either language with the lexicon and nothing else."""

    def __init__(self) -> None:
        self._korean = Korean({})

    def corpus(self, name: str, texts: Sequence[str], language: str) -> Corpus:
        """Reads every text of a corpus."""
        read = Corpus(name)
        for text in texts:
            terms = self._korean.terms(text) if language == "ko" else english.terms(text)
            find = self._korean.find if language == "ko" else english.find
            sense = make_sense(terms, find_hits(terms, find))
            read.senses.append(sense)
            read.words += sum(term.content for term in terms)
            read.missing.update(_unknown(terms, sense))
        return read


def _unknown(terms: Sequence[Term], sense: Sense) -> Iterator[str]:
    covered = {place for hit in sense.hits for place in range(hit.start, hit.end)}
    for place, term in enumerate(terms):
        if term.content and place not in covered:
            yield term.keys[0]


def evenly(texts: Sequence[str], count: int = READ) -> list[str]:
    """At most `count` of the texts, evenly spaced."""
    step = max(1, len(texts) // count)
    return list(texts[::step][:count])


def corpora_read(data: Path, lexicon: Lexicon) -> Iterator[Corpus]:
    """The corpora whose words are counted, by name."""
    captions = json.loads((data / "flickr8k/train_captions.json").read_text(encoding="utf-8"))
    flickr = [caption for own in captions.values() for caption in own]
    music = [caption for caption, _ in corpora.musiccaps(data)]
    english_texts = corpora.goemotions(data, "train", "en").texts
    korean_texts = corpora.goemotions(data, "train", "ko").texts
    yield lexicon.corpus("goemotions_en", evenly(english_texts), "en")
    yield lexicon.corpus("goemotions_ko", evenly(korean_texts), "ko")
    yield lexicon.corpus("flickr8k", evenly(flickr), "en")
    yield lexicon.corpus("musiccaps", evenly(music), "en")


def evaluate(data: Path) -> tuple[dict[str, float], list[Corpus], list[str]]:
    """The figures by name, the corpora, and a line for every doubtful meaning."""
    lexicon = Lexicon()
    bank = corpora.emobank(data, "train")
    emobank = lexicon.corpus("emobank", bank.texts, "en")
    affect = (bank.targets[:, :2].astype(np.float64) - MIDDLE) / HALF_RANGE
    learned = korean_corpora.kote(data)
    comments, names = learned.learn, learned.names
    kote = lexicon.corpus("kote", comments.texts, "ko")
    valences = [
        mood_vector("kote", dict(zip(names, row, strict=True))).valence for row in comments.targets
    ]
    read = [emobank, kote, *corpora_read(data, lexicon)]
    figures = {**_emobank_figures(emobank, affect), **_sign_figures(kote, valences)}
    for corpus in read:
        figures[f"{corpus.name}_words_known"] = corpus.known
        figures[f"{corpus.name}_texts_felt"] = corpus.felt
    doubts = [
        *doubtful(emobank, affect[:, 0] - affect[:, 0].mean(), "emobank valence"),
        *doubtful(emobank, affect[:, 1] - affect[:, 1].mean(), "emobank arousal", axis=1),
        *doubtful(kote, np.array(valences), "kote valence"),
    ]
    return figures, read, doubts


def _emobank_figures(read: Corpus, affect: np.ndarray) -> dict[str, float]:
    said = np.array([sense.evidence > 0 for sense in read.senses])
    points = np.array([(sense.valence, sense.arousal) for sense in read.senses])
    figures = {}
    for axis, name in enumerate(("valence", "arousal")):
        figures[f"emobank_{name}_r"] = correlation(points[said, axis], affect[said, axis])
        figures[f"emobank_{name}_r_of_all"] = correlation(points[:, axis], affect[:, axis])
    return figures


def _sign_figures(read: Corpus, valences: Sequence[float]) -> dict[str, float]:
    pairs = [
        (sense.valence, valence)
        for sense, valence in zip(read.senses, valences, strict=True)
        if sense.valence and abs(valence) >= CLEAR_VALENCE
    ]
    given, truth = np.array(pairs).T
    return {
        "kote_sign_right": float(np.mean(given * truth > 0)),
        "kote_commoner_sign": float(max(np.mean(truth > 0), np.mean(truth < 0))),
        "kote_valence_r": correlation(given, truth),
    }


def doubtful(
    read: Corpus, truth: np.ndarray, against: str, axis: int = 0, least: int = LEAST_TEXTS
) -> list[str]:
    """Meanings whose number has the other sign than the mean of their texts, worst first."""
    felt: defaultdict[str, list[float]] = defaultdict(list)
    given: dict[str, float] = {}
    for sense, value in zip(read.senses, truth.tolist(), strict=True):
        for hit in sense.hits:
            if hit.weight and not hit.opposes:
                felt[hit.meaning.gloss].append(value)
                given[hit.meaning.gloss] = (hit.meaning.valence, hit.meaning.arousal)[axis]
    rows = [
        (given[gloss] * float(np.mean(values)) * len(values), gloss, values)
        for gloss, values in felt.items()
        if len(values) >= least and given[gloss] * float(np.mean(values)) < 0
    ]
    return [
        f"{against}: {gloss} is {given[gloss]:+.2f}, {len(values)} texts {np.mean(values):+.2f}"
        for _, gloss, values in sorted(rows, key=lambda row: row[0])
    ]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    data_option(arguments)
    arguments.add_argument("--missing", type=int, default=0, metavar="N")
    arguments.add_argument("--doubtful", type=int, default=0, metavar="N")
    chosen = arguments.parse_args()
    found, corpora_found, doubts_found = evaluate(chosen.data)
    print("\n".join(f"{name:32}{value:8.3f}" for name, value in found.items()))
    for each in corpora_found if chosen.missing else ():
        lacking = ", ".join(f"{word} {n}" for word, n in each.missing.most_common(chosen.missing))
        print(f"\n{each.name} lacks: {lacking}")
    print("\n".join(doubts_found[: chosen.doubtful]))
