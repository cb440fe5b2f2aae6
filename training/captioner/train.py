"""Trains the captioner's networks and writes them as ONNX files.

Example:
    python -m training.captioner.train --data ../shared/data

Tags are learned first, then sentences; the heads are fitted at the end. A stopped run goes on where
it was: feature maps and epochs that are done are kept in --work, and a run that goes on may be
given fewer epochs. A graphics processor is used for learning where there is one.
"""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

import torch

from training.captioner import corpora, lessons
from training.captioner.backbone import read_published
from training.captioner.confidence import calibrated
from training.captioner.decoder import Decoder, Shape
from training.captioner.decoder_export import write_decoder
from training.captioner.export import write
from training.captioner.features import Store
from training.captioner.finishing import Finisher
from training.captioner.plotting import plot_training
from training.captioner.tuning import Lesson, Tagger, Tuning
from training.captioner.wording import Wording
from training.captioner.writing import Course, Describer, Pace, Writing


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train, from where, and into what; epochs are of tags and of sentences."""

    data: Path
    work: Path
    output: Path
    epochs: tuple[int, int]
    seed: int


@dataclass(frozen=True, slots=True)
class Material:
    """All that is learned from."""

    store: Store
    train: corpora.Captioned
    words: lessons.Words
    course: Course
    wording: Wording


def main() -> None:
    """Reads the arguments and trains."""
    plan, threads = _arguments()
    torch.set_num_threads(threads)
    torch.manual_seed(plan.seed)
    published = read_published(plan.data / "models" / "mobilenet_v2_1.0_224_quant.tflite")
    material = _material(plan, Store(plan.work / "maps", published, plan.seed))
    tuning = Tuning(
        published, _tagging(material, plan), plan.work / "tuning", plan.epochs[0], plan.seed
    )
    writing = _writing(tuning.run(), material, plan)
    describer = writing.run().cpu()
    histories = {"tags": tuning.history, "sentences": writing.history}
    plot_training(histories, plan.work / "training.png")
    finisher = Finisher(
        plan.data,
        published,
        material.store,
        material.train,
        material.course.lesson,
        material.words,
        describer.tagger,
        plan.seed,
    )
    write(finisher.parts(), plan.output / "encoder.onnx")
    write_decoder(describer.decoder, lessons.about(material.wording), plan.output)
    rated = corpora.rated(plan.data)
    calibrated(plan.output, material.train, material.course.lesson.held, rated)
    for path in sorted(plan.output.glob("*.onnx")):
        print(f"wrote {path} ({path.stat().st_size / 1e6:.1f} MB)")


def _arguments() -> tuple[Plan, int]:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data"))
    parser.add_argument("--data", type=Path, default=default, help="folder of the training data")
    parser.add_argument("--work", type=Path, default=Path("build/captioner"), help="what is kept")
    parser.add_argument("--output", type=Path, default=Path("models/captioner"))
    parser.add_argument("--tag-epochs", type=int, default=4, help="of learning tags")
    parser.add_argument("--epochs", type=int, default=8, help="of learning sentences")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    epochs = (given.tag_epochs, given.epochs)
    return Plan(given.data, given.work, given.output, epochs, given.seed), given.threads


def _tagging(material: Material, plan: Plan) -> Lesson:
    views, held = lessons.TUNED_VIEWS, lessons.HELD_FROM_TAGS
    return lessons.lesson(material.store, material.train, material.words, views, held, plan.seed)


def _material(plan: Plan, store: Store) -> Material:
    train = corpora.captioned(plan.data, "train")
    words = lessons.learned_words(train.captions)
    views, held = lessons.WRITTEN_VIEWS, lessons.HELD
    tagging = lessons.lesson(store, train, words, views, held, plan.seed)
    course, wording = lessons.course(tagging, train)
    print(f"{len(words.tags)} tags, {len(wording.words)} words to write", flush=True)
    return Material(store, train, words, course, wording)


def _writing(tagger: Tagger, material: Material, plan: Plan) -> Writing:
    decoder = Decoder(Shape(len(material.wording.words)))
    pace = Pace(epochs=plan.epochs[1], seed=plan.seed)
    return Writing(Describer(tagger, decoder), material.course, plan.work / "writing", pace)


if __name__ == "__main__":
    main()
