"""The service's half of decoding: asks the sandbox, and checks what comes back."""

from contextlib import AbstractContextManager

import numpy as np
from numpy.typing import NDArray

from servicekit import decoding
from servicekit.sandbox import Crashed, Job
from services.captioner.domain import Pixels
from services.captioner.pictures import WORKING_SIDE
from services.captioner.refusals import meant

MODULE = "services.captioner.decoding"
"""What the sandbox imports."""

NAME = "captioner-decode"
"""What the sandbox is called in logs and errors."""


def photo(job: Job) -> Pixels:
    """Runs a job of `decoding.photo`; blocks.

    Raises:
        UnreadableMedia, MediaTooLarge: As the job says, or because it failed.
        ServiceError: Nothing can be decoded at the moment.
    """
    with understood(), job:
        _, arrays = next(job)
        return picture_of(arrays)


def understood() -> AbstractContextManager[None]:
    """Turns what a job raises into the domain's refusals; a decoder that fails is one too."""
    return decoding.understood(NAME, meant)


def picture_of(arrays: tuple[NDArray[np.generic], ...]) -> Pixels:
    """Returns the one picture among `arrays`; raises `Crashed` for what is none."""
    if len(arrays) != 1:
        raise Crashed(f"sent {len(arrays)} arrays for one picture")
    return checked(arrays[0])


def checked(array: NDArray[np.generic]) -> Pixels:
    """Returns the array if it is a picture of working size; raises `Crashed` if not."""
    is_picture = array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] == 3
    if not is_picture or not 1 <= min(array.shape) <= max(array.shape) <= WORKING_SIDE:
        raise Crashed(f"sent {array.dtype} {array.shape} for a picture")
    return array.astype(np.uint8, copy=False)
