"""Teaches the decoder to write, and the tuned tail to see what is worth writing."""

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from training.captioner.decoder import Decoder, Kept
from training.captioner.tuning import Lesson, Tagger
from training.captioner.wording import LONGEST, PAD, RARE, START, UNWRITTEN

_MEMORY_OF_WEIGHTS = 0.995
_RISE = 0.1
_SMOOTHING = 0.1
_TAGS_COUNT = 0.05
_HEAVY_HEAD = 0.05


@dataclass(frozen=True, slots=True)
class Course:
    """What is taught: a tagging lesson, and the captions of its photos in numbers.

    `captions` is (photos, captions of each, numbers), padded.
    """

    lesson: Lesson
    captions: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long and how fast: rates are the highest of a cosine, for the tail and the decoder.

    `captions` of each photo are taught in an epoch, drawn anew every time.
    """

    epochs: int = 8
    batch: int = 32
    captions: int = 5
    tail_rate: float = 1.0e-4
    decoder_rate: float = 6e-4
    seed: int = 0


class Describer(nn.Module):
    """The two parts that learn."""

    def __init__(self, tagger: Tagger, decoder: Decoder) -> None:
        super().__init__()
        self.tagger, self.decoder = tagger, decoder

    def forward(self, maps: Tensor, frozen: Tensor, numbers: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of the next words, and tag logits; numbers are (photos, captions, T)."""
        cells = self.tagger.tail(maps)
        scores = self.decoder(numbers.flatten(0, 1), self.decoder.memory(cells))
        return scores, self.tagger.tagged(cells, frozen)


