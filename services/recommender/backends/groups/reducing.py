"""Sounds brought to their principal components, and those to a map of two dimensions.

PCA and t-SNE are scikit-learn's (van der Maaten & Hinton, "Visualizing data using t-SNE", 2008).
"""

from dataclasses import dataclass

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE
from sklearn.neighbors import NearestNeighbors

from services.recommender.tracks import Array

COMPONENTS = 6
"""More of them tell more of what differs, and make groups that hold less well."""

MOST_MAPPED = 5000
"""Songs laid out by t-SNE; the others lie among those nearest to them."""

SAME = 1e-3
"""Places no further apart than this, in any direction, are one place."""

NEIGHBOURS = 3
PERPLEXITY = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Mean and spread of sound embeddings (d numbers each), their components, p x d.

    `extent` is the standard deviation along each component.
    """

    mean: Array
    scale: Array
    components: Array
    extent: Array

    def places(self, sounds: Array) -> Array:
        """Where embeddings, n x d, lie among the components, n x p."""
        standard = (sounds - self.mean) / self.scale
        places: Array = (standard @ self.components.T).astype(np.float32)
        return places


def fit_space(sounds: Array) -> Space:
    """Standardises, and keeps the components along which sounds differ most."""
    mean = sounds.mean(axis=0)
    scale = np.maximum(sounds.std(axis=0), 1e-6)
    kept = min(COMPONENTS, len(sounds) - 1, sounds.shape[1])
    fitted = PCA(n_components=kept, svd_solver="full").fit((sounds - mean) / scale)
    extent = np.maximum(np.sqrt(fitted.explained_variance_), 1e-6)
    parts = (mean, scale, fitted.components_, extent)
    return Space(*(part.astype(np.float32) for part in parts))


def lay_out(places: Array, seed: int) -> Array:
    """A map, n x 2 in [-1, 1], on which songs that sound alike lie together."""
    drawn = places[:MOST_MAPPED]
    if np.ptp(drawn, axis=0).max() < SAME:  # the library does not survive sounds that are all one
        return np.zeros((len(places), 2), np.float32)
    perplexity = float(np.clip((len(drawn) - 1) / 3, 1, PERPLEXITY))
    layout = TSNE(perplexity=perplexity, init="pca", random_state=seed % 2**32, n_jobs=1)
    points = _centred(layout.fit_transform(drawn).astype(np.float32))
    return np.concatenate([points, among(drawn, points, places[MOST_MAPPED:])])


def among(known: Array, points: Array, others: Array) -> Array:
    """Where others belong on a map: in the middle of the known that are nearest to them."""
    if not len(others):
        return np.zeros((0, 2), np.float32)
    index = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(known)), n_jobs=1).fit(known)
    nearest = index.kneighbors(others, return_distance=False)
    middle: Array = points[nearest].mean(axis=1).astype(np.float32)
    return middle


def _centred(points: Array) -> Array:
    low, high = points.min(axis=0), points.max(axis=0)
    centred: Array = 2 * (points - low) / np.maximum(high - low, 1e-9) - 1
    return centred
