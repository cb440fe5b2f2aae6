"""How two sounds are compared: every dimension scaled, then warped (Sakoe & Chiba 1978)."""

import numpy as np

from services.audio_features.domain import Alignment, Floats


def align(first: Floats, second: Floats) -> Alignment:
    """Aligns two sequences of shapes (n, d) and (m, d), n and m at least 1.

    The cost of a pair of frames is their Euclidean distance after every dimension has been
    divided by its deviation over both sequences, so that each counts equally. Steps are (1, 1),
    (1, 0) and (0, 1), of equal weight, as in `librosa.sequence.dtw`. Needs (n + m) times the
    smaller of n and m in bytes.
    """
    # Compiled code is loaded late: where it is cached is only known once the settings are read.
    from services.audio_features.backends.warping import warp

    both = np.concatenate([first, second]).astype(np.float64)
    deviation = both.std(axis=0)
    scale = np.where(deviation > 0, deviation, 1.0)
    middle = both.mean(axis=0)  # near to it, single precision loses least
    return warp((first - middle) / scale, (second - middle) / scale)
