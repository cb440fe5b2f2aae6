"""Trains all that the mood service reads with: `python -m training.mood.train --data DIR`.

Writes `dictionary.tsv`, `feeling.safetensors`, `reaches.safetensors`, `heads.safetensors` and
`korean.safetensors` to `models/mood`. Every choice is made on training halves; the dev halves are
for `training.mood.evaluate` alone. What takes long (networks, vectors) is kept under `build/mood`
and taken from there by a second run; `--heads-only` keeps the dictionary and the Korean network.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from services.mood.backends.heads import FOLDER
from services.mood.backends.weights import REACHES
from services.mood.blending import Blend
from training.mood import (
    blends,
    corpora,
    dictionary,
    feeling,
    heads,
    korean_training,
    lessons,
    reaches,
)
from training.mood.branch import Branch
from training.mood.heads import Tensors
from training.mood.options import data_option
from training.mood.shipping import ship
from training.mood.vectors import features

VERSION = "2"


def train(data: Path, *, heads_only: bool = False) -> None:
    """Trains everything and writes it to `models/mood`."""
    branch = feeling.learned(data, feeling.Plan())
    if not heads_only:
        _write_dictionary(dictionary.learned(data))
        feeling.write(branch, feeling.Plan())
        reach = reaches.measured(reaches.texts(data))
        ship(reach, REACHES, {"branch": feeling.VERSION})
    names = corpora.goemotions_labels(data)
    tensors = fitted(data, branch, names)
    write(tensors, names, blends.START)
    korean_training.train(data, heads_only=heads_only)
    write(tensors, names, blends.chosen(data))


def fitted(data: Path, branch: Branch, names: Sequence[str]) -> Tensors:
    """The heads' tensors by name."""
    emotions, affect, music = lessons.emotions(data), lessons.affect(data), lessons.music(data)
    labels = emotions.targets[emotions.held]
    felt = features([emotions.texts[row] for row in emotions.held], "goemotions")
    tensors = heads.emotion_head(branch.emotion_head(), felt, labels)
    rated = features(affect.texts, "emobank")
    tensors |= heads.affect_head(tensors, rated, affect, felt=felt, emotions=labels, names=names)
    return tensors | heads.music_head(features(music.texts, "music"), music)


def write(tensors: Tensors, names: Sequence[str], blend: Blend) -> None:
    """Writes the heads with what belongs to them."""
    weights = {name: getattr(blend, name) for name in blend.__slots__}
    facts = {"version": VERSION, "labels": list(names), "blend": weights}
    kept = {name: np.ascontiguousarray(value, np.float32) for name, value in tensors.items()}
    ship(kept, FOLDER / "heads.safetensors", {"mood": json.dumps(facts)})
    print(f"wrote {FOLDER.name}/heads.safetensors with {blend}", flush=True)


def _write_dictionary(words: Mapping[str, str]) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = [f"{korean}\t{english_}" for korean, english_ in words.items()]
    (FOLDER / "dictionary.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Trains by the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    data_option(parser)
    parser.add_argument("--heads-only", action="store_true", help="keep the networks as they are")
    given = parser.parse_args()
    train(given.data, heads_only=given.heads_only)


if __name__ == "__main__":
    main()
