"""The plain yardstick: MiniLM left as it is, with linear heads on its search vectors alone."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.mood import corpora
from training.mood.fitting import Floats, logistic, ridge, sigmoid
from training.mood.vectors import vectors

PENALTY = 1e-5
RIDGE_PENALTY = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """What the plain heads say of texts: 28 probabilities, and valence, arousal, dominance."""

    emotions: Floats
    affect: Floats


class PlainHeads:
    """Logistic regression on GoEmotions, ridge on EmoBank, both on whole training halves."""

    def __init__(self, data: Path) -> None:
        sentences, bank = corpora.goemotions(data, "train"), corpora.emobank(data, "train")
        inputs = vectors(sentences.texts, "goemotions")
        self._emotions = logistic(inputs, sentences.targets, PENALTY)
        self._affect = ridge(vectors(bank.texts, "emobank"), bank.targets, RIDGE_PENALTY)

    def read(self, texts: list[str], name: str) -> Plain:
        """Reads texts; their vectors are kept under `name`."""
        inputs = vectors(texts, name)
        emotions, affect = (
            inputs @ weight.T + bias for weight, bias in (self._emotions, self._affect)
        )
        return Plain(sigmoid(np.asarray(emotions)), np.asarray(affect))
