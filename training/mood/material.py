"""The lessons as a branch is taught them: states of texts in batches, and the loss of answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from training.mood import lessons
from training.mood.states import States, padded, states

BATCH_TOKENS = 1024
SORTED_BATCHES = 40
"""So many batches are cut from one stretch of shuffled texts sorted by length: little padding."""
AFFECT_SPREAD = (0.175, 0.131, 0.105)
"""The standard deviations of EmoBank's ratings in its training half, on [-1, 1]."""
SEED = 11

Texts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """The lessons and their texts' states; text i is row `rows[i]` of lesson `names[i]`."""

    states: Mapping[str, States]
    lessons: Mapping[str, lessons.Lesson]
    names: npt.NDArray[np.str_]
    rows: Texts

    @property
    def lengths(self) -> Texts:
        """How many tokens each text has."""
        return np.concatenate([self.states[name].lengths for name in self.lessons])

    def batch(self, texts: Texts) -> tuple[Tensor, Tensor]:
        """The states of texts, padded, and their mask."""
        return padded([self.states[self.names[text]].of(self.rows[text]) for text in texts])

    def of(self, name: str, rows: Texts) -> Texts:
        """Where some rows of a lesson stand among all texts."""
        return np.flatnonzero(self.names == name)[rows]

    def loss(self, said: Mapping[str, Tensor], texts: Texts) -> Tensor:
        """The sum over a text's outputs of its own lesson, as a mean over texts."""
        total = torch.zeros(())
        for name, lesson in self.lessons.items():
            places = np.flatnonzero(self.names[texts] == name)
            if len(places):
                targets = torch.from_numpy(lesson.targets[self.rows[texts[places]]])
                total = total + _lesson_loss(name, said[name][torch.from_numpy(places)], targets)
        return total / len(texts)


def gathered(data: Path, first: int) -> Material:
    """The three lessons with their texts' states after `first` layers."""
    taught = lessons.lessons(data)
    made = {name: states(lesson.texts, first) for name, lesson in taught.items()}
    names = np.concatenate([[name] * len(lesson.texts) for name, lesson in taught.items()])
    rows = np.concatenate([np.arange(len(lesson.texts)) for lesson in taught.values()])
    return Material(made, taught, names, rows)


def learnable(material: Material, share: float) -> Texts:
    """The texts of one epoch, those of small lessons more than once."""
    parts = []
    for name, lesson in material.lessons.items():
        texts = material.of(name, lesson.learn)
        chosen = np.random.default_rng(SEED).permutation(texts)[: int(share * len(texts))]
        parts += [chosen] * lessons.REPEATS[name]
    return np.concatenate(parts)


def batches(lengths: Texts, texts: Texts, seed: int) -> Iterator[Texts]:
    """Shuffled batches of texts of like length, each within `BATCH_TOKENS` with its padding."""
    random = np.random.default_rng(seed)
    shuffled = random.permutation(texts)
    stretch = max(1, round(SORTED_BATCHES * BATCH_TOKENS / lengths[texts].mean()))
    found: list[Texts] = []
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


def _lesson_loss(name: str, said: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy for chances; for affect the square error in units of EmoBank's spread."""
    if name != "affect":
        return functional.binary_cross_entropy_with_logits(said, targets, reduction="sum")
    return ((said - targets) / torch.tensor(AFFECT_SPREAD)).square().sum()
