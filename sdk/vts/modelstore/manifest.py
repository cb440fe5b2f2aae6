"""The published models that VTS can use, read from `models.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

PICKLED = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"})
"""Suffixes of files that can hold pickles, which run code when they are loaded."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FOLDER = re.compile(r"[a-z0-9][a-z0-9._-]*")


class ManifestError(ValueError):
    """The manifest lists something that must not be fetched."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model: its name in the model's folder and where it comes from.

    `sha256` may be the first digits only, where no more is published; without any digest, what is
    fetched first is pinned. An `optional` file that the server lacks is no error.
    """

    path: str
    url: str
    sha256: str = ""
    md5: str = ""
    optional: bool = False

    @property
    def pickled(self) -> bool:
        """Whether its suffix is one of pickles."""
        return PurePosixPath(self.path).suffix in PICKLED


@dataclass(frozen=True, slots=True)
class Entry:
    """A model: whose it is, under which terms, about how large, and what it unlocks here."""

    name: str
    source: str
    home: str
    licence: str
    commercial: bool
    about_size: str
    unlocks: str
    note: str
    files: tuple[File, ...]
    folder: str = ""
    """The folder that its files share with those of other models; empty for one of its own."""


@cache
def entries() -> tuple[Entry, ...]:
    """Every model of the manifest, in its order."""
    data = resources.files("vts.modelstore").joinpath("models.json").read_text(encoding="utf-8")
    return parsed(json.loads(data))


def entry_for(name: str) -> Entry | None:
    """The model of that name here, or with that name on its hub."""
    return next((each for each in entries() if name in (each.name, each.source)), None)


def parsed(data: Mapping[str, Any]) -> tuple[Entry, ...]:
    """Reads a manifest.

    Raises:
        ManifestError: A file or a folder would lie outside of its own, a file would come
            unencrypted from elsewhere than this machine, or is a pickle beside safetensors.
    """
    return tuple(_entry(each) for each in data["models"])


def _entry(data: Mapping[str, Any]) -> Entry:
    files = tuple(File(**each) for each in data["files"])
    _check_folder(data["name"], data.get("folder", ""))
    _check(data["name"], files)
    return Entry(**{**data, "files": files})


def is_guarded(url: str) -> bool:
    """Whether nobody between here and there can change what an address gives."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def _check_folder(name: str, folder: str) -> None:
    for each in (name, folder or name):
        if _FOLDER.fullmatch(each) is None:
            raise ManifestError(f"{each!r} is no name of a folder")


def _check(name: str, files: Sequence[File]) -> None:
    has_safetensors = any(file.path.endswith(".safetensors") for file in files)
    for file in files:
        path = PurePosixPath(file.path)
        if path.is_absolute() or ".." in path.parts or not path.parts or "\\" in file.path:
            raise ManifestError(f"{name}: {file.path} is outside the model's folder")
        if not is_guarded(file.url):
            raise ManifestError(f"{name}: {file.url} is not an https address")
        if has_safetensors and file.pickled:
            raise ManifestError(f"{name}: {file.path} is a pickle, and there are safetensors")
