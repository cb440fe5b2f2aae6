"""Teaches the feeling branch: `python -m training.mood.feeling --data DIR`.

Writes `models/mood/feeling.safetensors`: MiniLM's last layers, fine-tuned on three lessons at a
time. A checkpoint is kept after every epoch under `build/mood`, and a second run goes on from it.
"""

import argparse
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from torch import Tensor
from torch.nn import functional

from services.mood.backends.weights import FEELING, installed_folder, verified_weights
from training.mood import lessons
from training.mood.branch import Branch
from training.mood.fitting import correlation
from training.mood.measuring import macro_f1, mean_area
from training.mood.options import data_option
from training.mood.states import CACHE, States, padded, states

VERSION = "1"
BATCH_TOKENS = 1024
SORTED_BATCHES = 40
"""So many batches are cut from one stretch of shuffled texts sorted by length: little padding."""
WARMING_SHARE = 0.06
DECAY = 0.01
HEAD_RATE = 10.0
"""The heads begin at random, so they learn so many times faster than the layers."""
CLIPPED_NORM = 1.0
AFFECT_SPREAD = (0.175, 0.131, 0.105)
"""The standard deviations of EmoBank's ratings in its training half, on [-1, 1]."""
F1_CUT = 0.3
SEED = 11
PROGRESS_EVERY = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What is chosen on held-out rows: the first layer copied, the epochs, the peak rate."""

    first: int = 3
    epochs: int = 2
    rate: float = 1.5e-4
    share: float = 1.0

    @property
    def name(self) -> str:
        """A name for its checkpoint."""
        return f"branch-{self.first}-{self.epochs}-{self.rate:g}-{self.share:g}"


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The lessons and their texts' states; text i is row `rows[i]` of lesson `names[i]`."""

    states: Mapping[str, States]
    lessons: Mapping[str, lessons.Lesson]
    names: npt.NDArray[np.str_]
    rows: npt.NDArray[np.int64]

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many tokens each text has."""
        return np.concatenate([self.states[name].lengths for name in self.lessons])

    def batch(self, texts: npt.NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """The states of texts, padded, and their mask."""
        return padded([self.states[self.names[text]].of(self.rows[text]) for text in texts])

    def of(self, name: str, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Where some rows of a lesson stand among all texts."""
        return np.flatnonzero(self.names == name)[rows]

    def loss(self, said: Mapping[str, Tensor], texts: npt.NDArray[np.int64]) -> Tensor:
        """The sum over a text's outputs of its own lesson, as a mean over texts."""
        total = torch.zeros(())
        for name, lesson in self.lessons.items():
            places = np.flatnonzero(self.names[texts] == name)
            if len(places):
                targets = torch.from_numpy(lesson.targets[self.rows[texts[places]]])
                total = total + _lesson_loss(name, said[name][torch.from_numpy(places)], targets)
        return total / len(texts)


def learned(data: Path, plan: Plan) -> Branch:
    """Trains, or goes on training, and prints how well the held-out rows are told."""
    torch.manual_seed(SEED)
    branch = Branch(plan.first)
    if _finished(plan, branch):
        return branch.eval()
    material = _material(data, plan)
    branch.start(verified_weights(installed_folder() / "model.safetensors"))
    texts = _learnable(material, plan.share)
    batches_each = len(list(_batches(material.lengths, texts, SEED)))
    optimizer, schedule = _optimizer(branch, plan, batches_each)
    done = _resumed(plan, branch, optimizer, schedule)
    for epoch in range(done, plan.epochs):
        torch.manual_seed(SEED + epoch)  # so that a resumed run drops out what an unbroken one does
        _epoch(
            branch, material, _batches(material.lengths, texts, SEED + epoch), optimizer, schedule
        )
        told = ", ".join(f"{name} {value:.3f}" for name, value in held(branch, material).items())
        print(f"{plan.name}, epoch {epoch + 1} of {plan.epochs}: {told}", flush=True)
        _keep(plan, branch, optimizer, schedule, epoch + 1)
    return branch.eval()


def held(branch: Branch, material: Material) -> dict[str, float]:
    """How well the branch's own heads tell the rows held out."""
    branch.eval()
    said = {}
    for name, lesson in material.lessons.items():
        texts = material.of(name, lesson.held)
        parts = {row: i for i, row in enumerate(texts.tolist())}
        table = np.zeros((len(texts), lesson.targets.shape[1]), dtype=np.float32)
        for batch in _batches(material.lengths, texts, SEED):
            with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
                out = branch(*material.batch(batch))[name].float().numpy()
            table[[parts[row] for row in batch.tolist()]] = out
        said[name] = table
    emotions, affect = material.lessons["emotions"], material.lessons["affect"]
    chances = 1.0 / (1.0 + np.exp(-said["emotions"]))
    truth = affect.targets[affect.held]
    return {
        "valence": correlation(said["affect"][:, 0], truth[:, 0]),
        "arousal": correlation(said["affect"][:, 1], truth[:, 1]),
        "dominance": correlation(said["affect"][:, 2], truth[:, 2]),
        "area": mean_area(chances, emotions.targets[emotions.held]),
        "f1": macro_f1(chances, emotions.targets[emotions.held], F1_CUT),
    }


def write(branch: Branch, plan: Plan, path: Path = FEELING) -> None:
    """Writes the layers as the service reads them, in half precision."""
    facts = {"first_layer": str(plan.first), "version": VERSION}
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(branch.layers(), path, metadata=facts)
    print(f"wrote {path.name} ({path.stat().st_size / 1e6:.1f} MB)", flush=True)


