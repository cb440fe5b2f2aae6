"""Measures how Korean is read: `python -m training.mood.korean_evaluate --data DIR`.

Each figure stands beside a baseline and a floor, as in `training.mood.evaluate`, which takes these
figures over. KOTE's figures are on the 1,000 comments that nothing was learned from or chosen on.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood.backends import korean_heads
from services.mood.backends.embedding import EmbeddingReader
from services.mood.backends.encoder import Encoder
from services.mood.domain import Reading, Text
from services.mood.language import detect, has_hangul
from training.mood import corpora, korean_corpora
from training.mood.figures import Figure, flat, shuffled, table
from training.mood.fitting import correlation
from training.mood.korean_lessons import places
from training.mood.korean_retrieval import recall
from training.mood.measuring import area, calibration_error, mean_area
from training.mood.options import data_option

CHUNK = 256
CLEAR_VALENCE = 0.2
"""Comments whose labels' mean valence is nearer to 0 have no clear sign."""

Floats = npt.NDArray[np.float32]


def figures(reader: EmbeddingReader, data: Path) -> Iterator[Figure]:
    """Measures one thing after the other; `reader` is loaded."""
    yield from kote_figures(reader, data)
    yield from retrieval_figures(reader, data)
    yield from language_figures(data)


def kote_figures(reader: EmbeddingReader, data: Path) -> Iterator[Figure]:
    """KOTE's 44 labels and how far their probabilities hold."""
    kote = korean_corpora.kote(data)
    truth = kote.report.targets
    readings = _read(reader, kote.report.texts)
    said = np.array([[each.labels["kote"][name] for name in kote.names] for each in readings])
    given, mixed = said >= korean_heads.load()[1].cuts, shuffled(said)
    yield Figure(
        "kote_macro_f1",
        f1(given, truth),
        f1(np.ones_like(given), truth),
        f1(shuffled(given) > 0, truth),
        "every label",
    )
    same = np.full_like(said, truth.mean())
    yield Figure(
        "kote_calibration_error",
        calibration_error(said, truth),
        calibration_error(same, truth),
        calibration_error(mixed, truth),
        "one chance for all",
    )
    yield Figure(
        "kote_mean_area", mean_area(said, truth), 0.5, mean_area(mixed, truth), "no answer"
    )
    yield from _valence(readings, places(truth, kote.names)[:, 0])


def _valence(readings: Sequence[Reading], truth: Floats) -> Iterator[Figure]:
    """How the valence follows that of the labels, and its sign where that is clear."""
    clear = np.abs(truth) >= CLEAR_VALENCE
    given, signs = (
        np.array([each.affect.valence for each in readings])[clear],
        np.sign(truth[clear]),
    )
    mixed = shuffled(given)
    yield Figure(
        "kote_valence_sign",
        float(np.mean(np.sign(given) == signs)),
        float(max(np.mean(signs > 0), np.mean(signs < 0))),
        float(np.mean(np.sign(mixed) == signs)),
        "the commoner sign",
    )
    r, floor = correlation(given, truth[clear]), correlation(mixed, truth[clear])
    yield Figure("kote_valence_r", r, 0.0, floor, "no answer")
    yield Figure(
        "kote_valence_area", area(given, signs > 0), 0.5, area(mixed, signs > 0), "no answer"
    )


def retrieval_figures(reader: EmbeddingReader, data: Path) -> Iterator[Figure]:
    """How often a translated sentence finds its English original among all of the dev half."""
    encoder = Encoder(threads=1)
    originals = encoder.encode(corpora.goemotions(data, "dev").texts)
    readings = _read(reader, corpora.goemotions(data, "dev", "ko").texts)
    vectors = np.stack([each.embedding for each in readings])
    rendered = encoder.encode([each.understood_as for each in readings])
    for first in (1, 10):
        yield Figure(
            f"korean_finds_english_at_{first}",
            recall(vectors, originals, first),
            recall(rendered, originals, first),
            first / len(originals),
            "rendered into English words",
        )


def language_figures(data: Path) -> Iterator[Figure]:
    """How often the language of a text is told right, beside telling it by the script alone."""
    texts = {
        "ko": corpora.kote(data)[0].texts + korean_corpora.songys(data),
        "en": corpora.emobank(data, "dev").texts + corpora.goemotions(data, "dev").texts,
    }
    for language, lines in texts.items():
        told = np.array([detect(line) == language for line in lines])
        by_script = np.array([has_hangul(line) == (language == "ko") for line in lines])
        share = float(told.mean())
        yield Figure(f"language_{language}_share", share, float(by_script.mean()), 0.5, "script")


def f1(given: npt.NDArray[np.bool_], truth: Floats) -> float:
    """F1 of given labels, each label counting the same."""
    true = truth > 0
    hits = (given & true).sum(axis=0)
    return float((2 * hits / np.maximum(1, given.sum(axis=0) + true.sum(axis=0))).mean())


def _read(reader: EmbeddingReader, texts: Sequence[str]) -> list[Reading]:
    found: list[Reading] = []
    for start in range(0, len(texts), CHUNK):
        found += reader.read([Text(text) for text in texts[start : start + CHUNK]])
    return found


def main() -> None:
    """Measures Korean alone and prints the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    data_option(arguments)
    reader = EmbeddingReader(threads=1, cache_entries=1)
    reader.load()
    print(table(flat(figures(reader, arguments.parse_args().data))))


if __name__ == "__main__":
    main()
