"""What a classifier's `config.json` says about its labels, under the key `vts_mood`.

Training writes it, so that serving needs nothing but the model's folder. A published model
without it is understood too, if its labels are those of a vocabulary that VTS knows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from services.mood.backends.bert.meanings import (
    OWN,
    Meaning,
    given,
    told,
    vocabularies,
    vocabulary_of,
)
from services.mood.domain import Vectors

KEY = "vts_mood"
EVEN = 0.5
"""The threshold of a label for which none was chosen."""

_LANGUAGES = ("en", "ko", "und")
_KOREAN_VOCABULARIES = ("kote",)


class ProfileError(ValueError):
    """The configuration does not tell what the labels mean; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The labels of a classifier, in the order of its outputs, and how to read its numbers.

    `temperature` divides the logits after `shifts` (one per label) were taken off; `thresholds`
    are probabilities from which on a label counts as said; `exclusive` where exactly one label
    is true of a text (softmax instead of sigmoids). `languages` are those it was trained on.
    """

    vocabulary: str
    labels: tuple[str, ...]
    meanings: Mapping[str, Meaning]
    temperature: float = 1.0
    thresholds: tuple[float, ...] = ()
    shifts: tuple[float, ...] = ()
    languages: tuple[str, ...] = ("en",)
    exclusive: bool = False

    def probabilities(self, logits: Vectors) -> Vectors:
        """Calibrated probabilities, shape (texts, labels), of logits of that shape."""
        calm = (logits - np.asarray(self.shifts or 0.0, dtype=np.float32)) / self.temperature
        if self.exclusive:
            powers = np.exp(calm - calm.max(axis=1, keepdims=True))
            return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)
        return np.asarray(0.5 * (1.0 + np.tanh(0.5 * calm)), dtype=np.float32)

    def told(self) -> dict[str, Any]:
        """What `config.json` keeps under `KEY`; the labels themselves are in `id2label`."""
        return {
            "vocabulary": self.vocabulary,
            "meanings": told(self.meanings),
            "temperature": self.temperature,
            "thresholds": dict(zip(self.labels, self.thresholds, strict=True)),
            "shifts": dict(zip(self.labels, self.shifts, strict=True)),
            "languages": list(self.languages),
        }


def profile_of(config: Mapping[str, Any]) -> Profile:
    """Reads a configuration as transformers writes it.

    Raises:
        ProfileError: It has no labels, or labels that nobody gave a meaning, or odd numbers.
    """
    names = config.get("id2label") or {}
    labels = tuple(str(names[key]) for key in sorted(names, key=int))
    if len(set(labels)) < 2:
        raise ProfileError("its config.json names no labels (id2label), so it is no classifier")
    exclusive = config.get("problem_type") != "multi_label_classification"
    if KEY in config:
        return _told(config[KEY], labels, exclusive=exclusive)
    return _guessed(labels, exclusive=exclusive)


def _told(section: Any, labels: Sequence[str], *, exclusive: bool) -> Profile:
    try:
        meanings = given(section["meanings"])
        temperature = float(section.get("temperature", 1.0))
        thresholds = section.get("thresholds", {})
        shifts = section.get("shifts", {})
        profile = Profile(
            str(section.get("vocabulary", OWN)),
            tuple(labels),
            meanings,
            temperature,
            tuple(float(thresholds.get(label, EVEN)) for label in labels),
            tuple(float(shifts.get(label, 0.0)) for label in labels),
            tuple(section.get("languages", _LANGUAGES)),
            exclusive,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ProfileError(f"{KEY} in its config.json cannot be read: {error}") from error
    _check(profile)
    return profile


def _guessed(labels: Sequence[str], *, exclusive: bool) -> Profile:
    vocabulary = vocabulary_of(labels)
    if vocabulary is None:
        some = ", ".join(labels[:5])
        raise ProfileError(
            f"its labels ({some} …) are of no vocabulary that VTS knows "
            f"({', '.join(vocabularies())}), and its config.json gives no meanings under {KEY}"
        )
    known = vocabularies()[vocabulary]
    return Profile(
        vocabulary,
        tuple(labels),
        {label: known[label] for label in labels},
        thresholds=(EVEN,) * len(labels),
        shifts=(0.0,) * len(labels),
        languages=("ko",) if vocabulary in _KOREAN_VOCABULARIES else ("en",),
        exclusive=exclusive,
    )


def _check(profile: Profile) -> None:
    missing = [label for label in profile.labels if label not in profile.meanings]
    if missing:
        raise ProfileError(f"{KEY} in its config.json gives no meaning of {missing[0]!r}")
    if not (np.isfinite(profile.temperature) and profile.temperature > 0):
        raise ProfileError(f"{KEY}.temperature is {profile.temperature}, not above 0")
    if not all(0.0 < each <= 1.0 for each in profile.thresholds):
        raise ProfileError(f"{KEY}.thresholds must be above 0 and at most 1")
    if not np.isfinite(profile.shifts).all():
        raise ProfileError(f"{KEY}.shifts must be numbers")
    if not set(profile.languages) <= set(_LANGUAGES):
        raise ProfileError(f"{KEY}.languages must be of {', '.join(_LANGUAGES)}")
