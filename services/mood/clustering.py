"""Groups vectors that point the same way: k-means on the sphere, its k by silhouette.

SciPy's k-means knows no weights and starts at random, and scikit-learn's would be the service's
only use of either; what is needed of them is below, and gives the same groups each time.
"""

import numpy as np
import numpy.typing as npt

from services.mood.domain import Vectors

MOST_GROUPS = 8
MOST_ROUNDS = 50

CLOSE = 0.4
"""From this mean cosine on, all is one group unless others are clear."""
CLEAR = 0.4
"""The silhouette from which groups are clear.

Both chosen on the captions of Flickr8k's training photos, mixed from 1 to 8 photos.
"""
ALIKE = 0.35
"""Sentences with no pair of at least this cosine are each a group of their own."""

Labels = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


def grouped(vectors: Vectors, weights: Floats) -> Labels:
    """The group of each vector, from 0; `vectors` (n, d) have length 1, `weights` (n,) are above 0.

    The number of groups, 1 to 8, is that of the best silhouette (Rousseeuw 1987); it is 1 where the
    vectors are close and no groups are clear, and n where no two vectors are alike.
    """
    points = vectors.astype(np.float64)
    cosines = points @ points.T
    count = len(points)
    if count == 1:
        return np.zeros(1, dtype=np.intp)
    pairs = ~np.eye(count, dtype=bool)
    if count <= MOST_GROUPS and cosines[pairs].max() < ALIKE:
        return np.arange(count, dtype=np.intp)
    mean = float(np.average(cosines[pairs], weights=np.outer(weights, weights)[pairs]))
    best, best_score = np.zeros(count, dtype=np.intp), CLEAR if mean >= CLOSE else -1.0
    for k in range(2, min(MOST_GROUPS, count - 1) + 1):
        labels = k_means(points, weights, k)
        score = silhouette(1.0 - cosines, labels, weights)
        if score > best_score:
            best, best_score = labels, score
    return best


def k_means(points: Floats, weights: Floats, k: int) -> Labels:
    """Spherical k-means from a fixed start: each new centre is the heaviest far from the others."""
    centres = _start(points, weights, k)
    labels = np.full(len(points), -1, dtype=np.intp)
    for _ in range(MOST_ROUNDS):
        nearest = np.argmax(points @ centres.T, axis=1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        for group in range(k):
            own = labels == group
            if own.any():
                centres[group] = _middle(points[own], weights[own])
    return labels


def silhouette(distances: Floats, labels: Labels, weights: Floats) -> float:
    """The weighted mean silhouette, -1 to 1, of at least two groups; alone in a group counts 0."""
    groups = np.unique(labels)
    member = (labels[:, None] == groups[None, :]).astype(np.float64)
    mass = weights @ member
    means = (distances * weights) @ member / mass
    own = np.argmax(member, axis=1)
    rows = np.arange(len(labels))
    alone = member.sum(axis=0)[own] == 1
    rest = mass[own] - weights
    within = means[rows, own] * mass[own] / np.where(alone, 1.0, rest)
    means[rows, own] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(np.maximum(within, nearest), np.finfo(float).tiny)
    scores = np.where(alone, 0.0, (nearest - within) / larger)
    return float(scores @ weights / weights.sum())


def _start(points: Floats, weights: Floats, k: int) -> Floats:
    chosen = [int(np.argmax(points @ _middle(points, weights)))]
    while len(chosen) < k:
        away = np.maximum(0.0, 1.0 - (points @ points[chosen].T).max(axis=1))
        chosen.append(int(np.argmax(weights * away**2)))
    return points[chosen].copy()


def _middle(points: Floats, weights: Floats) -> Floats:
    middle = weights @ points
    return np.asarray(middle / max(float(np.linalg.norm(middle)), np.finfo(float).tiny))
