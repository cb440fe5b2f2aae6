"""What travels from a child to the service: JSON and arrays of numbers, with limits on each.

A frame is the length of its head (4 bytes, big-endian), the head in JSON, and the bytes of its
arrays one after another, as the head describes them. The service trusts none of it: a decoder may
have been taken over by the file it read.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from servicekit.sandbox.errors import MAX_FACTS, Crashed, Refused

Header: TypeAlias = dict[str, Any]
"""What a child tells beside its arrays: JSON's types."""

Arrays: TypeAlias = tuple[NDArray[Any], ...]
Yielded: TypeAlias = tuple[Header, Arrays]
"""What a decoder yields at a time."""

DTYPES = ("|u1", "<i2", "<i4", "<f4", "<f8")
"""The numbers that may travel, as numpy writes their types."""

MAX_HEAD_BYTES = 64 * 1024
MAX_ARRAYS = 16
MAX_DIMENSIONS = 4

LENGTH = struct.Struct(">I")
BEGUN, YIELDED, REFUSED, FAILED, DONE = "begun", "yielded", "refused", "failed", "done"


def packed(kind: str, header: Mapping[str, Any], arrays: Sequence[NDArray[Any]] = ()) -> bytes:
    """Returns the head of a frame; the arrays' bytes follow it.

    Raises:
        ValueError: An array or the header is of a kind or size that may not travel.
    """
    shapes = [[array.dtype.str, *array.shape] for array in arrays]
    for dtype, *shape in shapes:
        if dtype not in DTYPES or not 1 <= len(shape) <= MAX_DIMENSIONS:
            raise ValueError(f"an array of {dtype} with {len(shape)} dimensions cannot be sent")
    head = json.dumps([kind, header, shapes], allow_nan=False).encode()
    if len(head) > MAX_HEAD_BYTES or len(arrays) > MAX_ARRAYS:
        raise ValueError(f"{len(head)} bytes with {len(arrays)} arrays are too much for one frame")
    return LENGTH.pack(len(head)) + head


def head_bytes(length: bytes) -> int:
    """Reads how long a head is; raises `Crashed` if it is longer than any may be."""
    size: int = LENGTH.unpack(length)[0]
    if not 0 < size <= MAX_HEAD_BYTES:
        raise Crashed(f"sent a head of {size} bytes")
    return size


def unpacked(head: bytes, most_bytes: int) -> tuple[str, Header, Arrays]:
    """Reads a head, and makes empty arrays for what follows.

    Raises:
        Crashed: It is malformed, or its arrays are larger than `most_bytes` together.
    """
    try:
        kind, header, shapes = json.loads(head)
        if not isinstance(kind, str) or not isinstance(header, dict) or len(shapes) > MAX_ARRAYS:
            raise ValueError(kind)
        described = [(np.dtype(_allowed(dtype)), _dimensions(shape)) for dtype, *shape in shapes]
        if sum(dtype.itemsize * math.prod(shape) for dtype, shape in described) > most_bytes:
            raise Crashed(f"sent arrays of more than {most_bytes} bytes")
        return kind, header, tuple(np.empty(shape, dtype) for dtype, shape in described)
    except (ValueError, TypeError, RecursionError) as error:
        raise Crashed("sent a head that is none") from error


def _allowed(dtype: object) -> str:
    if dtype not in DTYPES:
        raise ValueError(dtype)
    return str(dtype)


def _dimensions(shape: list[object]) -> tuple[int, ...]:
    sizes = tuple(size for size in shape if type(size) is int and 0 <= size < 1 << 31)
    if len(sizes) != len(shape) or not 1 <= len(sizes) <= MAX_DIMENSIONS:
        raise ValueError(shape)
    return sizes


def refusal(header: Header) -> Refused:
    """Reads a refusal; raises `Crashed` if it is none."""
    kind, facts = header.get("kind"), header.get("facts")
    if not isinstance(kind, str) or not isinstance(facts, dict) or len(facts) > MAX_FACTS:
        raise Crashed("sent a refusal that is none")
    if not all(isinstance(text, str) and len(text) <= 300 for text in facts.values()):
        raise Crashed("sent a refusal that is none")
    return Refused(kind, **facts)
