"""Fits the linear heads on what the service's own encoder gives, quantisation and all.

Every head learns from the rows that the feeling branch learned from too; the rows held out, which
neither saw, choose the penalties and make scores into probabilities.
"""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np

from training.mood.fitting import Floats, logistic, platt, ridge, sigmoid
from training.mood.lessons import Lesson
from vts.moods.taxonomies import labels as taxonomy_labels

MUSIC_PENALTIES = (1e-4, 3e-4, 1e-3)
AFFECT_PENALTIES = (10.0, 100.0, 1000.0, 10_000.0)

Tensors = dict[str, Floats]


def emotion_head(own: tuple[Floats, Floats], held: Floats, targets: Floats) -> Tensors:
    """The branch's own head for the 28 labels, made into probabilities (Platt).

    It had the whole training half to learn from, and a fit on vectors that fit the same rows would
    only trust them too much. `held` are features (texts, 768) of held-out rows with their labels.
    """
    weight, bias = own
    slope, offset = platt(held[:, -weight.shape[1] :] @ weight.T + bias, targets)
    print(f"emotions: calibration slope {slope.mean():.2f}, offset {offset.mean():.2f}", flush=True)
    known = np.zeros((len(weight), held.shape[1] - weight.shape[1]), dtype=np.float32)
    return {
        "emotions.weight": np.hstack([known, slope[:, None] * weight]).astype(np.float32),
        "emotions.bias": (slope * bias + offset).astype(np.float32),
    }


def affect_head(
    tensors: Mapping[str, Floats],
    inputs: Floats,
    lesson: Lesson,
    *,
    felt: Floats,
    emotions: Floats,
    names: Sequence[str],
) -> Tensors:
    """Valence, arousal and dominance from EmoBank, stretched to the span of named emotions.

    `felt` are the features (texts, 768) of GoEmotions' sentences with their labels `emotions`.
    """
    features = with_emotions(inputs, tensors)
    error = partial(_ridge_error, features, lesson)
    penalty = min(AFFECT_PENALTIES, key=error)
    weight, bias = ridge(features[lesson.learn], lesson.targets[lesson.learn], penalty)
    gain, offset = stretch(with_emotions(felt, tensors) @ weight.T + bias, emotions, names)
    print(f"affect: penalty {penalty}, gain {gain.round(2)}, offset {offset.round(2)}", flush=True)
    return {
        "affect.weight": (gain[:, None] * weight).astype(np.float32),
        "affect.bias": (gain * bias + offset).astype(np.float32),
    }


def music_head(inputs: Floats, lesson: Lesson) -> Tensors:
    """The 13 moods of music; it carries the lexicon's moods over to words the lexicon lacks."""
    weight, bias = _best_logistic(inputs, lesson, MUSIC_PENALTIES, "music")
    return {
        "music.weight": weight,
        "music.bias": bias,
        "music.base": sigmoid(inputs @ weight.T + bias).mean(axis=0).astype(np.float32),
    }


def with_emotions(inputs: Floats, tensors: Mapping[str, Floats]) -> Floats:
    """Features followed by the 28 probabilities, as the affect head takes them."""
    scores = inputs @ tensors["emotions.weight"].T + tensors["emotions.bias"]
    return np.hstack([inputs, sigmoid(scores)])


def stretch(scores: Floats, emotions: Floats, names: Sequence[str]) -> tuple[Floats, Floats]:
    """Gain and offset per axis that bring the mean of an emotion's sentences to its own place.

    Ridge answers near the middle; a straight line near the 28 emotions' places undoes that. It
    goes through the label neutral at 0. Dominance, which no vocabulary places, keeps its scale.
    """
    known = taxonomy_labels("goemotions")
    means = (emotions.T @ scores) / emotions.sum(axis=0)[:, None]
    places = np.array([[known[name].valence, known[name].arousal] for name in names])
    from_neutral = (means - means[names.index("neutral")])[:, :2]
    gain = np.ones(scores.shape[1], dtype=np.float32)
    gain[:2] = (from_neutral * places).sum(axis=0) / (from_neutral**2).sum(axis=0)
    offset = np.zeros_like(gain)
    offset[:2] = -(gain * means[names.index("neutral")])[:2]
    return gain, offset


def _best_logistic(
    inputs: Floats, lesson: Lesson, penalties: Sequence[float], name: str
) -> tuple[Floats, Floats]:
    """The fit whose penalty tells the held-out rows with the least cross entropy."""
    learn, truth = inputs[lesson.learn], lesson.targets[lesson.learn]
    tried = []
    for penalty in penalties:
        weight, bias = logistic(learn, truth, penalty)
        scores = inputs[lesson.held] @ weight.T + bias
        entropy = np.logaddexp(0, scores) - lesson.targets[lesson.held] * scores
        tried.append((float(entropy.sum(axis=1).mean()), weight, bias))
        print(f"{name}: penalty {penalty:g}, held-out loss {tried[-1][0]:.4f}", flush=True)
    _, weight, bias = min(tried, key=lambda each: each[0])
    return weight, bias


def _ridge_error(features: Floats, lesson: Lesson, penalty: float) -> float:
    weight, bias = ridge(features[lesson.learn], lesson.targets[lesson.learn], penalty)
    said = features[lesson.held] @ weight.T + bias
    return float(np.mean((said - lesson.targets[lesson.held]) ** 2))
