"""Trains the mood service's heads: `python -m training.mood.train --data DIR`.

Writes `models/mood/heads.safetensors` and `models/mood/dictionary.tsv`. Every choice is made on
training halves; the dev halves are for `training.mood.evaluate` alone.
"""

import argparse
import json
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from services.mood import english
from services.mood.backends.heads import FOLDER
from services.mood.backends.korean import Korean, rendered
from services.mood.blending import Blend
from services.mood.lexicon import meanings
from services.mood.wording import Sense, find_hits, make_sense
from training.mood import blends, corpora, dictionary
from training.mood.fitting import Floats, folds, logistic, platt, ridge, sigmoid
from training.mood.vectors import vectors
from vts.moods.taxonomies import labels as taxonomy_labels

VERSION = "1"
EMOTION_PENALTY = 1e-5
MUSIC_PENALTY = 3e-5
PUPIL_PENALTY = 10.0
AFFECT_PENALTIES = (1.0, 3.0, 10.0, 30.0)
HELD_OUT_SHARE = 0.1
LEXICON_WEIGHT = 3.0
"""How many caption aspects one lexicon form counts for in the music head."""

Tensors = dict[str, Floats]


def train(data: Path) -> None:
    """Trains everything and writes it to `models/mood`."""
    words = dictionary.learned(data)
    _write_dictionary(words)
    sentences = corpora.goemotions(data, "train")
    names = corpora.goemotions_labels(data)
    inputs = vectors(sentences.texts, "goemotions")
    tensors = emotion_head(inputs, sentences.targets, "emotions")
    korean = korean_renderings(words, corpora.goemotions(data, "train", "ko").texts)
    korean_inputs = vectors(korean, "goemotions-ko")
    tensors |= emotion_head(korean_inputs, sentences.targets, "emotions_ko")
    tensors |= music_head(data)
    bank = corpora.emobank(data, "train")
    learn, held = next(folds(len(bank.texts)))
    stretched = partial(
        affect_head, tensors, inputs=inputs, emotions=sentences.targets, names=names
    )
    trial = tensors | stretched(bank=bank.rows(learn))
    trial |= korean_affect_head(trial, inputs, korean_inputs)
    blend = blends.chosen(data, trial, names, words, bank.rows(held))
    tensors |= stretched(bank=bank)
    tensors |= korean_affect_head(tensors, inputs, korean_inputs)
    write(tensors, names, blend)


def emotion_head(inputs: Floats, targets: Floats, name: str) -> Tensors:
    """28 logistic regressions, with Platt's calibration on held-out rows folded in."""
    order = np.random.default_rng(0).permutation(len(inputs))
    held, learn = np.split(order, [int(HELD_OUT_SHARE * len(order))])
    weight, bias = logistic(inputs[learn], targets[learn], EMOTION_PENALTY)
    slope, offset = platt(inputs[held] @ weight.T + bias, targets[held])
    print(f"{name}: calibration slope {slope.mean():.2f}, offset {offset.mean():.2f}", flush=True)
    return {
        f"{name}.weight": (slope[:, None] * weight).astype(np.float32),
        f"{name}.bias": (slope * bias + offset).astype(np.float32),
    }


def affect_head(
    tensors: Tensors,
    *,
    bank: corpora.Labelled,
    inputs: Floats,
    emotions: Floats,
    names: Sequence[str],
) -> Tensors:
    """Valence, arousal and dominance from EmoBank, stretched to the span of named emotions."""
    features = with_emotions(vectors(bank.texts, "emobank"), tensors)
    targets = (bank.targets - 3.0) / 2.0
    penalty = min(AFFECT_PENALTIES, key=lambda each: _ridge_error(features, targets, each))
    weight, bias = ridge(features, targets, penalty)
    scores = with_emotions(inputs, tensors) @ weight.T + bias
    gain, offset = stretch(scores, emotions, names)
    print(f"affect: penalty {penalty}, gain {gain.round(2)}, offset {offset.round(2)}", flush=True)
    return {
        "affect.weight": (gain[:, None] * weight).astype(np.float32),
        "affect.bias": (gain * bias + offset).astype(np.float32),
    }


def korean_affect_head(tensors: Tensors, inputs: Floats, korean_inputs: Floats) -> Tensors:
    """The same from rendered Korean: valence is learnt from what the head says of the original.

    Nobody rated Korean sentences here, so this is a pupil of the English head, not of people.
    Arousal and dominance stay with the English head: on the tuning wishes the pupil found the
    sign of arousal less often (0.75 against 0.94).
    """
    taught = with_emotions(inputs, tensors) @ tensors["affect.weight"].T + tensors["affect.bias"]
    features = with_emotions(korean_inputs, tensors, "emotions_ko")
    weight, bias = ridge(features, taught, PUPIL_PENALTY)
    return {
        "affect_ko.weight": np.vstack([weight[:1], tensors["affect.weight"][1:]]),
        "affect_ko.bias": np.concatenate([bias[:1], tensors["affect.bias"][1:]]),
    }


