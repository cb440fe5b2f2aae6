"""The Korean texts that the network learns from, split into morphemes once and kept on disk."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood.backends.heads import load_dictionary
from services.mood.backends.korean import Korean, rendered
from services.mood.backends.korean_features import Features, morpheme_features
from services.mood.wording import find_hits
from training.mood import corpora
from training.mood.corpora import Labelled
from training.mood.vectors import CACHE, vectors

KOTE_REPORTED = 1000
SPLIT_SEED = 44
CHUNK = 4096

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Kote:
    """KOTE's comments: 4,000 to learn from and choose on, 1,000 for the report alone."""

    learn: Labelled
    report: Labelled
    names: list[str]


def kote(data: Path) -> Kote:
    """KOTE split by comment, seeded; a comment that stands twice stays on one side."""
    whole, names = corpora.kote(data)
    groups = np.unique(np.array(whole.texts), return_inverse=True)[1]
    order = np.random.default_rng(SPLIT_SEED).permutation(int(groups.max()) + 1)
    ranks = np.argsort(np.argsort(order)[groups], kind="stable")
    return Kote(whole.rows(ranks[KOTE_REPORTED:]), whole.rows(ranks[:KOTE_REPORTED]), names)


def songys(data: Path) -> list[str]:
    """Everyday Korean sentences, questions and answers, without labels (songys, MIT)."""
    with (data / "text/songys_chatbot.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row["Q"] for row in rows] + [row["A"] for row in rows]


def morphemes(texts: Sequence[str], name: str) -> list[list[Features]]:
    """The features of texts; those seen before under `name` are read back."""
    path = CACHE / f"morphemes-{name}.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        known |= _split(missing, name)
        CACHE.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
    return [[morpheme_features(*pair.rsplit("/", 1)) for pair in known[text]] for text in texts]


def _split(texts: Sequence[str], name: str) -> dict[str, list[str]]:
    korean = Korean({})
    found = {}
    for number, text in enumerate(texts, start=1):
        tokens = korean.morphemes(text)
        found[text] = [f"{token.form}/{token.tag.split('-')[0]}" for token in tokens]
        if number % CHUNK == 0 or number == len(texts):
            print(f"{name}: {number} of {len(texts)} texts split", flush=True)
    return found


def rendered_vectors(texts: Sequence[str], name: str) -> Floats:
    """Search vectors of the English renderings, (texts, 384)."""
    return vectors(_renderings(texts), f"rendered-{name}", threads=1)


def _renderings(texts: Sequence[str]) -> list[str]:
    korean = Korean(load_dictionary())
    found = []
    for text in texts:
        terms = korean.terms(text)
        found.append(rendered(terms, find_hits(terms, korean.find)) or text)
    return found
