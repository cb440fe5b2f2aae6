"""Songs divided into groups by k-means (faiss), and how many groups would do.

The elbow is where the inertia lies furthest below the line between the first and the last trial,
both axes from 0 to 1 (Satopaa et al., "Finding a 'kneedle' in a haystack", 2011).
"""

from collections.abc import Callable, Sequence

import faiss
import numpy as np
from sklearn.metrics import silhouette_score

from services.recommender.groups import Integers, Trial
from services.recommender.tracks import Array

RESTARTS = 10
ROUNDS = 100
TRIED = range(2, 21)
MOST_COMPARED = 5000
"""Songs whose silhouette is taken: every one is compared with all others."""


def centres_of(places: Array, groups: int, seed: int) -> tuple[Array, float]:
    """The centres of so many groups, k x p, and the inertia; the best of several restarts."""
    kmeans = faiss.Kmeans(
        places.shape[1],
        groups,
        niter=ROUNDS,
        nredo=RESTARTS,
        seed=seed % 2**31,
        min_points_per_centroid=1,
        max_points_per_centroid=len(places),
    )
    kmeans.train(np.ascontiguousarray(places, np.float32))
    centres: Array = np.asarray(kmeans.centroids)
    inertia = float(((places - centres[nearest(places, centres)]) ** 2).sum())
    return centres, inertia


def nearest(places: Array, centres: Array) -> Integers:
    """The group of each place."""
    squares = (centres**2).sum(axis=1) - 2 * places @ centres.T
    labels: Integers = squares.argmin(axis=1)
    return labels


def silhouette(places: Array, labels: Integers) -> float:
    """The mean silhouette of the first songs; 0 where there are not two groups among them."""
    places, labels = places[:MOST_COMPARED], labels[:MOST_COMPARED]
    if not 2 <= len(np.unique(labels)) < len(labels):
        return 0.0
    return float(silhouette_score(places, labels))


def trials(places: Array, seed: int, tell: Callable[[float], None]) -> tuple[Trial, ...]:
    """Every number of groups from 2 to 20 that the songs allow; `tell` hears how far it is."""
    tried = [groups for groups in TRIED if 2 * groups <= len(places)]
    found = []
    for at, groups in enumerate(tried):
        centres, inertia = centres_of(places, groups, seed)
        found.append(Trial(groups, inertia, silhouette(places, nearest(places, centres))))
        tell((at + 1) / len(tried))
    return tuple(found)


def elbow(tried: Sequence[Trial]) -> int:
    """The number of groups at the elbow of the inertia."""
    counts = np.array([trial.groups for trial in tried], float)
    inertia = np.array([trial.inertia for trial in tried])
    if len(tried) < 3:
        return int(counts[0])
    across = (counts - counts[0]) / (counts[-1] - counts[0])
    down = (inertia - inertia[-1]) / max(inertia[0] - inertia[-1], 1e-12)
    return int(counts[int(np.argmax(1 - across - down))])
