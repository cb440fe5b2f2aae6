"""Trains the captioner's networks and writes them as ONNX files.

Example:
    python -m training.captioner.train --data ../shared/data

Tags are learned first, then sentences, then sentences are polished; the heads are fitted at the
end. A stopped run goes on where it was: feature maps and epochs that are done are kept in --work.
A graphics processor is used where there is one.
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
from training.captioner.polishing import Polishing, Practice
from training.captioner.tuning import Tagger, Tuning
from training.captioner.wording import Wording
from training.captioner.writing import Course, Describer, Pace, Writing


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train, from where, and into what; epochs are of tags, sentences and polish."""

    data: Path
    work: Path
    output: Path
    epochs: tuple[int, int, int]
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
    tuning = Tuning(published, _tagging(material, plan), plan.work / "tuning", *_first(plan))
    describer, histories = _taught(tuning.run(), material, plan)
    plot_training({"tags": tuning.history, **histories}, plan.work / "training.png")
    finisher = Finisher(
        plan.data,
        published,
        material.store,
        material.train,
        material.course.lesson,
        material.words,
        describer.tagger.cpu().eval(),
        plan.seed,
    )
    write(finisher.parts(), plan.output / "encoder.onnx")
    write_decoder(describer.decoder.cpu().eval(), lessons.about(material.wording), plan.output)
    calibrated(plan.output, material.train, material.course.lesson.held)
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
    parser.add_argument(
        "--epochs", type=int, nargs=3, default=(4, 12, 3), help="of tags, sentences and polish"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    tags, sentences, polish = given.epochs
    epochs = (tags, sentences, polish)
    return Plan(given.data, given.work, given.output, epochs, given.seed), given.threads


def _first(plan: Plan) -> tuple[int, int]:
    return plan.epochs[0], plan.seed


def _tagging(material: Material, plan: Plan) -> lessons.Lesson:
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


def _taught(
    tagger: Tagger, material: Material, plan: Plan
) -> tuple[Describer, dict[str, list[dict[str, float]]]]:
    """The network that has learned to write, and how it went."""
    decoder = Decoder(Shape(len(material.wording.words)))
    _, sentences, polish = plan.epochs
    pace = Pace(epochs=sentences, seed=plan.seed)
    writing = Writing(Describer(tagger, decoder), material.course, plan.work / "writing", pace)
    polishing = Polishing(
        writing.run(),
        material.course,
        material.train.captions,
        material.wording,
        plan.work / "polishing",
        Practice(epochs=polish, seed=plan.seed),
    )
    describer = polishing.run()
    return describer, {"sentences": writing.history, "polish": polishing.history}


if __name__ == "__main__":
    main()
