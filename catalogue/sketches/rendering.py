"""From a piece to finished sound."""

import numpy as np
from numpy.typing import NDArray

from catalogue.sketches.composition import composed
from catalogue.sketches.mastering import mastered
from catalogue.sketches.mixing import mixed
from catalogue.sketches.pieces import Piece


def rendered(piece: Piece) -> NDArray[np.float32]:
    """The sound of a piece: float32 of shape (samples, 2) at 44.1 kHz, within [-1, 1].

    The same piece gives the same samples on the same machine.
    """
    rng = np.random.default_rng([piece.seed, 2])
    mix = mixed(composed(piece), space=piece.space, pumping=piece.pump, rng=rng)
    return np.ascontiguousarray(mastered(mix).T)