class Writing:
    """One resumable run: a checkpoint after every epoch; running averages of the weights count."""

    def __init__(self, describer: Describer, course: Course, folder: Path, pace: Pace) -> None:
        self._course, self._folder, self._pace = course, folder, pace
        self._captions = course.captions.shape[1]
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.describer = describer.to(self._device)
        self.averaged = AveragedModel(
            self.describer,
            multi_avg_fn=get_ema_multi_avg_fn(_MEMORY_OF_WEIGHTS),  # type: ignore[no-untyped-call]
        )
        self._optimiser = _optimiser(describer, pace)
        self._highest = [group["lr"] for group in self._optimiser.param_groups]
        self.history: list[dict[str, float]] = []

    def run(self) -> Describer:
        """Teaches the epochs that are missing; the averaged network, in evaluation mode."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / "last.pt"
        if path.exists():
            self._restore(path)
        for epoch in range(len(self.history), self._pace.epochs):
            taught = self._teach(epoch)
            self.history.append({"taught_loss": taught, "held_loss": self.held_loss()})
            print(f"writing, epoch {epoch + 1}/{self._pace.epochs}: {self.history[-1]}", flush=True)
            self._keep(path)
        self.describer.load_state_dict(self.averaged.module.state_dict())
        return self.describer.eval()

    def _parts(self) -> dict[str, Any]:
        return {
            "describer": self.describer,
            "averaged": self.averaged,
            "optimiser": self._optimiser,
        }

    def _restore(self, path: Path) -> None:
        state = torch.load(path, weights_only=True, map_location=self._device)
        for name, part in self._parts().items():
            part.load_state_dict(state[name])
        self.history = state["history"]
        print(f"writing: resumed after epoch {len(self.history)}", flush=True)

    def _keep(self, path: Path) -> None:
        state = {name: part.state_dict() for name, part in self._parts().items()}
        partial = path.with_suffix(".partial")
        torch.save(state | {"history": self.history}, partial)
        partial.replace(path)

    def _teach(self, epoch: int) -> float:
        # Seeded anew, so that a run that was stopped goes on as one that was not.
        torch.manual_seed(self._pace.seed * 1000 + epoch)
        generator = np.random.default_rng([self._pace.seed, epoch])
        lesson, batch, started = self._course.lesson, self._pace.batch, time.monotonic()
        order = generator.permutation(lesson.taught)
        views = generator.integers(0, len(lesson.maps), len(order))
        drawn = generator.permuted(np.tile(np.arange(self._captions), (len(order), 1)), axis=1)
        losses: list[float] = []
        self.describer.train()
        for start in range(0, len(order) - batch + 1, batch):
            rows, seen = order[start : start + batch], views[start : start + batch]
            self._set_rates((epoch + start / len(order)) / self._pace.epochs)
            numbers = self._course.captions[rows[:, None], drawn[start : start + batch]]
            losses.append(self._step(rows, seen, numbers[:, : self._pace.captions]))
            if start // batch % 40 == 0:
                rate = (start + batch) / (time.monotonic() - started)
                said = f"{np.mean(losses[-40:]):.3f}, {rate:.0f} photos/s"
                print(f"  {start}/{len(order)}: {said}", flush=True)
        return float(np.mean(losses))

    def _set_rates(self, progress: float) -> None:
        """Up in a line, down in half a cosine; a run that goes on may be given other epochs."""
        fall = (1 + math.cos(math.pi * max(0.0, progress - _RISE) / (1 - _RISE))) / 2
        for group, highest in zip(self._optimiser.param_groups, self._highest, strict=True):
            group["lr"] = highest * min(fall, (progress + 1e-3) / _RISE)

    def _step(
        self, rows: NDArray[np.intp], views: NDArray[np.intp], numbers: NDArray[np.int64]
    ) -> float:
        scores, tags, after = self._looked(self.describer, rows, views, numbers)
        loss = _of_words(scores, after, _SMOOTHING)
        targets = torch.from_numpy(self._course.lesson.targets[rows]).to(self._device)
        each = functional.binary_cross_entropy_with_logits(tags, targets, reduction="none")
        penalty = _HEAVY_HEAD * self.describer.tagger.head.weight.square().sum()
        whole = loss + _TAGS_COUNT * (each.sum(1).mean() + penalty)
        self._optimiser.zero_grad()
        whole.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.describer.parameters(), 1.0)
        self._optimiser.step()
        self.averaged.update_parameters(self.describer)
        return loss.item()

    def _looked(
        self,
        describer: nn.Module,
        rows: NDArray[np.intp],
        views: NDArray[np.intp],
        numbers: NDArray[np.int64],
    ) -> tuple[Tensor, Tensor, Tensor]:
        lesson = self._course.lesson
        maps = np.stack([lesson.maps[v][r] for r, v in zip(rows, views, strict=True)])
        frozen = np.stack([lesson.frozen[v][r] for r, v in zip(rows, views, strict=True)])
        numbers = numbers[:, :, : (numbers != PAD).any((0, 1)).sum()]
        inputs = (torch.from_numpy(a).to(self._device) for a in (maps, frozen, numbers[:, :, :-1]))
        with torch.autocast(self._device.type, torch.bfloat16):
            scores, tags = describer(*inputs)
        after = torch.from_numpy(numbers[:, :, 1:]).to(self._device).flatten(0, 1)
        return scores.float(), tags.float(), after

    @torch.inference_mode()
    def held_loss(self) -> float:
        """Cross-entropy of the averaged network for a held word, plain view."""
        self.averaged.eval()
        held = self._course.lesson.held
        losses = []
        for rows in np.array_split(held, max(1, len(held) // 50)):
            numbers = self._course.captions[rows]
            scores, _, after = self._looked(self.averaged, rows, np.zeros_like(rows), numbers)
            losses.append(_of_words(scores, after, 0.0).item())
        return float(np.mean(losses))


def _optimiser(describer: Describer, pace: Pace) -> torch.optim.Optimizer:
    tagger, decoder = describer.tagger, list(describer.decoder.parameters())
    return torch.optim.AdamW(
        [
            {"params": tagger.tail.parameters(), "lr": pace.tail_rate, "weight_decay": 1e-2},
            {"params": tagger.head.parameters(), "lr": pace.tail_rate, "weight_decay": 0.0},
            {
                "params": [p for p in decoder if p.dim() > 1],
                "lr": pace.decoder_rate,
                "weight_decay": 0.05,
            },
            {
                "params": [p for p in decoder if p.dim() == 1],
                "lr": pace.decoder_rate,
                "weight_decay": 0.0,
            },
        ]
    )


def _of_words(scores: Tensor, after: Tensor, smoothing: float) -> Tensor:
    # Rare words are read, but never to be written: they are no aim.
    aims = torch.where(after == RARE, PAD, after)
    return functional.cross_entropy(
        scores.flatten(0, 1), aims.flatten(), ignore_index=PAD, label_smoothing=smoothing
    )


@torch.inference_mode()
def written(describer: Describer, maps: NDArray[np.float16]) -> NDArray[np.int64]:
    """The likeliest next word, again and again: (photos, longest), with END and what follows."""
    device, decoder = next(describer.parameters()).device, describer.decoder
    lines: list[Tensor] = []
    for chunk in torch.split(torch.from_numpy(np.asarray(maps)), 100):
        with torch.autocast(device.type, torch.bfloat16):
            seen = decoder.kept(decoder.memory(describer.tagger.tail(chunk.to(device))))
            line = torch.full((len(chunk), 1), START, device=device)
            past: list[Kept] = []
            for _ in range(LONGEST):
                scores, past = decoder.step(line[:, -1:], past, seen)
                scores[:, list(UNWRITTEN)] = -torch.inf
                line = torch.cat([line, scores.argmax(1, keepdim=True)], dim=1)
        lines.append(line[:, 1:])
    return torch.cat(lines).cpu().numpy()
