"""Reads a pickle that holds tensors and plain containers, and nothing that could run.

The published checkpoints are pickles, and a pickle may call anything it names. Here every name is
looked up in one short table of stand-ins of our own; a name that is not in it is refused before
anything happens. Not even `torch` or `numpy` functions are reached.
"""

import pickle
from collections import OrderedDict
from dataclasses import dataclass
from math import prod
from typing import IO, Any

import numpy as np
import torch

MAX_ELEMENTS = 2**29
_MAX_DIMENSIONS = 8

KINDS = {
    f"{name}Storage": dtype
    for name, dtype in {
        "Float": torch.float32,
        "Double": torch.float64,
        "Half": torch.float16,
        "BFloat16": torch.bfloat16,
        "Long": torch.int64,
        "Int": torch.int32,
        "Short": torch.int16,
        "Char": torch.int8,
        "Byte": torch.uint8,
        "Bool": torch.bool,
    }.items()
}
"""The element type of each kind of storage that a checkpoint may name."""


class RefusedCheckpoint(ValueError):  # noqa: N818 - the word for it
    """The file is no checkpoint that may be read; the message says what is in the way."""


def _stays(checked: object, _state: object) -> None:
    """A pickle may change what it made; these were checked, so that they stay as they are."""
    raise RefusedCheckpoint(f"it changes a {type(checked).__name__} after its check")


@dataclass(frozen=True, slots=True)
class Storage:
    """A block of numbers that still lies in the file."""

    key: str
    dtype: torch.dtype
    elements: int

    __setstate__ = _stays


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor that still lies in the file; all of it is known to lie within its storage."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    __setstate__ = _stays


class Config:
    """Stands in for `utilities.config_constructor.Config`: plain attributes, no behaviour."""

    values: dict[str, Any]

    def __setstate__(self, state: object) -> None:
        if not isinstance(state, dict):
            raise RefusedCheckpoint("its Config is not a plain object")
        self.__dict__["values"] = state


class _Kind:
    """A kind of storage; only ever named, never called."""

    __slots__ = ("dtype",)
    dtype: torch.dtype

    def __init__(self, dtype: torch.dtype) -> None:
        object.__setattr__(self, "dtype", dtype)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)


class _Tensors:
    """Stands in for `torch._utils._rebuild_tensor_v2`."""

    __slots__ = ()

    def __call__(
        self, storage: object, offset: object, shape: object, stride: object, *_: object
    ) -> StoredTensor:
        if not isinstance(storage, Storage) or not isinstance(offset, int):
            raise RefusedCheckpoint("a tensor has no storage")
        sizes, strides = _counts(shape), _counts(stride)
        if len(sizes) != len(strides) or offset < 0 or prod(sizes) > MAX_ELEMENTS:
            raise RefusedCheckpoint("a tensor's shape makes no sense")
        last = offset + sum((n - 1) * step for n, step in zip(sizes, strides, strict=True))
        if prod(sizes) and last >= storage.elements:
            raise RefusedCheckpoint("a tensor is larger than its storage")
        return StoredTensor(storage, offset, sizes, strides)


class _Parameters:
    """Stands in for `torch._utils._rebuild_parameter`: the tensor in it."""

    __slots__ = ()

    def __call__(self, tensor: object, *_: object) -> object:
        return tensor


@dataclass(frozen=True)
class _Dtype:
    name: str

    def __setstate__(self, state: object) -> None:
        """Byte order and the like; scalars are read as little-endian."""


class _Dtypes:
    """Stands in for `numpy.dtype`."""

    __slots__ = ()

    def __call__(self, name: object, *_: object) -> _Dtype:
        if name not in {"f4", "f8", "i4", "i8", "b1"}:
            raise RefusedCheckpoint(f"numbers of type {name!r:.40}")
        return _Dtype(str(name))


class _Scalars:
    """Stands in for numpy's scalars: metrics and anchors are such numbers."""

    __slots__ = ()

    def __call__(self, dtype: object, data: object) -> object:
        if not isinstance(dtype, _Dtype) or not isinstance(data, bytes) or len(data) > 8:
            raise RefusedCheckpoint("a number is none")
        values: list[object] = np.frombuffer(data, np.dtype(f"<{dtype.name}")).tolist()
        if len(values) != 1:
            raise RefusedCheckpoint("a number is none")
        return values[0]


class _Bytes:
    """Stands in for `_codecs.encode`, by which old pickles write bytes."""

    __slots__ = ()

    def __call__(self, text: object, encoding: object) -> bytes:
        if not isinstance(text, str) or encoding != "latin1":
            raise RefusedCheckpoint("bytes are written in a way that is not known")
        return text.encode("latin1")


class _Tuples:
    """Stands in for `torch.Size`."""

    __slots__ = ()

    def __call__(self, sizes: object) -> tuple[int, ...]:
        return _counts(sizes)


_STANDS_IN: dict[tuple[str, str], object] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("utilities.config_constructor", "Config"): Config,
    ("torch", "Size"): _Tuples(),
    ("torch._utils", "_rebuild_tensor"): _Tensors(),
    ("torch._utils", "_rebuild_tensor_v2"): _Tensors(),
    ("torch._utils", "_rebuild_parameter"): _Parameters(),
    ("numpy", "dtype"): _Dtypes(),
    ("numpy.core.multiarray", "scalar"): _Scalars(),
    ("numpy._core.multiarray", "scalar"): _Scalars(),
    ("_codecs", "encode"): _Bytes(),
    **{
        (module, name): _Kind(dtype)
        for name, dtype in KINDS.items()
        for module in ("torch", "torch.cuda")
    },
}


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: IO[bytes], storages: dict[str, Storage]) -> None:
        super().__init__(stream, encoding="latin1")
        self._storages = storages

    def find_class(self, module: str, name: str, /) -> Any:
        try:
            return _STANDS_IN[module, name]
        except KeyError:
            raise RefusedCheckpoint(f"it asks for {module}.{name}, which is not let in") from None

    def persistent_load(self, pid: object, /) -> Storage:
        # ('storage', kind, key, where it was, elements[, view])
        match pid:
            case ("storage", _Kind() as kind, str(key), str(), int(elements), *view):
                if elements < 0 or any(part is not None for part in view):
                    raise RefusedCheckpoint("a storage is a view of another")
                storage = Storage(key, kind.dtype, elements)
                if self._storages.setdefault(key, storage) != storage:
                    raise RefusedCheckpoint("a storage is described in two ways")
                return storage
            case _:
                raise RefusedCheckpoint("a storage is of a kind that is not known")


_BROKEN = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


def unpickled(stream: IO[bytes], storages: dict[str, Storage] | None = None) -> Any:
    """Reads one pickle; tensors come as `StoredTensor`, Config objects as `Config`.

    Every storage that it names is entered in `storages`, by its key.

    Raises:
        RefusedCheckpoint: It names something that is not let in, or is damaged.
    """
    try:
        return _Unpickler(stream, {} if storages is None else storages).load()
    except RefusedCheckpoint:
        raise
    except _BROKEN as error:
        raise RefusedCheckpoint("it is damaged or no pickle") from error


def _counts(given: object) -> tuple[int, ...]:
    if not isinstance(given, tuple | list) or len(given) > _MAX_DIMENSIONS:
        raise RefusedCheckpoint("a tensor's shape makes no sense")
    if not all(isinstance(count, int) and 0 <= count <= MAX_ELEMENTS for count in given):
        raise RefusedCheckpoint("a tensor's shape makes no sense")
    return tuple(given)
