"""Features frame by frame, for those who ask for them."""

from collections.abc import Collection

from services.audio_features.backends.measurement import Measurement
from services.audio_features.backends.spectra import DIMENSIONS, FRAME_SECONDS, UNITS
from services.audio_features.domain import MAX_FRAME_NUMBERS, InvalidOption, Sequence

FIELD = "options.frames"


def check_names(names: Collection[str]) -> None:
    """Raises `InvalidOption` if there is no feature of some name."""
    if unknown := sorted(set(names) - UNITS.keys()):
        known = ", ".join(UNITS)
        raise InvalidOption(FIELD, f"there is no feature {unknown[0]!r}, but {known}")


def check_amount(names: Collection[str], frames: int) -> None:
    """Raises `InvalidOption` if so many frames of the named features are too much."""
    numbers = frames * sum(DIMENSIONS[name] for name in set(names))
    if numbers > MAX_FRAME_NUMBERS:
        problem = f"at most {MAX_FRAME_NUMBERS} numbers are sent, these would be {numbers}"
        raise InvalidOption(FIELD, problem)


def asked_frames(measurement: Measurement, names: Collection[str]) -> dict[str, Sequence]:
    """All frames of the named features."""
    return {
        name: Sequence(measurement.values(name).T.copy(), FRAME_SECONDS)
        for name in dict.fromkeys(names)
    }
