"""Opens files of weights: torch's two pickled formats and safetensors, none of which may run code.

`torch.load` is never called. The tensors stay in the file till they are asked for, so that of a
checkpoint of 2.5 GiB only the network is read and not the state of its optimizer.
"""

import os
import struct
import zipfile
from collections.abc import Mapping
from contextlib import AbstractContextManager
from math import prod
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from services.captioner.backends.bmt.unpickling import (
    RefusedCheckpoint,
    Storage,
    StoredTensor,
    unpickled,
)

_MAX_PICKLE_BYTES = 64 * 1024 * 1024
_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
_LEGACY_PROTOCOL = 1001
_PREFIX = "module."


class _Store(Protocol):
    content: Any

    def read(self, storage: Storage) -> bytes: ...


class _Zipped:
    """The format of torch 1.6 and later: a zip of one pickle and a plain file per storage."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(stream)
        names = [n for n in self._zip.namelist() if n == "data.pkl" or n.endswith("/data.pkl")]
        if len(names) != 1:
            raise RefusedCheckpoint("it is a zip, but none of torch's")
        self._folder = names[0].removesuffix("data.pkl")
        order = f"{self._folder}byteorder"
        if order in self._zip.namelist() and self._entry(order, 16) != b"little":
            raise RefusedCheckpoint("its numbers are big-endian")
        with self._zip.open(self._checked(names[0], _MAX_PICKLE_BYTES)) as pickled:
            self.content = unpickled(pickled)

    def _checked(self, name: str, most: int) -> zipfile.ZipInfo:
        try:
            entry = self._zip.getinfo(name)
        except KeyError:
            raise RefusedCheckpoint("a part of it is missing") from None
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > most:
            raise RefusedCheckpoint("a part of it is compressed or too large")
        return entry

    def _entry(self, name: str, most: int) -> bytes:
        return self._zip.read(self._checked(name, most))

    def read(self, storage: Storage) -> bytes:
        """The bytes of a storage."""
        size = storage.elements * storage.dtype.itemsize
        return self._entry(f"{self._folder}data/{storage.key}", size)


class _Legacy:
    """The format before torch 1.6: five pickles, then every storage behind its element count."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        size = stream.seek(0, os.SEEK_END)
        stream.seek(0)
        magic, protocol, system = (unpickled(self._stream) for _ in range(3))
        if magic != _LEGACY_MAGIC or protocol != _LEGACY_PROTOCOL or not isinstance(system, dict):
            raise RefusedCheckpoint("it is no checkpoint of torch's")
        if not system.get("little_endian", True):
            raise RefusedCheckpoint("its numbers are big-endian")
        self._storages: dict[str, Storage] = {}
        self.content = unpickled(self._stream, self._storages)
        keys = unpickled(self._stream)
        if not isinstance(keys, list):
            raise RefusedCheckpoint("it is damaged")
        self._places = self._found(keys, size)

    def _found(self, keys: list[object], size: int) -> dict[object, int]:
        places: dict[object, int] = {}
        for key in keys:
            if not isinstance(key, str) or key not in self._storages:
                raise RefusedCheckpoint("a storage belongs to no tensor")
            header = self._stream.read(8)
            places[key] = self._stream.tell()
            elements = struct.unpack("<q", header)[0] if len(header) == 8 else -1
            storage = self._storages[key]
            end = places[key] + elements * storage.dtype.itemsize
            if elements != storage.elements or end > size:
                raise RefusedCheckpoint("it is cut short")
            self._stream.seek(end)
        return places

    def read(self, storage: Storage) -> bytes:
        """The bytes of a storage."""
        if storage.key not in self._places:
            raise RefusedCheckpoint("a part of it is missing")
        self._stream.seek(self._places[storage.key])
        return self._stream.read(storage.elements * storage.dtype.itemsize)


def _opened(stream: IO[bytes]) -> _Store:
    return _Zipped(stream) if zipfile.is_zipfile(stream) else _Legacy(stream)


class Checkpoint(AbstractContextManager["Checkpoint"]):
    """An open file of pickled weights; close it, or use it in a `with`.

    Raises:
        RefusedCheckpoint: The file asks for something that is not let in, or is damaged; the
            message names the file and what it asked for.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream = path.open("rb")
        try:
            self._store = _opened(self._stream)
        except (RefusedCheckpoint, zipfile.BadZipFile) as error:
            self._stream.close()
            raise RefusedCheckpoint(f"{path} is refused: {error}") from error

    @property
    def content(self) -> Mapping[str, Any]:
        """Everything in the file, tensors as `StoredTensor`."""
        if not isinstance(self._store.content, dict):
            raise RefusedCheckpoint(f"{self._path} is refused: it holds no names")
        return self._store.content

    def tensors(self, key: str | None = None) -> dict[str, StoredTensor]:
        """The tensors under `key`, or all of the file, without DataParallel's `module.`."""
        found = self.content if key is None else self.content.get(key)
        if not isinstance(found, dict) or not all(
            isinstance(t, StoredTensor) for t in found.values()
        ):
            raise RefusedCheckpoint(f"{self._path} is refused: no tensors under {key!r}")
        wrapped = all(name.startswith(_PREFIX) for name in found)
        return {name.removeprefix(_PREFIX) if wrapped else name: t for name, t in found.items()}

    def read(self, stored: StoredTensor) -> Tensor:
        """Reads one tensor, as memory of its own."""
        data = bytearray(self._store.read(stored.storage))
        if len(data) != stored.storage.elements * stored.storage.dtype.itemsize:
            raise RefusedCheckpoint(f"{self._path} is refused: it is cut short")
        if not prod(stored.shape):
            return torch.empty(stored.shape, dtype=stored.storage.dtype)
        flat = torch.frombuffer(data, dtype=stored.storage.dtype)
        return flat.as_strided(stored.shape, stored.stride, stored.offset).clone().contiguous()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Closes the file."""
        self._stream.close()


def read_weights(path: Path, key: str | None = None) -> dict[str, Tensor]:
    """Reads the weights of a file, pickled or safetensors, by their names.

    Raises:
        RefusedCheckpoint: See `Checkpoint`.
    """
    if path.suffix != ".safetensors":
        with Checkpoint(path) as checkpoint:
            return {name: checkpoint.read(t) for name, t in checkpoint.tensors(key).items()}
    try:
        with safe_open(path, "pt") as weights:
            return {name: weights.get_tensor(name) for name in weights.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise RefusedCheckpoint(f"{path} is refused: it is damaged") from error
