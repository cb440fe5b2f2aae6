"""Teaches the Korean network: the English original's vector and feeling, and what people marked.

First the pairs of GoEmotions (the translation sees what English models make of its original),
then KOTE's comments together with them. Rows are held back from it on which the heads that mix
the network with the rendering are fitted (`training.mood.korean_heads`).
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import load, save
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits as entropy

from training.mood.korean_network import Batch, Network, Rows, Vocabulary

BATCH = 256
WINDOW = 16
"""Batches that are sorted by length together."""
DECAY = 0.01
TEMPERATURE = 0.05
TAUGHT = 0.5
"""How far the teacher's probabilities replace the marks people made."""
ENGLISH = 0.1
"""How many pairs are shown as the English original, and as many half in each language."""
SEED = 3
PROGRESS_EVERY = 100

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Translated sentences, their originals, and what is to be said of them."""

    korean: list[Rows]
    english: list[Rows]
    vectors: Floats
    emotions: Floats
    taught: Floats
    affect: Floats

    def rows(self, chosen: Rows) -> "Pairs":
        """Some of the pairs, in the order of `chosen`."""
        return Pairs(
            [self.korean[row] for row in chosen],
            [self.english[row] for row in chosen],
            self.vectors[chosen],
            self.emotions[chosen],
            self.taught[chosen],
            self.affect[chosen],
        )


@dataclass(frozen=True, slots=True)
class Comments:
    """KOTE's comments, their 44 marks, and what these say of affect: (comments, 3).

    Of arousal and dominance they say nothing: NaN.
    """

    texts: list[Rows]
    labels: Floats
    affect: Floats

    def rows(self, chosen: Rows) -> "Comments":
        """Some of the comments, in the order of `chosen`."""
        texts = [self.texts[row] for row in chosen]
        return Comments(texts, self.labels[chosen], self.affect[chosen])


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast to learn; the rate falls to nothing along a cosine.

    Every step takes `pairs` pairs and `comments` comments.
    """

    name: str
    steps: int
    rate: float
    pairs: int = 256
    comments: int = 0

    def named(self, name: str) -> "Course":
        """The same course under another name."""
        return replace(self, name=name)


class Pupil:
    """The network with its vocabulary, as it learns."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        torch.manual_seed(SEED)
        self.vocabulary = vocabulary
        self.network = Network(len(vocabulary.features))

    def learn(self, pairs: Pairs, comments: Comments | None, course: Course) -> None:
        """Runs a course over the pairs, with some comments in every step."""
        dice = np.random.default_rng(SEED)
        optimizer = torch.optim.AdamW(self.network.parameters(), lr=course.rate, weight_decay=DECAY)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, course.rate, total_steps=course.steps, pct_start=0.1
        )
        chosen = _batches(pairs.korean, course.pairs, dice)
        others = _batches(comments.texts if comments else [], course.comments, dice)
        self.network.train()
        began, losses = time.monotonic(), []
        for step in range(1, course.steps + 1):
            loss = self._pair_loss(pairs.rows(next(chosen)), dice)
            if comments:
                loss = loss + self._comment_loss(comments.rows(next(others)), dice)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
            if step % PROGRESS_EVERY == 0 or step == course.steps:
                told = f"{step} of {course.steps} steps, loss {np.mean(losses):.3f}"
                print(f"{course.name}: {told}, {time.monotonic() - began:.0f} s", flush=True)
                losses.clear()

    def _pair_loss(self, pairs: Pairs, dice: np.random.Generator) -> Tensor:
        pooled = self.network(self._mixed(pairs, dice))
        heads = self.network.heads
        said = nn.functional.normalize(heads["vector"](pooled), dim=1)
        meant = torch.from_numpy(pairs.vectors)
        near = said @ meant.T
        order = torch.arange(len(near))
        contrast = nn.functional.cross_entropy(near / TEMPERATURE, order)
        marks = (1 - TAUGHT) * pairs.emotions + TAUGHT * pairs.taught
        emotions = entropy(heads["emotions"](pooled), torch.from_numpy(marks)) * marks.shape[1]
        affect = nn.functional.mse_loss(heads["affect"](pooled), torch.from_numpy(pairs.affect))
        loss: Tensor = contrast + 2.0 * (1.0 - near.diagonal().mean())
        loss += 0.5 * emotions + 5.0 * affect
        return loss

    def _comment_loss(self, comments: Comments, dice: np.random.Generator) -> Tensor:
        pooled = self.network(self.vocabulary.batch(comments.texts, dice))
        heads = self.network.heads
        labels = torch.from_numpy(comments.labels)
        marks = entropy(heads["kote"](pooled), labels) * labels.shape[1]
        valence = torch.from_numpy(comments.affect[:, 0])
        affect = nn.functional.mse_loss(heads["affect"](pooled)[:, 0], valence)
        return 0.3 * marks + 2.0 * affect

    def _mixed(self, pairs: Pairs, dice: np.random.Generator) -> Batch:
        texts = list(pairs.korean)
        for at, kind in enumerate(dice.random(len(texts))):
            if kind < ENGLISH:
                texts[at] = pairs.english[at]
            elif kind < 2 * ENGLISH:
                korean, english = texts[at], pairs.english[at]
                halves = [korean[: len(korean) // 2], english[len(english) // 2 :]]
                texts[at] = np.concatenate(halves if dice.random() < 0.5 else halves[::-1])
        return self.vocabulary.batch(texts, dice)

    def sense(self, texts: Sequence[Rows]) -> dict[str, Floats]:
        """What the network says of texts, by head."""
        self.network.eval()
        parts: dict[str, list[Floats]] = {name: [] for name in self.network.heads}
        with torch.inference_mode():
            for start in range(0, len(texts), BATCH):
                batch = self.vocabulary.batch(texts[start : start + BATCH], None)
                pooled = self.network(batch)
                for name, head in self.network.heads.items():
                    parts[name].append(head(pooled).numpy())
        return {name: np.concatenate(rows) for name, rows in parts.items()}

    def tensors(self) -> dict[str, Floats]:
        """The weights as the service reads them: fp16, and the vocabulary's features."""
        state = {name: value.numpy() for name, value in self.network.state_dict().items()}
        state["table"] = state.pop("table.weight")
        kept = {name: value.astype(np.float16) for name, value in state.items()}
        return kept | {"vocabulary": self.vocabulary.features}

    def saved(self) -> bytes:
        """What `restored` takes, to begin again from here."""
        return save({name: v.numpy() for name, v in self.network.state_dict().items()})

    def restored(self, kept: bytes) -> None:
        """Goes back to what `saved` kept."""
        state = {name: torch.from_numpy(value) for name, value in load(kept).items()}
        self.network.load_state_dict(state)


def _batches(texts: Sequence[Rows], size: int, dice: np.random.Generator) -> Iterator[Rows]:
    """Rows in batches of about one length, so that little is padded; each round in a new order."""
    lengths = np.array([len(text) for text in texts])
    while True:
        order = dice.permutation(len(lengths))
        order = order[: len(order) - len(order) % size]
        windows = np.array_split(order, max(1, len(order) // (WINDOW * size)))
        by_length = [window[np.argsort(lengths[window], kind="stable")] for window in windows]
        yield from dice.permutation(np.concatenate(by_length).reshape(-1, size))
