"""Keeps a training on disk, so that it goes on where it was, killed at whatever moment.

Everything is safetensors and JSON. A state is a folder that is written under another name,
brought to the disk, and renamed: it is there whole, or not at all. The newest is gone on from.
"""

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file

Tensors = dict[str, torch.Tensor]

_STATE = "state-"
_UNFINISHED = ".unfinished"
_FACTS = "facts.json"


class OtherTrainingError(ValueError):
    """The folder holds a training of other data, of another model or with another plan."""


@dataclass(slots=True)
class Course:
    """How far a training is: the next epoch and step of it, and what came of those before.

    `losses` are the sum and the number of batches of the epoch under way; `best` is the highest
    goal so far and `since` the epochs after it; `seconds` were spent learning, in all runs.
    """

    epoch: int = 0
    step: int = 0
    losses: tuple[float, int] = (0.0, 0)
    best: float = -1.0
    since: int = 0
    seconds: float = 0.0
    ended: bool = False
    history: list[dict[str, float]] = field(default_factory=list)


@dataclass(slots=True)
class State:
    """All that is needed to go on: the course, and tensors by what they are of.

    `tensors` has `network`, `optimiser`, `random`, and `best` (the best epoch's network) as soon
    as there was an epoch.
    """

    course: Course
    tensors: Mapping[str, Tensors]


class Keeper:
    """The folder of one training.

    Args:
        folder: Made if it is not there.
        identity: What the training is of; one of another identity is not gone on with.

    Raises:
        OtherTrainingError: It holds a training of another identity.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "training.json"
        if path.exists():
            _check_same(json.loads(path.read_text(encoding="utf-8")), identity, folder)
        else:
            write_whole(path, json.dumps(identity, indent=1, ensure_ascii=False).encode())
        for left in folder.glob(f"*{_UNFINISHED}"):
            shutil.rmtree(left)

    def load(self, device: torch.device) -> State | None:
        """The newest state, or None if none was kept."""
        kept = self._kept()
        if not kept:
            return None
        facts = json.loads((kept[-1] / _FACTS).read_text(encoding="utf-8"))
        course = Course(**{**facts, "losses": tuple(facts["losses"])})
        files = kept[-1].glob("*.safetensors")
        # The states of random numbers are read where they are used, which is not on a GPU.
        places = {"random": "cpu"}
        return State(
            course,
            {path.stem: load_file(path, places.get(path.stem, str(device))) for path in files},
        )

    def save(self, state: State) -> None:
        """Keeps a state, and then lets go of older ones."""
        course = state.course
        older = self._kept()
        target = self._folder / f"{_STATE}{course.epoch:05}-{course.step:09}-{course.ended:d}"
        if target in older:
            return
        unfinished = target.with_name(target.name + _UNFINISHED)
        unfinished.mkdir()
        for name, tensors in state.tensors.items():
            path = unfinished / f"{name}.safetensors"
            save_file({key: value.contiguous() for key, value in tensors.items()}, path)
            _flushed(path)
        write_whole(unfinished / _FACTS, json.dumps(asdict(course)).encode())
        _flushed(unfinished)
        unfinished.rename(target)
        _flushed(self._folder)
        for path in older:
            shutil.rmtree(path)

    def forget(self) -> None:
        """Lets go of all states, of a training whose result lies elsewhere."""
        for path in self._kept():
            shutil.rmtree(path)

    def _kept(self) -> list[Path]:
        """Whole states, the newest last."""
        return sorted(p for p in self._folder.glob(f"{_STATE}*") if p.suffix != _UNFINISHED)


def write_whole(path: Path, content: bytes) -> None:
    """Writes a file that is there whole or, if the process dies, as it was before."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.write_bytes(content)
    _flushed(unfinished)
    unfinished.replace(path)


def _flushed(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_same(kept: Mapping[str, Any], identity: Mapping[str, Any], folder: Path) -> None:
    told = json.loads(json.dumps(identity))
    differing = sorted(key for key in {*kept, *told} if kept.get(key) != told.get(key))
    if differing:
        raise OtherTrainingError(
            f"{folder} holds a training with another {', '.join(differing)}; "
            "name another --output, or --restart to begin anew"
        )
