"""Trains the captioner's network and writes it as one ONNX file.

Example:
    python -m training.captioner.train --data ../shared/data --epochs 4

A stopped run goes on where it was: feature maps and epochs that are done are kept in --work.
"""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.captioner import corpora, heads, objects, vocabulary
from training.captioner.backbone import Bottleneck, Published, read_published
from training.captioner.calibration import Platt, fitted
from training.captioner.embedding import Style, content, whole
from training.captioner.export import Linear, Parts, write
from training.captioner.features import Store
from training.captioner.tuning import Lesson, Tagger, Tuning, held_logits

VERSION = "2026.11"
HELD = 1000
"""Flickr8k train photos that only choose the epoch and calibrate."""

LEAST_PHOTOS = 12
"""A tag is learned if at least so many train photos show it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train, from where, and into what."""

    data: Path
    work: Path
    output: Path
    epochs: int
    views: int
    seed: int


@dataclass(frozen=True, slots=True)
class Words:
    """The tags learned, and how many captions of each train photo say each of them."""

    tags: list[str]
    mentioned: NDArray[np.float32]
    targets: NDArray[np.float32]


def main() -> None:
    """Reads the arguments and trains."""
    plan, threads = _arguments()
    torch.set_num_threads(threads)
    torch.manual_seed(plan.seed)
    published = read_published(plan.data / "models" / "mobilenet_v2_1.0_224_quant.tflite")
    store = Store(plan.work / "maps", published, plan.seed)
    train = corpora.captioned(plan.data, "train")
    words = learned_words(train.captions)
    print(f"{len(words.tags)} tags, {words.targets.shape[1]} words", flush=True)
    lesson = _lesson(store, train.pixels, words, plan)
    tuning = Tuning(published, lesson, plan.work / "tuning", plan.epochs, plan.seed)
    tagger = tuning.run()
    _plot(tuning.history, plan.work / "training.png")
    parts = _parts(plan, published, store, lesson, words, tagger)
    write(parts, plan.output)
    print(f"wrote {plan.output} ({plan.output.stat().st_size / 1e6:.1f} MB)")


