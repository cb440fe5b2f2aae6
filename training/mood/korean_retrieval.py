"""How well a Korean translation finds its English original among all originals."""

from collections.abc import Sequence

import numpy as np

from services.mood.backends.korean_heads import mixed
from training.mood.fitting import Floats

SHARES: Sequence[float] = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)


def recall(vectors: Floats, originals: Floats, first: int) -> float:
    """The share of rows whose own original is among the `first` nearest; ties count against."""
    near = vectors @ originals.T
    own = np.diag(near)
    ahead = (near >= own[:, None]).sum(axis=1) - 1
    return float(np.mean(ahead < first))


def best_share(rendered: Floats, mapped: Floats, originals: Floats) -> float:
    """The network's share in the search vector that finds the most originals."""
    found = {}
    for share in SHARES:
        vectors = mixed(rendered, mapped, share)
        found[share] = recall(vectors, originals, 1), recall(vectors, originals, 10)
        print(f"share {share:.1f}: recall {found[share][0]:.3f}, {found[share][1]:.3f}", flush=True)
    return max(found, key=lambda share: sum(found[share]))
