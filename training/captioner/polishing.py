"""Lets the decoder practise: what it writes becomes likelier where people would have written so.

It writes several sentences about a photo, and each is encouraged as far as its reward is above
that of the others. Sources: Rennie et al., "Self-Critical Sequence Training for Image Captioning",
CVPR 2017; Luo, "A Better Variant of Self-Critical Sequence Training", 2020 (others as baseline).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.captioner.decoder import Decoder, Kept
from training.captioner.rewards import Reward
from training.captioner.wording import END, LONGEST, PAD, RARE, START, Wording
from training.captioner.writing import Course, Describer, written


@dataclass(frozen=True, slots=True)
class Practice:
    """How long and how fast: epochs, photos at a time, sentences about each, and the rate."""

    epochs: int = 4
    batch: int = 32
    sentences: int = 5
    rate: float = 3e-5
    seed: int = 0


class Polishing:
    """One resumable run on a taught describer, whose tail stays as it is.

    The epoch whose sentences about held photos are rewarded most is kept.
    """

    def __init__(
        self,
        describer: Describer,
        course: Course,
        captions: Sequence[Sequence[str]],
        wording: Wording,
        folder: Path,
        practice: Practice,
    ) -> None:
        self._describer, self._course, self._wording = describer.eval(), course, wording
        self._folder, self._practice = folder, practice
        self._reward, self._captions = Reward([captions[r] for r in course.lesson.taught]), captions
        self._device = next(describer.parameters()).device
        self._optimiser = torch.optim.AdamW(
            describer.decoder.parameters(), lr=practice.rate, betas=(0.9, 0.98), weight_decay=0.0
        )
        self.history: list[dict[str, float]] = []

    def run(self) -> Describer:
        """Practises the epochs that are missing; the best describer."""
        self._folder.mkdir(parents=True, exist_ok=True)
        last, best = self._folder / "last.pt", self._folder / "best.pt"
        if last.exists():
            self._restore(last)
        else:
            self.history = [{"reward": 0.0, "held_reward": self.held_reward()}]
            torch.save(self._describer.decoder.state_dict(), best)
        for epoch in range(len(self.history), self._practice.epochs + 1):
            earned = self._practise(epoch)
            held = self.held_reward()
            if held > max(past["held_reward"] for past in self.history):
                torch.save(self._describer.decoder.state_dict(), best)
            self.history.append({"reward": earned, "held_reward": held})
            print(f"polishing, epoch {epoch}: {self.history[-1]}", flush=True)
            self._keep(last)
        self._describer.decoder.load_state_dict(torch.load(best, weights_only=True))
        return self._describer

    def _restore(self, path: Path) -> None:
        state = torch.load(path, weights_only=True, map_location=self._device)
        self._describer.decoder.load_state_dict(state["decoder"])
        self._optimiser.load_state_dict(state["optimiser"])
        self.history = state["history"]

    def _keep(self, path: Path) -> None:
        state = {
            "decoder": self._describer.decoder.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "history": self.history,
        }
        partial = path.with_suffix(".partial")
        torch.save(state, partial)
        partial.replace(path)

    def _practise(self, epoch: int) -> float:
        torch.manual_seed(self._practice.seed * 1000 + 500 + epoch)
        generator = np.random.default_rng([self._practice.seed, 500, epoch])
        lesson, batch, started = self._course.lesson, self._practice.batch, time.monotonic()
        order = generator.permutation(len(lesson.taught))
        views = generator.integers(0, len(lesson.maps), len(order))
        earned: list[float] = []
        for start in range(0, len(order) - batch + 1, batch):
            photos, seen = order[start : start + batch], views[start : start + batch]
            rows = lesson.taught[photos]
            maps = np.stack([lesson.maps[v][r] for r, v in zip(rows, seen, strict=True)])
            earned.append(self._step(photos, torch.from_numpy(maps).to(self._device)))
            if start // batch % 20 == 0:
                rate = (start + batch) / (time.monotonic() - started)
                said = f"{np.mean(earned[-20:]):.3f}, {rate:.0f} photos/s"
                print(f"  {start}/{len(order)}: {said}", flush=True)
        return float(np.mean(earned))

    def _step(self, photos: NDArray[np.intp], maps: Tensor) -> float:
        count, decoder = self._practice.sentences, self._describer.decoder
        with torch.no_grad(), torch.autocast(self._device.type, torch.bfloat16):
            cells = self._describer.tagger.tail(maps)
            lines = sampled(decoder, decoder.memory(cells), count)
        rewards = self._rewards(photos, lines.cpu().numpy())
        others = (rewards.sum(1, keepdims=True) - rewards) / (count - 1)
        better = torch.from_numpy(rewards - others).flatten().to(self._device)
        with torch.autocast(self._device.type, torch.bfloat16):
            scores = decoder(lines[:, :-1], decoder.memory(cells))
        scores = scores.float()
        scores[:, :, [PAD, START, RARE]] = -1e9
        after = lines[:, 1:]
        each = functional.cross_entropy(
            scores.flatten(0, 1), after.flatten(), ignore_index=PAD, reduction="none"
        ).view_as(after)
        loss = (each.sum(1) * better).sum() / (after != PAD).sum()
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(decoder.parameters(), 0.5)
        self._optimiser.step()
        return float(rewards.mean())

    def _rewards(self, photos: NDArray[np.intp], lines: NDArray[np.int64]) -> NDArray[np.float32]:
        count = self._practice.sentences
        earned = [
            self._reward.of(int(photos[place // count]), words, ended)
            for place, (words, ended) in enumerate(self._read(line) for line in lines)
        ]
        return np.array(earned, dtype=np.float32).reshape(-1, count)

    def _read(self, line: NDArray[np.int64]) -> tuple[list[str], bool]:
        numbers = [int(number) for number in line[1:] if number != PAD]
        ended = END in numbers
        return [self._wording.words[n] for n in numbers if n != END], ended

    def held_reward(self) -> float:
        """Mean reward of the likeliest sentences about held photos, in their plain view."""
        held = self._course.lesson.held
        lines = written(self._describer, self._course.lesson.maps[0][held])
        reward = Reward([self._captions[row] for row in held])
        said = [self._wording.sentence(line).split() for line in lines]
        return float(np.mean([reward.of(place, words) for place, words in enumerate(said)]))


@torch.no_grad()
def sampled(decoder: Decoder, memory: Tensor, count: int) -> Tensor:
    """Sentences drawn as likely as the decoder finds them: (photos × count, T), START to PAD."""
    kept = decoder.kept(memory)
    line = torch.full((len(memory) * count, 1), START, device=memory.device)
    ended = torch.zeros(len(line), dtype=torch.bool, device=memory.device)
    past: list[Kept] = []
    for _ in range(LONGEST):
        scores, past = decoder.step(line[:, -1:], past, kept)
        scores = scores.float()
        scores[:, [PAD, START, RARE]] = -torch.inf
        drawn = torch.multinomial(scores.softmax(1), 1)
        drawn[ended] = PAD
        line = torch.cat([line, drawn], dim=1)
        ended |= drawn[:, 0] == END
        if ended.all():
            break
    return line
