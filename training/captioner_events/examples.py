"""Videos to learn from: their features, and what happens in them when.

The folder holds `<id>_rgb.npy`, `<id>_flow.npy` (n, 1024) and `<id>_vggish.npy` (m, 128) for every
id of the annotations, a JSON file as ActivityNet Captions has them:

    {"v_abc": {"duration": 35.2, "timestamps": [[0.0, 8.1]], "sentences": ["A woman runs."]}}
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from services.captioner.backends.bmt.features import Features

_TOKEN = re.compile(r"[\w]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens from `start` to `end` seconds, in words."""

    start: float
    end: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A video's features and everything that happens in it."""

    features: Features
    happenings: tuple[Happening, ...]


def tokens(sentence: str) -> tuple[str, ...]:
    """Words and marks in small letters, without the full stop at the end."""
    return tuple(_TOKEN.findall(sentence.strip().removesuffix(".").lower()))


def read(annotations: Path, features: Path) -> list[Lesson]:
    """Reads every annotated video whose features are there; events of no length are left out."""
    told = json.loads(annotations.read_text(encoding="utf-8"))
    return [
        Lesson(_features(features, name, video["duration"]), _happenings(video))
        for name, video in told.items()
        if (features / f"{name}_rgb.npy").is_file() and _happenings(video)
    ]


def _happenings(video: dict[str, list[list[float]]]) -> tuple[Happening, ...]:
    return tuple(
        Happening(start, end, tokens(str(sentence)))
        for (start, end), sentence in zip(video["timestamps"], video["sentences"], strict=True)
        if end > start
    )


def _features(folder: Path, name: str, seconds: float) -> Features:
    rgb = _rows(folder / f"{name}_rgb.npy")
    flow, audio = folder / f"{name}_flow.npy", folder / f"{name}_vggish.npy"
    return Features(
        rgb,
        _rows(flow) if flow.is_file() else torch.zeros_like(rgb),
        _rows(audio) if audio.is_file() else torch.zeros(1, 128),
        seconds,
    )


def _rows(path: Path) -> Tensor:
    return torch.from_numpy(np.load(path, allow_pickle=False)).float()