def _arguments() -> tuple[Plan, int]:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default, help="folder of the training data")
    parser.add_argument("--work", type=Path, default=Path("build/captioner"), help="what is kept")
    parser.add_argument("--output", type=Path, default=Path("models/captioner/lite.onnx"))
    parser.add_argument("--epochs", type=int, default=4, help="epochs of fine-tuning")
    parser.add_argument("--views", type=int, default=3, help="views of every photo to learn from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    plan = Plan(given.data, given.work, given.output, given.epochs, given.views, given.seed)
    return plan, given.threads


def learned_words(captions: tuple[tuple[str, ...], ...]) -> Words:
    """Chooses the tags from the train captions, and further words that help the tail to learn.

    Two captions that say a word make it true; one makes it possible, with weight 0.3.
    """
    tag_of = vocabulary.lexicon_tags()
    photos = [vocabulary.spoken(five, tag_of) for five in captions]
    tags = vocabulary.chosen_tags(photos, tag_of.values(), LEAST_PHOTOS)
    others = [w for w in vocabulary.frequent_words(photos, LEAST_PHOTOS) if w not in set(tags)]
    mentioned = vocabulary.mentions(photos, tags + others)
    targets = np.where(mentioned >= 2, 1.0, 0.3 * mentioned).astype(np.float32)
    return Words(tags=tags, mentioned=mentioned[:, : len(tags)], targets=targets)


def held_out(photos: int, seed: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Splits photo indices into taught and held."""
    order = np.random.default_rng(seed).permutation(photos)
    return np.sort(order[HELD:]), np.sort(order[:HELD])


def _lesson(store: Store, pixels: corpora.Pixels, words: Words, plan: Plan) -> Lesson:
    taught, held = held_out(len(pixels), plan.seed)
    return Lesson(
        maps=[store.maps("train", pixels, view) for view in range(plan.views)],
        frozen=[store.embeddings("train", pixels, view) for view in range(plan.views)],
        targets=words.targets,
        tags=len(words.tags),
        taught=taught,
        held=held,
    )


def _parts(
    plan: Plan, published: Published, store: Store, lesson: Lesson, words: Words, tagger: Tagger
) -> Parts:
    truth = words.mentioned >= 2
    platt = fitted(held_logits(tagger, lesson), truth[lesson.held])
    head = tagger.head
    weight, bias = (p.detach().numpy()[: len(words.tags)] for p in (head.weight, head.bias))
    tag_head = _calibrated(Linear(weight.T, bias), platt)
    scene_names, scene_head = _scenes(plan, store, lesson, words, tagger)
    style = Style.measured(lesson.maps[0])
    affect_head, spread = _affect(plan, store, tagger, style)
    names, table = objects.groups(plan.data / "models" / "imagenet_labels.txt")
    odds = objects.log_odds(lesson.frozen[0], published, table)
    seen, named = objects.shared_columns(names, words.tags)
    alike = fitted(odds[:, seen].reshape(-1, 1), truth[:, named].reshape(-1, 1))
    return Parts(
        published=published,
        tail=[block for block in tagger.tail if isinstance(block, Bottleneck)],
        mean=tagger.mean.numpy(),
        spread=tagger.spread.numpy(),
        style_mean=style.mean,
        style_spread=style.spread,
        heads={"tag_logits": tag_head, "scene_logits": scene_head},
        affect=affect_head,
        groups=table,
        object_scale=float(alike.scale[0]),
        object_shift=float(alike.shift[0]),
        about=_about(words.tags, scene_names, names, spread),
    )


def _about(
    tags: list[str], scenes: tuple[str, ...], names: list[str], spread: list[float]
) -> dict[str, Any]:
    return {
        "version": VERSION,
        "tags": tags,
        "scenes": list(scenes),
        "objects": names,
        "affect_error": spread,
    }


def _calibrated(head: Linear, platt: Platt) -> Linear:
    weight = (head.weight * platt.scale).astype(np.float32)
    return Linear(weight, (head.bias * platt.scale + platt.shift).astype(np.float32))


def _scenes(
    plan: Plan, store: Store, lesson: Lesson, words: Words, tagger: Tagger
) -> tuple[tuple[str, ...], Linear]:
    scenes = corpora.placed(plan.data)
    train = corpora.captioned(plan.data, "train")
    others = np.concatenate([lesson.held, lesson.taught[:2000]])
    everyday = content(store, tagger, "train", train.pixels)[others]
    embeddings = np.concatenate([content(store, tagger, "scenes", scenes.pixels), everyday])
    given = heads.places(scenes.labels, words.mentioned[others], words.tags)
    logits = heads.scenes_out_of_fold(embeddings, given, plan.seed)
    platt = fitted(logits, given.shown, weights=given.known)
    head = heads.scene_head(embeddings, given.shown, given.known)
    return given.tags, _calibrated(head, platt)


def _affect(plan: Plan, store: Store, tagger: Tagger, style: Style) -> tuple[Linear, list[float]]:
    oasis = corpora.rated(plan.data)
    # Every photo is learned from together with its mirror image.
    views = [whole(store, tagger, style, "oasis", oasis.pixels, view) for view in (0, 1)]
    predicted = heads.affect_out_of_fold(views, oasis.affect, oasis.themes, plan.seed)
    print("OASIS by theme, valence and arousal r:", heads.correlations(predicted, oasis.affect))
    strength = heads.best_strength(views, oasis.affect, oasis.themes, plan.seed)
    errors = np.sqrt(np.square(predicted - oasis.affect).mean(0))
    head = heads.affect_head(*heads.doubled(views, oasis.affect), strength)
    return head, [round(float(error), 4) for error in errors]


def _plot(history: list[dict[str, float]], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4))
    for name in ("taught_loss", "held_loss"):
        axes.plot(range(1, len(history) + 1), [h[name] for h in history], label=name)
    axes.set_xlabel("epoch")
    axes.set_ylabel("cross-entropy, summed over words")
    axes.legend()
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
