"""Groups in one file of arrays (`groups.npz`); nothing in it is run when it is read."""

import json
import logging
import os
import uuid
import zlib
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from services.recommender.backends.directory import synced
from services.recommender.domain import Keyword, StoreError
from services.recommender.groups import Group, MapPoint, Quality, Rules, Trial
from services.recommender.predicting import Built, Network, Trees
from services.recommender.tracks import Affect, Array

NAME = "groups.npz"
DAMAGED = "groups.npz.damaged"
FORMAT = 2

_DAMAGES = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    RuntimeError,
    BadZipFile,
    zlib.error,
)
"""What numpy, JSON and archives raise of bytes that are not theirs."""

_log = logging.getLogger(__name__)


def save(built: Built, path: Path) -> None:
    """Writes groups; they are on disk when this returns."""
    told = {
        "format": FORMAT,
        "built_unix_seconds": built.built_unix_seconds,
        "quality": asdict(built.quality),
        "groups": [_group_to_json(group) for group in built.groups],
        "points": [[str(p.track_id), p.title, p.artists, p.group] for p in built.points],
        "classes": [built.predictor.groups, type(built.predictor).__name__],
    }
    arrays: dict[str, Any] = {
        "told": np.frombuffer(json.dumps(told, ensure_ascii=False).encode(), np.uint8),
        "audio": np.stack([group.audio for group in built.groups]),
        "places": np.array([[p.x, p.y] for p in built.points], np.float32).reshape(-1, 2),
    }
    arrays |= {f"rules.{each.name}": getattr(built.rules, each.name) for each in fields(Rules)}
    arrays |= {f"model.{name}": value for name, value in _model_arrays(built.predictor).items()}
    with path.open("wb") as file:
        np.savez(file, **arrays)
        file.flush()
        os.fsync(file.fileno())


def install(path: Path, home: Path) -> None:
    """Makes a written file the one that counts, all at once."""
    path.replace(home / NAME)
    synced(home)


def set_aside(home: Path) -> Path:
    """Keeps a damaged file under another name, for whoever looks into it; gives where."""
    aside = home / DAMAGED
    (home / NAME).replace(aside)
    synced(home)
    return aside


def load(path: Path) -> Built | None:
    """Reads groups; None if they were never built, or by another version of this program.

    Raises `StoreError` if the file is damaged.
    """
    if not path.exists():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return _built({name: arrays[name] for name in arrays.files})
    except _DAMAGES as error:
        raise StoreError(f"{path} is damaged: {error!r}; build groups again") from error


def _built(arrays: dict[str, Any]) -> Built | None:
    told = json.loads(arrays["told"].tobytes())
    if told["format"] != FORMAT:
        _log.warning("the groups are in format %s: build them again", told["format"])
        return None
    quality = told["quality"]
    trials = tuple(Trial(**trial) for trial in quality.pop("trials"))
    groups, kind = told["classes"]
    return Built(
        groups=tuple(
            _group(entry, audio)
            for entry, audio in zip(told["groups"], arrays["audio"], strict=True)
        ),
        points=tuple(
            MapPoint(uuid.UUID(song), title, artists, group, float(x), float(y))
            for (song, title, artists, group), (x, y) in zip(
                told["points"], arrays["places"], strict=True
            )
        ),
        quality=Quality(trials=trials, **quality),
        rules=Rules(**{each.name: arrays[f"rules.{each.name}"] for each in fields(Rules)}),
        predictor=_model(kind, groups, arrays),
        built_unix_seconds=told["built_unix_seconds"],
    )


def _group_to_json(group: Group) -> dict[str, Any]:
    entry = {each.name: getattr(group, each.name) for each in fields(Group)}
    del entry["audio"]
    entry["affect"] = asdict(group.affect) if group.affect else None
    entry["tags"] = [asdict(tag) for tag in group.tags]
    entry["examples"] = [str(song) for song in group.examples]
    return entry


def _group(entry: dict[str, Any], audio: Array) -> Group:
    values = dict(entry)
    values["affect"] = Affect(**values["affect"]) if values["affect"] else None
    values["tags"] = tuple(Keyword(**tag) for tag in values["tags"])
    values["examples"] = tuple(uuid.UUID(song) for song in values["examples"])
    values["moods"] = tuple(values["moods"])
    return Group(audio=audio, **values)


def _model_arrays(model: Network | Trees) -> dict[str, Any]:
    if isinstance(model, Network):
        layers = zip(model.weights, model.biases, strict=True)
        numbered = {
            f"{name}{at}": part
            for at, pair in enumerate(layers)
            for name, part in zip(("weights", "biases"), pair, strict=True)
        }
        return numbered | {"classes": model.classes}
    return {e.name: getattr(model, e.name) for e in fields(model) if e.name != "groups"}


def _model(kind: str, groups: int, arrays: dict[str, Any]) -> Network | Trees:
    found = {n.removeprefix("model."): v for n, v in arrays.items() if n.startswith("model.")}
    if kind == "Trees":
        return Trees(groups=groups, **found)
    layers = range((len(found) - 1) // 2)
    return Network(
        tuple(found[f"weights{at}"] for at in layers),
        tuple(found[f"biases{at}"] for at in layers),
        found["classes"],
        groups,
    )
