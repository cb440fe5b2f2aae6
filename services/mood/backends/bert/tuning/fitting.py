"""Learning: epochs of steps, each kept now and then, until nothing more is gained."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from services.mood.backends.bert.classifier import BATCH_TOKENS, grouped
from services.mood.backends.bert.tuning import measures
from services.mood.backends.bert.tuning.keeping import Course, Keeper, State, Tensors
from services.mood.backends.bert.tuning.optimiser import Optimiser
from services.mood.backends.bert.tuning.plan import Plan, rate_at, steps_per_epoch
from services.mood.domain import Vectors

Truth = npt.NDArray[np.bool_]

_ALIKE = 32
"""Batches within which texts are sorted by length, so that little is padding."""


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Texts as tokens, what is true of them, and which to learn from and to choose by.

    `weights` (labels,) tell how much a true label counts against a false one.
    """

    tokens: Sequence[Sequence[int]]
    truth: Truth
    learn: npt.NDArray[np.intp]
    choose: npt.NDArray[np.intp]
    weights: npt.NDArray[np.float32]
    padding: int


class Watcher(Protocol):
    """Whoever is told how a training goes."""

    def stepped(self, course: Course, steps: int, loss: float) -> None:
        """One of the `steps` of the epoch is done; `loss` is the epoch's mean so far."""
        ...

    def finished_epoch(self, course: Course) -> None:
        """An epoch is done, and measured: the last entry of the history."""
        ...