def _material(data: Path, plan: Plan) -> Material:
    taught = lessons.lessons(data)
    made = {name: states(lesson.texts, plan.first) for name, lesson in taught.items()}
    names = np.concatenate([[name] * len(lesson.texts) for name, lesson in taught.items()])
    rows = np.concatenate([np.arange(len(lesson.texts)) for lesson in taught.values()])
    return Material(made, taught, names, rows)


def _learnable(material: Material, share: float) -> npt.NDArray[np.int64]:
    """The texts of one epoch, those of small lessons more than once."""
    parts = []
    for name, lesson in material.lessons.items():
        texts = material.of(name, lesson.learn)
        chosen = np.random.default_rng(SEED).permutation(texts)[: int(share * len(texts))]
        parts += [chosen] * lessons.REPEATS[name]
    return np.concatenate(parts)


def _batches(
    lengths: npt.NDArray[np.int64], texts: npt.NDArray[np.int64], seed: int
) -> Iterator[npt.NDArray[np.int64]]:
    """Shuffled batches of texts of like length, each within `BATCH_TOKENS` with its padding."""
    random = np.random.default_rng(seed)
    shuffled = random.permutation(texts)
    stretch = max(1, round(SORTED_BATCHES * BATCH_TOKENS / lengths[texts].mean()))
    found: list[npt.NDArray[np.int64]] = []
    for start in range(0, len(shuffled), stretch):
        part = shuffled[start : start + stretch]
        part = part[np.argsort(lengths[part], kind="stable")]
        first = 0
        for place in range(1, len(part) + 1):
            full = place < len(part) and (lengths[part[place]] * (place + 1 - first) > BATCH_TOKENS)
            if full or place == len(part):
                found.append(part[first:place])
                first = place
    for place in random.permutation(len(found)):
        yield found[place]


def _epoch(
    branch: Branch,
    material: Material,
    batches: Iterator[npt.NDArray[np.int64]],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    branch.train()
    recent, began = 0.0, time.monotonic()
    for number, texts in enumerate(batches, start=1):
        with torch.autocast("cpu", torch.bfloat16):
            said = branch(*material.batch(texts))
        loss = material.loss({name: out.float() for name, out in said.items()}, texts)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(branch.parameters(), CLIPPED_NORM)
        optimizer.step()
        schedule.step()
        recent += loss.item()
        if number % PROGRESS_EVERY == 0:
            pace = (time.monotonic() - began) / number
            print(f"step {number}: loss {recent / PROGRESS_EVERY:.3f}, {pace:.2f} s", flush=True)
            recent = 0.0


def _optimizer(
    branch: Branch, plan: Plan, batches_each: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    """AdamW with a short warming up and a straight way down to nothing."""
    groups = [
        {"params": list(branch.encoder.parameters()), "lr": plan.rate},
        {"params": list(branch.heads.parameters()), "lr": HEAD_RATE * plan.rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=DECAY)
    steps = batches_each * plan.epochs * 1.02
    warm = WARMING_SHARE * steps

    def pace(step: int) -> float:
        return min((step + 1) / warm, max(0.0, (steps - step) / (steps - warm)))

    return optimizer, torch.optim.lr_scheduler.LambdaLR(optimizer, pace)


def _finished(plan: Plan, branch: Branch) -> bool:
    """Whether all epochs are done; if so the branch is as the last one left it."""
    path = CACHE / f"{plan.name}.pt"
    if not path.exists():
        return False
    kept = torch.load(path, weights_only=True)
    if kept["epochs"] < plan.epochs:
        return False
    branch.load_state_dict(kept["branch"])
    print(f"{plan.name}: finished before", flush=True)
    return True


def _resumed(
    plan: Plan,
    branch: Branch,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> int:
    path = CACHE / f"{plan.name}.pt"
    if not path.exists():
        return 0
    kept = torch.load(path, weights_only=True)
    branch.load_state_dict(kept["branch"])
    optimizer.load_state_dict(kept["optimizer"])
    schedule.load_state_dict(kept["schedule"])
    print(f"{plan.name}: going on after epoch {kept['epochs']}", flush=True)
    return int(kept["epochs"])


def _keep(
    plan: Plan,
    branch: Branch,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    epochs: int,
) -> None:
    kept = {
        "branch": branch.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": schedule.state_dict(),
        "epochs": epochs,
    }
    part = CACHE / f"{plan.name}.part"
    torch.save(kept, part)
    part.rename(CACHE / f"{plan.name}.pt")


def _lesson_loss(name: str, said: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy for chances; for affect the square error in units of EmoBank's spread."""
    if name != "affect":
        return functional.binary_cross_entropy_with_logits(said, targets, reduction="sum")
    return ((said - targets) / torch.tensor(AFFECT_SPREAD)).square().sum()


def main() -> None:
    """Trains with the chosen plan, or with one from the command line, and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    data_option(parser)
    for name, default in (("first", Plan().first), ("epochs", Plan().epochs)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--rate", type=float, default=Plan().rate)
    parser.add_argument("--share", type=float, default=1.0, help="of the texts, for trials")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    plan = Plan(given.first, given.epochs, given.rate, given.share)
    branch = learned(given.data, plan)
    if plan.share == 1.0:
        write(branch, plan)


if __name__ == "__main__":
    main()
