"""Trains the Korean network and its heads: `python -m training.mood.korean_training --data DIR`.

Writes `models/mood/korean.safetensors`. The network's states are kept in `build/mood` and taken up
again; `--heads-only` needs the network as it was trained last and fits the heads anew, which is
what a changed lexicon or feeling branch asks for.
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from services.mood.backends.korean_heads import FILE, NETWORK
from services.mood.backends.korean_network import KoreanNetwork, Sensed
from training.mood import korean_heads as fits
from training.mood.fitting import Floats, folds, logistic, sigmoid
from training.mood.korean_corpora import rendered_vectors
from training.mood.korean_learning import Course, Pupil
from training.mood.korean_lessons import Lessons, prepared
from training.mood.korean_retrieval import best_share
from training.mood.options import data_option
from training.mood.shipping import ship
from training.mood.vectors import CACHE

VERSION = "1"
PAIRS = Course("pairs", steps=1064, rate=4e-3)
BOTH = Course("pairs and comments", steps=200, rate=1e-3, pairs=64, comments=96)
COMMENT_FOLDS = 3
RIDGE_PENALTY = 3.0
EMOTION_PENALTY = 1e-5
RENDERED_PAIRS = 16_000
"""Pairs whose rendering the heads are fitted on: not all of them, to save time."""
STATES = CACHE / "korean-network"

Tensors = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Networks:
    """The network, and for every comment to learn from what one that never saw it says."""

    tensors: Tensors
    comments: dict[str, Floats]


def train(data: Path, *, heads_only: bool = False) -> None:
    """Trains what is asked for and writes it to `models/mood`."""
    torch.set_num_threads(1)
    lessons = prepared(data)
    networks = _kept() if heads_only else _taught(lessons)
    sensed = KoreanNetwork(networks.tensors).sense(lessons.held_features)
    heads, facts = _heads(lessons, networks, sensed)
    tensors = {f"{NETWORK}{name}": value for name, value in networks.tensors.items()}
    tensors |= {name: value.astype(np.float16) for name, value in heads.items()}
    ship(tensors, FILE, {"korean": json.dumps(facts, ensure_ascii=False)})
    print(f"wrote {FILE.name}", flush=True)


def _taught(lessons: Lessons) -> Networks:
    """Teaches the pairs once; then the comments: without each third of them, and with all."""
    pupil = Pupil(lessons.vocabulary)
    STATES.mkdir(parents=True, exist_ok=True)
    base = STATES / "pairs.safetensors"
    if base.exists():
        pupil.restored(base.read_bytes())
    else:
        pupil.learn(lessons.pairs, None, PAIRS)
        base.write_bytes(pupil.saved())
    unseen: dict[str, Floats] = {}
    count = len(lessons.comments.texts)
    for number, (learn, held) in enumerate(folds(count, COMMENT_FOLDS), start=1):
        pupil.restored(base.read_bytes())
        pupil.learn(lessons.pairs, lessons.comments.rows(learn), BOTH.named(f"fold {number}"))
        said = pupil.sense([lessons.comments.texts[row] for row in held])
        for name in ("kote", "affect"):
            table = unseen.setdefault(name, np.zeros((count, said[name].shape[1]), np.float32))
            table[held] = said[name]
    pupil.restored(base.read_bytes())
    pupil.learn(lessons.pairs, lessons.comments, BOTH)
    networks = Networks(pupil.tensors(), unseen)
    save_file(networks.tensors, STATES / "network.safetensors")
    save_file(unseen, STATES / "unseen.safetensors")
    return networks


def _kept() -> Networks:
    if not (STATES / "unseen.safetensors").exists():
        raise SystemExit(f"{STATES} has no network: train once without --heads-only")
    return Networks(
        load_file(STATES / "network.safetensors"), load_file(STATES / "unseen.safetensors")
    )


def _heads(
    lessons: Lessons, networks: Networks, sensed: Sensed
) -> tuple[Tensors, dict[str, object]]:
    """The three heads by name, and what the service must know beside them."""
    learn, held = lessons.learn[:RENDERED_PAIRS], lessons.held
    rows = np.concatenate([learn, held])
    table = rendered_vectors([lessons.korean[row] for row in rows], "goemotions-ko")
    pairs, unseen = table[: len(learn)], table[len(learn) :]
    comments = rendered_vectors(lessons.kote.learn.texts, "kote")
    own = {name: _own(networks.tensors, name) for name in ("emotions", "kote", "affect")}
    first = logistic(pairs, lessons.emotions[learn], EMOTION_PENALTY)
    seen = [fits.scores(first, unseen), sensed.scores["emotions"]]
    emotions = fits.mixed(first, own["emotions"], seen, lessons.emotions[held])
    kote, cuts = _kote(lessons, comments, own["kote"], networks.comments["kote"])
    affect = _affect(lessons, (pairs, unseen, comments), own["affect"], sensed, networks)
    share = best_share(unseen, sensed.vector, lessons.originals[held])
    heads = {"emotions": emotions, "kote": kote, "affect": affect}
    tensors = {f"{name}.weight": weight for name, (weight, _) in heads.items()}
    tensors |= {f"{name}.bias": bias for name, (_, bias) in heads.items()}
    labels = dict(zip(lessons.kote.names, map(float, cuts), strict=True))
    return tensors, {"version": VERSION, "mapped_share": share, "kote": labels}


def _kote(
    lessons: Lessons, comments: Floats, own: fits.Head, unseen: Floats
) -> tuple[fits.Head, Floats]:
    marks = lessons.kote.learn.targets
    penalty, rendered = fits.best_logits(comments, marks)
    first = logistic(comments, marks, penalty)
    head = fits.mixed(first, own, [rendered, unseen], marks)
    said = fits.mixed_unseen([rendered, unseen], marks)
    return head, fits.cuts(sigmoid(said), marks)


def _affect(
    lessons: Lessons,
    vectors: tuple[Floats, Floats, Floats],
    own: fits.Head,
    sensed: Sensed,
    networks: Networks,
) -> fits.Head:
    """Fitted on the teacher's reading of the originals and on the places of KOTE's labels.

    `vectors` are those of renderings: of pairs to learn from, of pairs held back, of comments.
    """
    pairs, unseen, comments = vectors
    taught = lessons.affect[lessons.learn[:RENDERED_PAIRS]]
    targets = np.vstack([taught, lessons.comments.affect])
    inputs = np.vstack([pairs, comments])
    first = fits.ridge_where_known(inputs, targets, RIDGE_PENALTY)
    others = fits.unseen_affect(inputs, targets, RIDGE_PENALTY)[len(pairs) :]
    rendered = np.vstack([fits.scores(first, unseen), others])
    network = np.vstack([sensed.scores["affect"], networks.comments["affect"]])
    truth = np.vstack([lessons.affect[lessons.held], lessons.comments.affect])
    return fits.mixed_affect(first, own, [rendered, network], truth)


def _own(tensors: Tensors, name: str) -> fits.Head:
    weight, bias = tensors[f"heads.{name}.weight"], tensors[f"heads.{name}.bias"]
    return weight.astype(np.float32), bias.astype(np.float32)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    data_option(arguments)
    arguments.add_argument("--heads-only", action="store_true", help="keep the network")
    given = arguments.parse_args()
    train(given.data, heads_only=given.heads_only)
