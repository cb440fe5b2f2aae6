"""Fine-tunes a copy of the last blocks on Flickr8k's words, on stored feature maps."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.captioner.backbone import EMBEDDING, Published, stack
from training.captioner.features import TAIL_LAST, TRUNK_LAST

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the tail learns from.

    `maps[v]` holds view v's trunk outputs, (photos, 96, 12, 12); `frozen[v]` the published tail's
    embeddings, (photos, 1280). `targets` is (photos, words) in [0, 1]; the first `tags` words are
    the lexicon's, the others only help the tail to learn. `taught` and `held` are photo indices.
    """

    maps: list[NDArray[np.float16]]
    frozen: list[NDArray[np.float32]]
    targets: NDArray[np.float32]
    tags: int
    taught: NDArray[np.intp]
    held: NDArray[np.intp]


class Tagger(nn.Module):
    """The tuned tail, and one linear head over the frozen and the tuned embedding."""

    def __init__(self, published: Published, rates: Tensor) -> None:
        super().__init__()
        self.tail = stack(published, TRUNK_LAST + 1, TAIL_LAST)
        self.head = nn.Linear(2 * EMBEDDING, len(rates))
        nn.init.zeros_(self.head.weight)
        self.head.bias.data = torch.logit(rates.clamp(1e-4, 1 - 1e-4))
        self.mean = nn.Buffer(torch.zeros(EMBEDDING))
        self.spread = nn.Buffer(torch.ones(EMBEDDING))

    def joined(self, maps: Tensor, frozen: Tensor) -> Tensor:
        """Both embeddings, each standardised with the frozen one's statistics: (N, 2560)."""
        return self._together(self.tail(maps), frozen)

    def _together(self, cells: Tensor, frozen: Tensor) -> Tensor:
        tuned = cells.mean((2, 3))
        return torch.cat([(e - self.mean) / self.spread for e in (frozen, tuned)], dim=1)

    def forward(self, maps: Tensor, frozen: Tensor) -> Tensor:
        """Word logits, (N, words)."""
        return self.tagged(self.tail(maps), frozen)

    def tagged(self, cells: Tensor, frozen: Tensor) -> Tensor:
        """Word logits, (N, words), from what the tuned tail saw, (N, 1280, 6, 6)."""
        joined = functional.dropout(self._together(cells, frozen), 0.3, self.training)
        logits: Tensor = self.head(joined)
        return logits


