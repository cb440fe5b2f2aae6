"""Measures the mood service on data it was not trained on: `python -m training.mood.evaluate`.

Prints a table and writes `build/figures/eval-mood.json`, and how the 13 moods are confused as a
picture and a table beside it. Each figure stands beside a baseline and a floor, which is the same
figure for the same answers in a random order.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from services.mood.backends import heads
from services.mood.backends.embedding import EmbeddingReader
from services.mood.backends.encoder import Encoder
from services.mood.domain import Reading, Text
from training.mood import confusions, corpora, goemotions_evaluate, korean_evaluate, lessons
from training.mood.baselines import PlainHeads
from training.mood.figures import Figure, flat, shuffled, table
from training.mood.fitting import correlation
from training.mood.goemotions_evaluate import Answers, Cuts, Truth
from training.mood.lexicon_evaluate import knu_figures
from training.mood.measuring import Answer, wish_score
from training.mood.options import data_option

FIGURES = Path("build/figures")
CHUNK = 512
AXES = ("valence", "arousal", "dominance")


def figures(data: Path) -> Iterator[Figure]:
    """Measures one thing after the other."""
    reader = EmbeddingReader(threads=2, cache_entries=16_384)
    reader.load()
    plain = PlainHeads(data)
    yield from emobank_figures(reader, data, plain)
    yield from goemotions_figures(reader, data, plain)
    yield from korean_evaluate.figures(reader, data)
    yield from knu_figures(reader, data)
    yield from wish_figures(reader)


def emobank_figures(
    reader: EmbeddingReader, data: Path, plain: PlainHeads | None = None
) -> Iterator[Figure]:
    """How the affect of English prose follows people's ratings; `plain` is the baseline."""
    bank = corpora.emobank(data, "dev")
    affects = [reading.affect for reading in read(reader, bank.texts)]
    beside = (
        plain.read(bank.texts, "emobank").affect if plain else np.full_like(bank.targets, np.nan)
    )
    for axis, name in enumerate(AXES):
        # What was read as a wish for change has no dominance: it counts as the middle.
        given = [getattr(affect, name) or 0.0 for affect in affects]
        truth = bank.targets[:, axis]
        yield Figure(
            f"emobank_dev_{name}_r",
            correlation(given, truth),
            correlation(beside[:, axis], truth) if plain else float("nan"),
            correlation(shuffled(given), truth),
            "plain ridge on MiniLM",
        )


def goemotions_figures(reader: EmbeddingReader, data: Path, plain: PlainHeads) -> Iterator[Figure]:
    """Feelings in English and in Korean, and how much of the English score the Korean reaches.

    The cuts are found on English training rows that were held out, and used for Korean too.
    """
    names = corpora.goemotions_labels(data)
    lesson = lessons.emotions(data)
    held = corpora.Labelled(lesson.texts, lesson.targets).rows(lesson.held)
    cuts = goemotions_evaluate.best_cuts(_answers(reader, held.texts), held, names)
    other = plain.read(held.texts, "goemotions").emotions
    plain_cuts = goemotions_evaluate.best_cuts(goemotions_evaluate.plain(other, names), held, names)
    found: dict[str, float] = {}
    for language in ("en", "ko"):
        dev = corpora.goemotions(data, "dev", language)
        said = _answers(reader, dev.texts)
        raw = (
            plain.read(dev.texts, "goemotions").emotions
            if language == "en"
            else _unaided(dev.texts)
        )
        against = "plain MiniLM heads" if language == "en" else "Korean read as it stands"
        beside = goemotions_evaluate.plain(raw, names), plain_cuts
        prefix = f"goemotions_{language}_dev"
        truth = Truth(dev, names, against)
        for figure in goemotions_evaluate.figures(prefix, (said, cuts), beside, truth):
            found[figure.name] = figure.model
            yield figure
        if language == "en":
            _confused(said, cuts, dev, names)
    yield from _shares(found)


def _shares(found: Mapping[str, float]) -> Iterator[Figure]:
    for name in ("mean_area", "macro_f1", "five_micro_f1", "moods_macro_f1"):
        korean, english = (found[f"goemotions_{language}_dev_{name}"] for language in ("ko", "en"))
        yield Figure(f"goemotions_ko_share_of_en_{name}", korean / english, 0.85, 0.0, "the mark")


def wish_figures(reader: EmbeddingReader) -> Iterator[Figure]:
    """Wishes for music that were kept back: does the top mood fit, are the signs right?"""
    for language in ("en", "ko"):
        wishes = [wish for wish in corpora.requests("held") if wish.language == language]
        texts = [wish.text for wish in wishes]
        given = [_answer(reading) for reading in read(reader, texts)]
        felt = reader.feel([Text(text) for text in texts])
        alone = [Answer(list(each.music), each.valence, each.arousal) for each in felt]
        order = shuffled(np.arange(len(given))).astype(int)
        floor = wish_score(wishes, [given[i] for i in order])
        model, bare = wish_score(wishes, given), wish_score(wishes, alone)
        for name in ("top_mood", "valence_sign", "arousal_sign"):
            yield Figure(
                f"wishes_{language}_{name}",
                getattr(model, name),
                getattr(bare, name),
                getattr(floor, name),
                "heads without the lexicon",
            )


def read(reader: EmbeddingReader, texts: Sequence[str]) -> list[Reading]:
    """Readings of many texts, a chunk at a time."""
    found: list[Reading] = []
    for start in range(0, len(texts), CHUNK):
        found += reader.read([Text(text) for text in texts[start : start + CHUNK]])
    return found


def _answers(reader: EmbeddingReader, texts: Sequence[str]) -> Answers:
    return goemotions_evaluate.read(read(reader, texts))


def _unaided(texts: Sequence[str]) -> corpora.Floats:
    """What the English heads say of Korean text that nobody put into English."""
    felt = heads.load().feel(*Encoder(threads=2).feel(texts))
    return np.array([list(each.emotions.values()) for each in felt], dtype=np.float32)


def _confused(said: Answers, cuts: Cuts, dev: corpora.Labelled, names: Sequence[str]) -> None:
    weights = confusions.weights(dev, names)
    for mood, score in confusions.f1_by_mood(said.moods, weights, cuts.moods).items():
        print(f"F1 of {mood}: {score:.3f}", flush=True)
    confusions.write(confusions.confusion(said.moods, weights, cuts.moods), FIGURES)


def _answer(reading: Reading) -> Answer:
    affect = reading.affect
    return Answer(reading.moods, affect.valence, affect.arousal, affect.confidence)


def _told(measured: Iterator[Figure]) -> Iterator[Figure]:
    """The same figures, each printed when it is there: the whole takes some minutes."""
    for figure in measured:
        print(f"{figure.name} {figure.model:.3f}", flush=True)
        yield figure


def main() -> None:
    """Measures everything and writes it down."""
    arguments = argparse.ArgumentParser(description=__doc__)
    data_option(arguments)
    FIGURES.mkdir(parents=True, exist_ok=True)
    found = flat(_told(figures(arguments.parse_args().data)))
    print(table(found))
    text = json.dumps(found, indent=1) + "\n"
    (FIGURES / "eval-mood.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
