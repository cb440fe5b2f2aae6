"""Tells files that are encrypted for one shop or player (DRM): what cannot be read, and why.

ISO base media name the coding of each track in its sample description (ISO/IEC 14496-12, 8.5.2);
that of encrypted tracks is replaced by one of a few names (ISO/IEC 23001-7, and Apple's before it).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

ENCRYPTED = "is encrypted (DRM); only files without copy protection can be read"
"""The problem of such files, for people."""

_ENCRYPTED_ENTRIES = frozenset({b"drms", b"drmi", b"enca", b"encv", b"enct", b"encs", b"aavd"})
_WAY = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")
_MOST_BOXES = 20_000
_STSD_HEAD_BYTES = 8

Part = tuple[int, int]
"""Where a box's content begins and ends in the file."""


def is_encrypted(file: BinaryIO) -> bool:
    """Whether an MP4, M4A or MOV has an encrypted track; others, and damaged ones, have none."""
    size = file.seek(0, 2)
    left = [_MOST_BOXES]
    parts: list[Part] = [(0, size)]
    for name in _WAY:
        parts = [part for inside in parts for part in _inside(file, inside, {name}, left)]
    return any(
        any(_inside(file, (start + _STSD_HEAD_BYTES, end), _ENCRYPTED_ENTRIES, left))
        for start, end in parts
    )


def _inside(
    file: BinaryIO, part: Part, names: set[bytes] | frozenset[bytes], left: list[int]
) -> Iterator[Part]:
    """The boxes with one of some names that stand directly in a part of the file."""
    at, end = part
    while at + 8 <= end and left[0] > 0:
        left[0] -= 1
        file.seek(at)
        head = file.read(16)
        length, begin = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, begin = int.from_bytes(head[8:16], "big"), at + 16
        box_end = end if length == 0 else at + length
        if box_end < begin:
            return
        if head[4:8] in names:
            yield begin, min(box_end, end)
        at = box_end