class Tuning:
    """One resumable run: a checkpoint after every epoch, the best epoch kept by held-out loss."""

    def __init__(
        self, published: Published, lesson: Lesson, folder: Path, epochs: int, seed: int
    ) -> None:
        torch.manual_seed(seed)
        self._lesson, self._folder, self._epochs, self._seed = lesson, folder, epochs, seed
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        targets = torch.from_numpy(lesson.targets)
        self.tagger = Tagger(published, targets[lesson.taught].mean(0))
        plain = torch.from_numpy(lesson.frozen[0][lesson.taught])
        self.tagger.mean.copy_(plain.mean(0))
        self.tagger.spread.copy_(plain.std(0) + 0.05)
        self.tagger.to(self._device)
        self._optimiser = torch.optim.AdamW(
            [
                {"params": self.tagger.tail.parameters(), "lr": 1.2e-4, "weight_decay": 1e-2},
                {"params": self.tagger.head.parameters(), "lr": 1e-3, "weight_decay": 0.0},
            ]
        )
        steps = epochs * (len(lesson.taught) // _BATCH)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, max_lr=[1.2e-4, 1e-3], total_steps=steps, pct_start=0.15
        )
        self.history: list[dict[str, float]] = []

    def run(self) -> Tagger:
        """Trains the epochs that are missing and returns the best tagger, in evaluation mode."""
        folder, last = self._folder, self._folder / "last.pt"
        folder.mkdir(parents=True, exist_ok=True)
        if last.exists():
            self._restore(last)
        for epoch in range(len(self.history), self._epochs):
            taught = self._teach(epoch)
            self.history.append({"taught_loss": taught, **self.measured()})
            print(f"epoch {epoch + 1}/{self._epochs}: {self.history[-1]}", flush=True)
            self._keep(last)
        best = torch.load(folder / "best.pt", weights_only=True, map_location=self._device)
        self.tagger.load_state_dict(best)
        return self.tagger.eval()

    def _restore(self, path: Path) -> None:
        state = torch.load(path, weights_only=True, map_location=self._device)
        self.tagger.load_state_dict(state["tagger"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._schedule.load_state_dict(state["schedule"])
        self.history = state["history"]
        print(f"resumed after epoch {len(self.history)}")

    def _keep(self, path: Path) -> None:
        best = min(range(len(self.history)), key=lambda e: self.history[e]["held_loss"])
        if best == len(self.history) - 1:
            torch.save(self.tagger.state_dict(), self._folder / "best.pt")
        state = {
            "tagger": self.tagger.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "schedule": self._schedule.state_dict(),
            "history": self.history,
        }
        torch.save(state, path)

    def _teach(self, epoch: int) -> float:
        lesson, started = self._lesson, time.monotonic()
        generator = np.random.default_rng([self._seed, epoch])
        order = generator.permutation(lesson.taught)
        views = generator.integers(0, len(lesson.maps), len(order))
        losses: list[float] = []
        self.tagger.train()
        for start in range(0, len(order) - _BATCH + 1, _BATCH):
            rows, seen = order[start : start + _BATCH], views[start : start + _BATCH]
            loss = self._loss(rows, seen)
            penalty = 0.05 * self.tagger.head.weight.square().sum()
            self._optimiser.zero_grad()
            (loss + penalty).backward()  # type: ignore[no-untyped-call]
            self._optimiser.step()
            self._schedule.step()
            losses.append(loss.item())
            if start // _BATCH % 20 == 0:
                rate = (start + _BATCH) / (time.monotonic() - started)
                print(
                    f"  {start}/{len(order)} {np.mean(losses):.3f} {rate:.0f} photos/s", flush=True
                )
        return float(np.mean(losses))

    def _loss(self, rows: NDArray[np.intp], views: NDArray[np.intp]) -> Tensor:
        lesson = self._lesson
        maps = np.stack([lesson.maps[v][r] for r, v in zip(rows, views, strict=True)])
        frozen = np.stack([lesson.frozen[v][r] for r, v in zip(rows, views, strict=True)])
        seen = (torch.from_numpy(maps.astype(np.float32)), torch.from_numpy(frozen))
        logits = self.tagger(*(each.to(self._device) for each in seen))
        targets = torch.from_numpy(lesson.targets[rows]).to(self._device)
        each = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
        weights = torch.ones(each.shape[1], device=self._device)
        weights[lesson.tags :] = 0.5
        return (each * weights).sum(1).mean()

    def measured(self) -> dict[str, float]:
        """Loss over the tags, on held-out photos."""
        logits = torch.from_numpy(held_logits(self.tagger, self._lesson))
        truth = torch.from_numpy(self._lesson.targets[self._lesson.held][:, : self._lesson.tags])
        each = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none")
        return {"held_loss": float(each.sum(1).mean())}


def held_logits(tagger: Tagger, lesson: Lesson) -> NDArray[np.float32]:
    """Tag logits of the held-out photos, plain view: (held, tags)."""
    tagger.eval()
    device = tagger.head.weight.device
    rows: list[NDArray[np.float32]] = []
    with torch.inference_mode():
        for chunk in np.array_split(lesson.held, max(1, len(lesson.held) // 128)):
            maps = torch.from_numpy(lesson.maps[0][chunk].astype(np.float32)).to(device)
            frozen = torch.from_numpy(lesson.frozen[0][chunk]).to(device)
            rows.append(tagger(maps, frozen).cpu().numpy())
    return np.concatenate(rows)[:, : lesson.tags]
