"""Judges a trained network: calibrates it by the texts chosen by, and measures it on others."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.mood.backends.bert.profile import Profile
from services.mood.backends.bert.tuning import measures
from services.mood.backends.bert.tuning.labelling import Labels
from services.mood.domain import Vectors
from services.mood.language import detect

Truth = npt.NDArray[np.bool_]

LANGUAGE_SHARE = 0.05
"""From this share of the texts on a language counts as learned."""
MOST_DETECTED = 2000
"""Texts that are looked at for their language."""


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """A profile, and how good its answers are on texts that nothing was chosen by.

    `plain` and `calibrated` compare all probabilities to the truth before and after the
    temperature, `surest` only that of each text's likeliest label. `floor` is the micro- and the
    macro-F1 of always saying the commonest label.
    """

    profile: Profile
    scores: measures.Scores
    confusion: measures.Floats
    plain: measures.Calibration
    calibrated: measures.Calibration
    surest: measures.Calibration
    floor: tuple[float, float]


def profile_for(
    labels: Labels, logits: Vectors, truth: Truth, weights: Vectors, texts: Sequence[str]
) -> Profile:
    """A profile whose temperature and thresholds suit the logits of the texts chosen by.

    `weights` (labels,) are those of the loss: weighing a true label `w` times moves its logit up
    by log(w), which is taken off again. `texts` are those learned from.
    """
    shifts = np.log(weights)
    divisor = measures.temperature(logits - shifts, truth)
    plain = Profile(
        labels.vocabulary,
        labels.names,
        labels.meanings,
        temperature=divisor,
        shifts=tuple(map(float, shifts)),
    )
    chosen = measures.thresholds(plain.probabilities(logits), truth)
    return Profile(
        plain.vocabulary,
        plain.labels,
        plain.meanings,
        plain.temperature,
        tuple(map(float, chosen)),
        plain.shifts,
        languages_of(texts),
    )


def judged(profile: Profile, logits: Vectors, truth: Truth) -> Judgement:
    """Measures a profile on logits of texts that it was not chosen by, shape (texts, labels)."""
    probabilities = profile.probabilities(logits)
    said = probabilities >= np.asarray(profile.thresholds)
    uncalibrated = Profile(profile.vocabulary, profile.labels, {}, shifts=profile.shifts)
    commonest = np.zeros_like(truth)
    commonest[:, int(truth.sum(0).argmax())] = True
    floor = measures.scores(commonest, truth)
    return Judgement(
        profile,
        measures.scores(said, truth),
        measures.confusion(said, truth),
        measures.calibration(uncalibrated.probabilities(logits), truth),
        measures.calibration(probabilities, truth),
        measures.calibration(*measures.surest(probabilities, truth)),
        (floor.micro, floor.macro),
    )


def languages_of(texts: Sequence[str]) -> tuple[str, ...]:
    """The languages that a fair share of the texts is in, the commonest first."""
    step = max(1, len(texts) // MOST_DETECTED)
    counts = Counter(detect(text) for text in texts[::step])
    return tuple(
        language
        for language, count in counts.most_common()
        if count >= LANGUAGE_SHARE * counts.total()
    )
