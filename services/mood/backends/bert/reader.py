"""The `bert` reader: moods by a fine-tuned classifier, everything else by `embedding`.

A text is the classifier's if it is in a language that the classifier was trained on. Other texts,
and comparatives ("but calmer"), whose affect is a shift that no classifier tells, keep the
reading that `embedding` gives.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from servicekit.checkpoints import Checkpoint
from services.mood.backends.bert.classifier import Classifier, Device, device_for, profile
from services.mood.backends.bert.reasons import reason
from services.mood.blending import FLAT
from services.mood.domain import Model, MoodReader, Reading, Text, Vectors, Word
from vts.moods import MOODS

MODEL_SETTING = "VTS_MOOD_MODEL"
DEVICE_SETTING = "VTS_MOOD_DEVICE"


class BertReader:
    """Reads moods with a classifier; not for several threads at a time.

    Args:
        base: What gives vectors, keywords, words and languages; closed with the whole.
        checkpoint: The classifier's folder.
        device: Where it computes.
        threads: Threads of torch, for the whole process.

    Raises:
        UnusableCheckpointError: The checkpoint does not tell what its labels mean.
        ValueError: The device is not to be had.
    """

    def __init__(
        self, base: MoodReader, checkpoint: Checkpoint, *, device: Device, threads: int
    ) -> None:
        self._base = base
        self._checkpoint = checkpoint
        self._profile = profile(checkpoint)
        self._device = device_for(device, DEVICE_SETTING)
        self._threads = threads
        meanings = [self._profile.meanings[label] for label in self._profile.labels]
        self._moods = np.array([[each.moods.get(mood, 0.0) for mood in MOODS] for each in meanings])
        self._plane = np.array([[each.valence, each.arousal] for each in meanings])
        self._felt = np.array([each.is_felt for each in meanings])
        self._thresholds = np.array(self._profile.thresholds)

    @property
    def model(self) -> Model:
        """The backend's name, and the versions of the classifier and of what makes the vectors."""
        return Model("bert", f"{self._checkpoint.version}+{self._base.model.version}")

    def load(self) -> None:
        """Loads both models and answers once; some seconds."""
        torch.set_num_threads(self._threads)
        self._base.load()
        self._classifier = Classifier(self._checkpoint, self._device)
        self._classifier.logits(["a quiet, happy evening"])

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts in the order given; labels are the classifier's, by its vocabulary."""
        readings = self._base.read(texts)
        own = [row for row, reading in enumerate(readings) if self._is_for_classifier(reading)]
        if own:
            logits = self._classifier.logits([texts[row].content for row in own])
            scores = self._profile.probabilities(logits)
            for row, each in zip(own, scores, strict=True):
                readings[row] = self._reading(readings[row], each)
        return readings

    def embed(self, texts: Sequence[Text]) -> Vectors:
        """Embeds texts as `embedding` does, shape (texts, 384)."""
        return self._base.embed(texts)

    def words(self, texts: Sequence[Text]) -> list[tuple[Word, ...]]:
        """The words of texts, as `embedding` tells them."""
        return self._base.words(texts)

    def close(self) -> None:
        """Closes what it is composed of; the classifier goes with the object."""
        self._base.close()

    def _is_for_classifier(self, reading: Reading) -> bool:
        return reading.language in self._profile.languages and not reading.comparative

    def _reading(self, base: Reading, scores: Vectors) -> Reading:
        """The base's reading with moods, affect, labels and reason of the classifier's."""
        # Faint labels are held back: many of them together must not add up to a mood.
        weights = scores * np.minimum(1.0, scores / self._thresholds)
        # The chance that at least one label brings the mood, taking labels as independent.
        brought = 1.0 - np.prod(1.0 - weights[:, None] * self._moods, axis=0)
        confidence = float(scores[self._felt].max(initial=0.0))
        moods = np.clip(FLAT * (1.0 - confidence) + confidence * brought, 0.0, 1.0)
        total = float(weights.sum())
        place = weights @ self._plane / total if total else np.zeros(2)
        valence, arousal = np.clip(place, -1.0, 1.0)
        labels = {label: float(p) for label, p in zip(self._profile.labels, scores, strict=True)}
        return replace(
            base,
            moods=tuple(float(score) for score in moods),
            affect=replace(
                base.affect,
                valence=float(valence),
                arousal=float(arousal),
                confidence=confidence,
            ),
            labels={self._profile.vocabulary: labels},
            reason=reason(self._profile.vocabulary, self._said(scores)),
        )

    def _said(self, scores: Vectors) -> list[str]:
        """The labels at their threshold or above, the likeliest first."""
        order = np.argsort(-scores, kind="stable")
        return [self._profile.labels[n] for n in order if scores[n] >= self._thresholds[n]]
