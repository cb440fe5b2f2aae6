"""Counts faces with OpenCV's LBP cascade, which scikit-image carries and evaluates.

Source: Liao et al., "Learning multi-scale block local binary patterns for face recognition", ICB
2007. OpenCV 5's own wheel holds neither the cascade classifier nor any weights.
"""

import numpy as np
from skimage import data
from skimage.feature import Cascade

from services.captioner.domain import Pixels
from services.captioner.pictures import fitted

_SIDE = 320
_SMALLEST = 28
_SEEN_AT_LEAST = 6


class CascadeFaceFinder:
    """Finds upright faces turned to the camera, from about a tenth of the picture's side."""

    def __init__(self) -> None:
        self._cascade = Cascade(data.lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]

    def count(self, picture: Pixels) -> int:
        """Counts the faces."""
        grey = np.ascontiguousarray(fitted(picture, _SIDE).mean(2).astype(np.uint8))
        if min(grey.shape) <= _SMALLEST:
            return 0
        found = self._cascade.detect_multi_scale(
            img=grey,
            scale_factor=1.15,
            step_ratio=1.2,
            min_size=(_SMALLEST, _SMALLEST),
            max_size=(_SIDE, _SIDE),
            min_neighbor_number=_SEEN_AT_LEAST,
        )
        return len(found)
