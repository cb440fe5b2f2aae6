"""Measures the mood service on data it was not trained on: `python -m training.mood.evaluate`.

Prints a table and writes `build/figures/eval-mood.json`. Each figure stands beside a baseline and
a floor, which is the same figure for the same answers in a random order.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.mood.backends import heads
from services.mood.backends.embedding import EmbeddingReader
from services.mood.backends.encoder import Encoder
from services.mood.domain import Reading, Text
from training.mood import corpora
from training.mood.figures import SEED, Figure, flat, shuffled, table
from training.mood.fitting import correlation
from training.mood.measuring import Answer, area, macro_f1, mean_area, wish_score
from training.mood.train import data_option
from vts.moods.taxonomies import mood_vector

FIGURES = Path("build/figures/eval-mood.json")
CHUNK = 512
RIDGE = {"valence": 0.64, "arousal": 0.49, "dominance": 0.29}
"""MiniLM and plain ridge on EmoBank's dev split."""
F1_CUT = 0.3
CLEAR_VALENCE = 0.2
"""KOTE comments whose labels' mean valence is nearer to 0 have no clear sign."""
KNU_EVERY = 5
"""One KNU word in five is read, to save time."""

Floats = npt.NDArray[np.float64]


def evaluate(data: Path) -> dict[str, float]:
    """Every figure by name, with `_baseline` and `_floor` beside it."""
    return flat(figures(data))


def figures(data: Path) -> Iterator[Figure]:
    """Measures one thing after the other."""
    reader = EmbeddingReader(threads=2, cache_entries=16_384)
    reader.load()
    yield from emobank_figures(reader, data)
    yield from _goemotions(reader, data)
    yield from _signs(reader, data)
    yield from _wishes(reader)


def emobank_figures(reader: EmbeddingReader, data: Path) -> Iterator[Figure]:
    """How the affect of English prose follows people's ratings."""
    bank = corpora.emobank(data, "dev")
    readings = _read(reader, bank.texts)
    answers = {
        "valence": [reading.affect.valence for reading in readings],
        "arousal": [reading.affect.arousal for reading in readings],
    }
    for axis, (name, given) in enumerate(answers.items()):
        truth = bank.targets[:, axis]
        floor = correlation(shuffled(given), truth)
        yield Figure(
            f"emobank_dev_{name}_r", correlation(given, truth), RIDGE[name], floor, "plain ridge"
        )


def _goemotions(reader: EmbeddingReader, data: Path) -> Iterator[Figure]:
    names = corpora.goemotions_labels(data)
    for language in ("en", "ko"):
        dev = corpora.goemotions(data, "dev", language)
        felt = [each for part in _texts(dev.texts) for each in reader.feel(part)]
        scores = np.array([[each.emotions[name] for name in names] for each in felt])
        raw = _unaided(dev.texts) if language == "ko" else np.zeros_like(scores)
        mixed = shuffled(scores)
        for name, measure in _measures():
            yield Figure(
                f"goemotions_{language}_dev_{name}",
                measure(scores, dev.targets),
                measure(raw, dev.targets),
                measure(mixed, dev.targets),
                "Korean read as it stands" if language == "ko" else "no answer",
            )
        only = dev.targets[:, corpora.NEUTRAL] == dev.targets.sum(axis=1)
        sure = [reading.affect.confidence for reading in _read(reader, dev.texts)]
        yield Figure(
            f"goemotions_{language}_dev_confidence_area",
            area(sure, ~only),
            0.5,
            area(shuffled(sure), ~only),
            "no answer",
        )


def _unaided(texts: Sequence[str]) -> Floats:
    """What the English head says of Korean text that nobody put into English."""
    scores = heads.load().emotions(Encoder(threads=2).encode(texts))
    return np.asarray(heads.sigmoid(scores), dtype=np.float64)


def _measures() -> list[tuple[str, Callable[[Floats, corpora.Floats], float]]]:
    return [
        ("mean_area", mean_area),
        ("macro_f1", lambda scores, truth: macro_f1(scores, truth, F1_CUT)),
    ]


def _signs(reader: EmbeddingReader, data: Path) -> Iterator[Figure]:
    comments, names = corpora.kote(data)
    valences = np.array(
        [
            mood_vector("kote", dict(zip(names, row, strict=True))).valence
            for row in comments.targets
        ]
    )
    clear = np.flatnonzero(np.abs(valences) >= CLEAR_VALENCE)
    given = [each.affect.valence for each in _read(reader, [comments.texts[i] for i in clear])]
    yield _sign("kote_valence_sign", given, valences[clear])
    yield Figure(
        "kote_valence_r",
        correlation(given, valences[clear]),
        0.0,
        correlation(shuffled(given), valences[clear]),
        "no answer",
    )
    yield Figure(
        "kote_valence_area",
        area(given, valences[clear] > 0),
        0.5,
        area(shuffled(given), valences[clear] > 0),
        "no answer",
    )
    words = [(word, polarity) for word, polarity in corpora.knu(data)[::KNU_EVERY] if polarity]
    read = _read(reader, [word for word, _ in words])
    valence = [each.affect.valence for each in read]
    yield _sign("knu_valence_sign", valence, [sign for _, sign in words])
    share = float(np.mean(np.asarray(valence) != 0))
    yield Figure("knu_answered_share", share, 0.0, 0.0, "no answer")


def _sign(name: str, given: npt.ArrayLike, truth: npt.ArrayLike) -> Figure:
    """The share of right signs among the texts that got an answer at all."""
    answered = np.flatnonzero(np.asarray(given))
    given = np.asarray(given)[answered]
    signs = np.sign(np.asarray(truth, dtype=float))[answered]
    model = float(np.mean(np.sign(given) == signs))
    majority = float(max(np.mean(signs > 0), np.mean(signs < 0)))
    floor = float(np.mean(np.sign(shuffled(given)) == signs))
    return Figure(name, model, majority, floor, "the commoner sign")


def _wishes(reader: EmbeddingReader) -> Iterator[Figure]:
    for language in ("en", "ko"):
        wishes = [wish for wish in corpora.requests("held") if wish.language == language]
        texts = [wish.text for wish in wishes]
        answers = [_answer(reading) for reading in _read(reader, texts)]
        alone = [
            Answer(list(each.music), each.valence, each.arousal)
            for part in _texts(texts)
            for each in reader.feel(part)
        ]
        order = np.random.default_rng(SEED).permutation(len(answers))
        floor = wish_score(wishes, [answers[i] for i in order])
        model, bare = wish_score(wishes, answers), wish_score(wishes, alone)
        for name in ("top_mood", "valence_sign", "arousal_sign"):
            yield Figure(
                f"wishes_{language}_{name}",
                getattr(model, name),
                getattr(bare, name),
                getattr(floor, name),
                "heads without the lexicon",
            )


def _answer(reading: Reading) -> Answer:
    affect = reading.affect
    return Answer(reading.moods, affect.valence, affect.arousal, affect.confidence)


def _texts(texts: Sequence[str]) -> Iterator[list[Text]]:
    for start in range(0, len(texts), CHUNK):
        yield [Text(text) for text in texts[start : start + CHUNK]]


def _read(reader: EmbeddingReader, texts: Sequence[str]) -> list[Reading]:
    return [reading for part in _texts(texts) for reading in reader.read(part)]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    data_option(arguments)
    found = evaluate(arguments.parse_args().data)
    print(table(found))
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