def stretch(scores: Floats, emotions: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Gain and offset per axis that bring the mean of an emotion's sentences to its own place.

    Ridge answers near the middle; a straight line near the 28 emotions' places undoes that. It
    goes through the label neutral at 0. Dominance, which no vocabulary places, keeps its scale.
    """
    known = taxonomy_labels("goemotions")
    means = (emotions.T @ scores) / emotions.sum(axis=0)[:, None]
    places = np.array([[known[name].valence, known[name].arousal] for name in names])
    from_neutral = (means - means[names.index("neutral")])[:, :2]
    gain = np.ones(scores.shape[1], dtype=np.float32)
    gain[:2] = (from_neutral * places).sum(axis=0) / (from_neutral**2).sum(axis=0)
    offset = np.zeros_like(gain)
    offset[:2] = -(gain * means[names.index("neutral")])[:2]
    return gain, offset


def music_head(data: Path) -> Tensors:
    """The 13 moods from descriptions of music and the lexicon's own words.

    MusicCaps describes music; the moods are read off its aspect lists by the lexicon. The head
    carries them over to words that the lexicon lacks.
    """
    captions = corpora.musiccaps(data)
    aspects = sorted({aspect.strip().lower() for _, listed in captions for aspect in listed})
    forms = sorted({form for meaning in meanings() for form in meaning.english if form.isascii()})
    texts = [caption for caption, _ in captions] + aspects + forms
    sources = [", ".join(listed) for _, listed in captions] + aspects + forms
    senses = [_sense(source) for source in sources]
    kept = [row for row, sense in enumerate(senses) if sense.evidence > 0]
    inputs = np.vstack(
        [vectors(captions_, name) for captions_, name in _parts(texts, captions, aspects)]
    )[kept]
    targets = np.array([senses[row].moods for row in kept], dtype=np.float32)
    first_form = len(captions) + len(aspects)
    weights = np.where(np.array(kept) >= first_form, LEXICON_WEIGHT, 1.0).astype(np.float32)
    weight, bias = logistic(inputs, targets, MUSIC_PENALTY, weights)
    return {
        "music.weight": weight,
        "music.bias": bias,
        "music.base": sigmoid(inputs @ weight.T + bias).mean(axis=0).astype(np.float32),
    }


def with_emotions(inputs: Floats, tensors: Mapping[str, Floats], name: str = "emotions") -> Floats:
    """Vectors followed by the 28 probabilities, as the affect head takes them."""
    scores = inputs @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]
    return np.hstack([inputs, sigmoid(scores)])


def korean_renderings(words: Mapping[str, str], texts: Sequence[str]) -> list[str]:
    """English words for Korean texts, as the service makes them."""
    korean = Korean(words)
    found = []
    for text in texts:
        terms = korean.terms(text)
        found.append(rendered(terms, find_hits(terms, korean.find)) or text)
    return found


def write(tensors: Tensors, names: Sequence[str], blend: Blend) -> None:
    """Writes the heads with what belongs to them."""
    weights = {name: getattr(blend, name) for name in blend.__slots__}
    facts = {"version": VERSION, "labels": list(names), "blend": weights}
    kept = {name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()}
    FOLDER.mkdir(parents=True, exist_ok=True)
    save_file(kept, FOLDER / "heads.safetensors", metadata={"mood": json.dumps(facts)})
    print(f"wrote {FOLDER / 'heads.safetensors'}", flush=True)


def _parts(
    texts: list[str], captions: Sequence[object], aspects: Sequence[object]
) -> list[tuple[list[str], str]]:
    first, second = len(captions), len(captions) + len(aspects)
    return [
        (texts[:first], "musiccaps"),
        (texts[first:second], "aspects"),
        (texts[second:], "forms"),
    ]


def _sense(text: str) -> Sense:
    terms = english.terms(text)
    return make_sense(terms, find_hits(terms, english.find))


def _ridge_error(features: Floats, targets: Floats, penalty: float) -> float:
    errors = []
    for learn, held in folds(len(features)):
        weight, bias = ridge(features[learn], targets[learn], penalty)
        errors.append(float(np.mean((features[held] @ weight.T + bias - targets[held]) ** 2)))
    return float(np.mean(errors))


def _write_dictionary(words: Mapping[str, str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = [f"{korean}\t{english_}" for korean, english_ in words.items()]
    (FOLDER / "dictionary.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def data_option(parser: argparse.ArgumentParser) -> None:
    """Adds `--data`, the folder of the training data."""
    parser.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data")),
        help="folder of the training data (default: $VTS_TRAINING_DATA, else ../shared/data)",
    )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    data_option(arguments)
    train(arguments.parse_args().data)
