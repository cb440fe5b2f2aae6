"""The texture of a patch: what three layers of the listening network say, on few axes.

Middle layers know more of felt emotion than the last one does, as Choi et al. (ISMIR 2017,
"Transfer learning for music classification and regression tasks") found for another network.
"""

from dataclasses import dataclass

import numpy as np

from services.audio_features.domain import Floats

BLOCKS = (8, 9, 13)
"""The separable convolutions of MobileNet whose outputs are pooled; 13 is the last one."""

FLOOR = 0.03
"""Added to pooled activations before their logarithm is taken."""

DIMENSIONS = 128


@dataclass(frozen=True, slots=True)
class Basis:
    """Principal components of standardised logarithms of pooled layers.

    `centre`, shape (2048,), is their mean; `axes`, shape (128, 2048), holds the components, each
    divided by the deviation of the number that it multiplies.
    """

    centre: Floats
    axes: Floats

    def textures(self, pooled: Floats) -> Floats:
        """Textures, shape (patches, 128), of pooled layers, shape (patches, 2048)."""
        return np.asarray((np.log(pooled + np.float32(FLOOR)) - self.centre) @ self.axes.T)


def fit_basis(pooled: Floats) -> Basis:
    """Finds the components that vary most over patches, shape (patches, 2048)."""
    logarithms = np.log(pooled.astype(np.float64) + FLOOR)
    centre, scale = logarithms.mean(axis=0), np.maximum(logarithms.std(axis=0), 1e-6)
    standard = (logarithms - centre) / scale
    _, axes = np.linalg.eigh(standard.T @ standard)
    largest = axes[:, : -DIMENSIONS - 1 : -1].T
    signs = np.sign(largest[np.arange(DIMENSIONS), np.abs(largest).argmax(axis=1)])
    return Basis(
        centre.astype(np.float32),
        (largest * signs[:, np.newaxis] / scale).astype(np.float32),
    )
