"""Teaches the feeling branch: `python -m training.mood.feeling --data DIR`.

Writes `models/mood/feeling.safetensors`: MiniLM's last layers, fine-tuned on three lessons at a
time. A checkpoint is kept after every epoch under `build/mood`, and a second run goes on from it.
"""

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from services.mood.backends.weights import FEELING, installed_folder, verified_weights
from training.mood.branch import Branch
from training.mood.checkpoints import Checkpoint, finished
from training.mood.fitting import correlation
from training.mood.material import SEED, Material, Texts, batches, gathered, learnable
from training.mood.measuring import macro_f1, mean_area
from training.mood.options import data_option
from training.mood.shipping import ship

VERSION = "1"
WARMING_SHARE = 0.06
DECAY = 0.01
HEAD_RATE = 10.0
"""The heads begin at random, so they learn so many times faster than the layers."""
CLIPPED_NORM = 1.0
F1_CUT = 0.3
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


def learned(data: Path, plan: Plan) -> Branch:
    """Trains, or goes on training, and prints how well the held-out rows are told."""
    torch.manual_seed(SEED)
    branch = Branch(plan.first)
    if finished(plan.name, branch, plan.epochs):
        return branch.eval()
    material = gathered(data, plan.first)
    branch.start(verified_weights(installed_folder() / "model.safetensors"))
    texts = learnable(material, plan.share)
    batches_each = len(list(batches(material.lengths, texts, SEED)))
    optimizer, schedule = _optimizer(branch, plan, batches_each)
    checkpoint = Checkpoint(plan.name, branch, optimizer, schedule)
    for epoch in range(checkpoint.resumed(), plan.epochs):
        torch.manual_seed(SEED + epoch)  # so that a resumed run drops out what an unbroken one does
        order = batches(material.lengths, texts, SEED + epoch)
        _epoch(branch, material, order, optimizer, schedule)
        told = ", ".join(f"{name} {value:.3f}" for name, value in held(branch, material).items())
        print(f"{plan.name}, epoch {epoch + 1} of {plan.epochs}: {told}", flush=True)
        checkpoint.keep(epoch + 1)
    return branch.eval()


def held(branch: Branch, material: Material) -> dict[str, float]:
    """How well the branch's own heads tell the rows held out."""
    branch.eval()
    said = {}
    for name, lesson in material.lessons.items():
        texts = material.of(name, lesson.held)
        parts = {row: i for i, row in enumerate(texts.tolist())}
        table = np.zeros((len(texts), lesson.targets.shape[1]), dtype=np.float32)
        for batch in batches(material.lengths, texts, SEED):
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
    ship(branch.layers(), path, facts)
    print(f"wrote {path.name} ({path.stat().st_size / 1e6:.1f} MB)", flush=True)


def _epoch(
    branch: Branch,
    material: Material,
    order: Iterator[Texts],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
) -> None:
    branch.train()
    recent, began = 0.0, time.monotonic()
    for number, texts in enumerate(order, start=1):
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