class Fitting:
    """A network that learns its lessons, from where its keeper left off."""

    def __init__(
        self, network: Any, lessons: Lessons, plan: Plan, keeper: Keeper, watcher: Watcher
    ) -> None:
        self.network = network
        self.lessons = lessons
        self._plan = plan
        self._keeper = keeper
        self._watcher = watcher
        self.device: torch.device = next(network.parameters()).device
        self._optimiser = Optimiser(network, plan.decay)
        self._steps = steps_per_epoch(len(lessons.learn), plan)
        self._weights = torch.from_numpy(lessons.weights).to(self.device)
        self._best: Tensors = {}
        self.course = Course()

    def run(self, keep_seconds: float) -> Course:
        """Learns to the end, keeping the state after every epoch and every so many seconds.

        The network then has the weights of the best epoch.
        """
        torch.manual_seed(self._plan.seed)
        if (state := self._keeper.load(self.device)) is not None:
            self._take_up(state)
        while not self.course.ended:
            self._epoch(keep_seconds)
        self.network.load_state_dict(self._best)
        return self.course

    @torch.inference_mode()
    def logits(self, rows: npt.NDArray[np.intp]) -> Vectors:
        """The network's logits for texts by their rows, shape (rows, labels)."""
        self.network.eval()
        found = np.zeros((len(rows), self.lessons.truth.shape[1]), dtype=np.float32)
        lengths = [len(self.lessons.tokens[row]) for row in rows]
        for places in grouped(lengths, BATCH_TOKENS):
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self._is_cuda):
                answer = self.network(**self._inputs(rows[places])).logits
            found[places] = answer.float().cpu().numpy()
        return found

    @property
    def _is_cuda(self) -> bool:
        return self.device.type == "cuda"

    def _epoch(self, keep_seconds: float) -> None:
        course, began = self.course, time.monotonic()
        kept = began
        self.network.train()
        for batches in list(self._batches(course.epoch))[course.step :]:
            loss = self._step(batches)
            total, count = course.losses
            course.losses = (total + loss, count + 1)
            course.step += 1
            now = time.monotonic()
            if now - kept >= keep_seconds and course.step < self._steps:
                course.seconds += now - began
                began = kept = now
                self._keep()
            self._watcher.stepped(course, self._steps, course.losses[0] / course.losses[1])
        course.seconds += time.monotonic() - began
        self._measure()
        self._keep()
        self._watcher.finished_epoch(course)

    def _batches(self, epoch: int) -> Iterator[list[npt.NDArray[np.intp]]]:
        """The batches of each step of an epoch; the same whenever they are asked for."""
        generator = np.random.default_rng([self._plan.seed, epoch])
        order = generator.permutation(self.lessons.learn)
        size, parts = self._plan.batch, []
        for start in range(0, len(order), size * _ALIKE):
            some = order[start : start + size * _ALIKE]
            lengths = [len(self.lessons.tokens[row]) for row in some]
            some = some[np.argsort(lengths, kind="stable")]
            parts += [some[at : at + size] for at in range(0, len(some), size)]
        generator.shuffle(parts)
        for start in range(0, len(parts), self._plan.accumulate):
            yield parts[start : start + self._plan.accumulate]

    def _step(self, batches: Sequence[npt.NDArray[np.intp]]) -> float:
        texts = sum(map(len, batches))
        whole = 0.0
        for rows in batches:
            truth = torch.from_numpy(self.lessons.truth[rows].astype(np.float32)).to(self.device)
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self._is_cuda):
                answer = self.network(**self._inputs(rows)).logits
            each = binary_cross_entropy_with_logits(
                answer.float(), truth, pos_weight=self._weights, reduction="none"
            )
            loss = each.mean(1).sum() / texts
            loss.backward()  # type: ignore[no-untyped-call]
            whole += float(loss.detach())
        number = self.course.epoch * self._steps + self.course.step
        self._optimiser.step(rate_at(number, self._steps, self._plan))
        return whole

    def _inputs(self, rows: npt.NDArray[np.intp]) -> dict[str, torch.Tensor]:
        own = [self.lessons.tokens[row] for row in rows]
        width = max(map(len, own))
        ids = np.full((len(own), width), self.lessons.padding, dtype=np.int64)
        mask = np.zeros((len(own), width), dtype=np.int64)
        for place, tokens in enumerate(own):
            ids[place, : len(tokens)] = tokens
            mask[place, : len(tokens)] = 1
        arrays = {"input_ids": ids, "attention_mask": mask}
        return {name: torch.from_numpy(each).to(self.device) for name, each in arrays.items()}

    def _measure(self) -> None:
        """Measures the epoch, remembers the network if it is the best, and says when to end."""
        course, truth = self.course, self.lessons.truth[self.lessons.choose]
        logits = self.logits(self.lessons.choose) - np.log(self.lessons.weights)
        probabilities = 1.0 / (1.0 + np.exp(-np.clip(logits, -60, 60)))
        found = measures.scores(probabilities >= measures.thresholds(probabilities, truth), truth)
        total, count = course.losses
        goal = getattr(found, self._plan.goal)
        course.history.append(
            {
                "loss": total / count,
                "choosing_loss": measures.cross_entropy(logits, truth),
                "micro_f1": found.micro,
                "macro_f1": found.macro,
            }
        )
        course.since += 1
        if goal > course.best:
            course.best, course.since = goal, 0
            state = self.network.state_dict()
            self._best = {name: each.detach().cpu().clone() for name, each in state.items()}
        course.epoch, course.step, course.losses = course.epoch + 1, 0, (0.0, 0)
        course.ended = course.epoch >= self._plan.epochs or course.since >= self._plan.patience

    def _keep(self) -> None:
        random = {"processor": torch.get_rng_state()}
        if self._is_cuda:
            random["cuda"] = torch.cuda.get_rng_state(self.device)
        tensors = {
            "network": dict(self.network.state_dict()),
            "optimiser": self._optimiser.tensors(),
            "random": random,
        }
        if self._best:
            tensors["best"] = self._best
        self._keeper.save(State(self.course, tensors))

    def _take_up(self, state: State) -> None:
        self.course = state.course
        self.network.load_state_dict(state.tensors["network"])
        self._optimiser.restore(state.tensors["optimiser"])
        self._best = {name: each.cpu() for name, each in state.tensors.get("best", {}).items()}
        torch.set_rng_state(state.tensors["random"]["processor"])
        if self._is_cuda and "cuda" in state.tensors["random"]:
            torch.cuda.set_rng_state(state.tensors["random"]["cuda"], self.device)


def label_weights(truth: Truth, most: float) -> npt.NDArray[np.float32]:
    """How often each label is false for once that it is true, (labels,), from 1 to `most`."""
    true = truth.sum(0)
    weights = np.clip((len(truth) - true) / np.maximum(true, 1), 1.0, most)
    return np.asarray(weights, dtype=np.float32)
