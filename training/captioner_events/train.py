r"""Trains the captioning and the proposal network and writes them as the service reads them.

Example:
    python -m training.captioner_events.train --annotations train.json --features features \
        --glove glove.840B.300d.txt --output events

Without --glove the word vectors are learned along. The networks that see and hear are not trained
here; --like names a folder, as `convert` makes it, that they are taken over from.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file
from sklearn.cluster import KMeans

from services.captioner.backends.bmt import sizes, weights
from services.captioner.backends.bmt.captioning import CaptioningNetwork
from services.captioner.backends.bmt.i3d import EPSILON
from services.captioner.backends.bmt.proposals import ProposalNetwork
from services.captioner.backends.bmt.vocabulary import Vocabulary, derived
from training.captioner_events.examples import Lesson, read
from training.captioner_events.fitting import Plan, fit_captions, fit_proposals, initialise


def main() -> None:
    """Reads the arguments, trains, and writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--annotations", type=Path, required=True, help="JSON; see examples.py")
    parser.add_argument("--features", type=Path, required=True, help="folder of .npy files")
    parser.add_argument("--glove", type=Path, help="text file of word vectors of 300 numbers")
    parser.add_argument("--output", type=Path, required=True, help="folder to write")
    parser.add_argument("--like", type=Path, help="folder with the networks that see and hear")
    parser.add_argument("--epochs", type=int, default=30, help="of either network")
    parser.add_argument("--rate", type=float, default=5e-5, help="of Adam")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    torch.manual_seed(given.seed)
    lessons = read(given.annotations, given.features)
    vocabulary = derived(h.words for lesson in lessons for h in lesson.happenings)
    print(f"{len(lessons)} videos, {len(vocabulary)} words", flush=True)
    captioner = CaptioningNetwork(len(vocabulary))
    initialise(captioner)
    know_words(captioner, vocabulary, given.glove)
    fit_captions(captioner, lessons, vocabulary, Plan(given.epochs, given.rate, 32, given.seed))
    proposer = ProposalNetwork(
        sizes.audio_heads(usual_lengths(lessons, sizes.AUDIO_ANCHORS)),
        sizes.video_heads(usual_lengths(lessons, sizes.VIDEO_ANCHORS)),
    )
    initialise(proposer)
    fit_proposals(proposer, captioner, lessons, Plan(given.epochs, given.rate, 16, given.seed))
    write(given.output, captioner, proposer, vocabulary, given.like)
    print(f"wrote {given.output}")


def know_words(captioner: CaptioningNetwork, vocabulary: Vocabulary, glove: Path | None) -> None:
    """Gives each word its vector, 0 where there is none; without vectors they are to be learned."""
    table = captioner.emb_C.embedder.weight
    if glove is None:
        table.requires_grad_(True)
        return
    known = {word: number for number, word in enumerate(vocabulary.words)}
    vectors = torch.zeros_like(table)
    with glove.open(encoding="utf-8") as lines:
        for line in lines:
            word, *numbers = line.rstrip().rsplit(" ", table.shape[1])
            if word in known:
                vectors[known[word]] = torch.tensor([float(number) for number in numbers])
    table.data.copy_(vectors)


def usual_lengths(lessons: list[Lesson], count: int) -> tuple[float, ...]:
    """The anchors: centres of the events' lengths by k-means, shortest first."""
    lengths = np.array([[h.end - h.start] for lesson in lessons for h in lesson.happenings])
    # The published anchors were made with these very arguments.
    means = KMeans(count, random_state=13, init="random", n_init=1).fit(lengths)
    return tuple(sorted(float(centre) for centre in means.cluster_centers_[:, 0]))


def write(
    folder: Path,
    captioner: CaptioningNetwork,
    proposer: ProposalNetwork,
    vocabulary: Vocabulary,
    like: Path | None = None,
) -> None:
    """Writes the folder that `weights.opened` reads; what sees and hears comes from `like`."""
    folder.mkdir(parents=True, exist_ok=True)
    others = weights.read_about(like / weights.ABOUT) if like else None
    for name in (weights.RGB, weights.FLOW, weights.RAFT, weights.VGGISH):
        if like and (like / name).is_file():
            shutil.copyfile(like / name, folder / name)
    audio, video = proposer.sizes["audio"], proposer.sizes["video"]
    about = weights.About(
        audio.anchors,
        video.anchors,
        audio_stride=audio.stride,
        video_stride=video.stride,
        audio_steps=audio.steps,
        video_steps=video.steps,
        rgb_epsilon=others.rgb_epsilon if others else EPSILON,
        flow_epsilon=others.flow_epsilon if others else EPSILON,
    )
    save_file(captioner.state_dict(), folder / weights.CAPTIONS)
    save_file(proposer.state_dict(), folder / weights.PROPOSALS)
    (folder / weights.ABOUT).write_text(about.written(), encoding="utf-8")
    (folder / weights.WORDS).write_text(json.dumps(vocabulary.words), encoding="utf-8")


if __name__ == "__main__":
    main()
