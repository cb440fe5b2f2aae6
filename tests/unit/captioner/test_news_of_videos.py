"""News: nothing that the process that decodes says is believed unchecked."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from servicekit.sandbox import Crashed
from services.captioner.domain import Progress
from services.captioner.videos.news import Ended, Opened, Shot, told

PICTURE = np.zeros((4, 6, 3), dtype=np.uint8)
CURVE = np.array([0.0, 0.5, 1.0], dtype=np.float32)
SHOT: dict[str, Any] = {
    "news": "shot",
    "start": 0.0,
    "end": 2.0,
    "times": [0.5, 1.5],
    "clearest": 1,
    "motion": 0.1,
    "brightness": 0.9,
}
ENDED: dict[str, Any] = {
    "news": "ended",
    "described": 3.0,
    "truncated": True,
    "step": 0.5,
    "black": 1.0,
}


def test_what_is_as_agreed_is_understood() -> None:
    assert told({"news": "opened", "seconds": 3, "has_sound": True}, ()) == Opened(3.0, True)
    assert told({"news": "progress", "fraction": 0.5, "seconds": 3}, ()) == Progress(0.5, 3.0)
    shot = told(SHOT, (PICTURE, PICTURE))
    assert isinstance(shot, Shot)
    assert (shot.times, shot.clearest) == ((0.5, 1.5), 1)
    ended = told(ENDED, (CURVE, CURVE))
    assert isinstance(ended, Ended)
    assert ended.motion.values == (0.0, 0.5, 1.0)
    assert ended.truncated


@pytest.mark.parametrize(
    ("header", "arrays"),
    [
        ({}, ()),
        ({"news": "other"}, ()),
        ({"news": "opened", "seconds": -1.0, "has_sound": True}, ()),
        ({"news": "opened", "seconds": float("inf"), "has_sound": True}, ()),
        ({"news": "opened", "seconds": "3", "has_sound": True}, ()),
        ({"news": "progress", "fraction": 1.5, "seconds": 0.0}, ()),
        ({"news": "progress", "fraction": float("nan"), "seconds": 0.0}, ()),
        (SHOT, (PICTURE,)),
        (SHOT | {"times": []}, ()),
        (SHOT | {"times": [0.0] * 4}, (PICTURE,) * 4),
        (SHOT | {"clearest": 2}, (PICTURE, PICTURE)),
        (SHOT | {"clearest": "1"}, (PICTURE, PICTURE)),
        (SHOT | {"clearest": 1.0}, (PICTURE, PICTURE)),
        (SHOT, (PICTURE, PICTURE.astype(np.float32))),
        (SHOT, (PICTURE, PICTURE[..., 0])),
        (SHOT, (PICTURE, PICTURE[:0])),
        (SHOT, (PICTURE, np.zeros((4, 641, 3), dtype=np.uint8))),
        (ENDED, (CURVE,)),
        (ENDED, (CURVE, CURVE * 2)),
        (ENDED, (CURVE, np.zeros(1201, dtype=np.float32))),
        (ENDED, (CURVE, CURVE[None])),
        (ENDED | {"step": float("nan")}, (CURVE, CURVE)),
    ],
)
def test_anything_else_is_a_crash(header: dict[str, Any], arrays: tuple[NDArray[Any], ...]) -> None:
    with pytest.raises(Crashed):
        told(header, arrays)
