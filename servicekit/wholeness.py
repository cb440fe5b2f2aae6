"""Tells from the outermost boxes of a file whether it breaks off before its own end.

ISO base media (ISO/IEC 14496-12, 4.2), Matroska (RFC 8794, 9559) and RIFF all say how long their
parts are; a part that is longer than what is left of the file was cut off.
"""

import struct
from collections.abc import Callable
from typing import BinaryIO

_MOST_BOXES = 100_000
_SEGMENT = b"\x18\x53\x80\x67"


def breaks_off(file: BinaryIO, demuxer: str) -> bool:
    """Whether the file ends inside one of its outermost parts; False where it does not say."""
    size = file.seek(0, 2)
    walk = _WALKS.get(demuxer)
    try:
        return walk is not None and walk(file, size)
    except (struct.error, OverflowError, ValueError):
        return False  # Not what it seems; that is for the demuxer to say.


def _boxes_break_off(file: BinaryIO, size: int) -> bool:
    at = 0
    for _ in range(_MOST_BOXES):
        if at >= size:
            break
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return True
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            (length,) = struct.unpack(">Q", head[8:16])
        if length == 0:  # Up to the end, wherever that is.
            return False
        if length < 8:
            raise ValueError("a box is shorter than its head")
        at += length
    return at > size


def _segment_breaks_off(file: BinaryIO, size: int) -> bool:
    file.seek(0)
    head = file.read(4096)
    after_magic, length = _vint(head, 4)
    segment = after_magic + length
    if head[segment : segment + 4] != _SEGMENT:
        return False
    start, length = _vint(head, segment + 4)
    unknown = length == (1 << 7 * (start - segment - 4)) - 1
    return not unknown and start + length > size


def _vint(data: bytes, at: int) -> tuple[int, int]:
    """Where the number that begins at `at` ends, and what it is."""
    (first,) = struct.unpack_from(">B", data, at)
    width = 9 - first.bit_length()
    if width > 8 or at + width > len(data):
        raise ValueError("no such number")
    return at + width, int.from_bytes(data[at : at + width], "big") & ~(1 << 7 * width)


def _chunks_break_off(file: BinaryIO, size: int) -> bool:
    at = 0
    while at + 8 <= size:
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        if name != b"RIFF":
            return False  # Padding and other tails are nothing that is missed.
        at += 8 + length
    return at > size


_WALKS: dict[str, Callable[[BinaryIO, int], bool]] = {
    "mov": _boxes_break_off,
    "matroska": _segment_breaks_off,
    "avi": _chunks_break_off,
}
