"""What a file's own structure says of its length, where decoders do not mind or only guess."""

import os
import struct
from typing import BinaryIO

from servicekit.wholeness import breaks_off

DEMUXERS = {
    "wav": "wav",
    "flac": "flac",
    "mp3": "mp3",
    "ogg": "ogg",
    "ogv": "ogg",
    "opus": "ogg",
    "aac": "aac",
    "m4a": "mov",
    "mp4": "mov",
    "mov": "mov",
    "webm": "matroska",
    "matroska": "matroska",
    "mkv": "matroska",
    "avi": "avi",
}
"""FFmpeg's demuxer for each sniffed kind. None of them is a playlist or opens another file."""

STREAMED_SIZES = frozenset({0, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFF000, 0xFFFFF000})
"""Sizes that recorders write in front of a WAV whose length they do not know yet."""

_LARGEST_PAGE_BYTES = 27 + 255 + 255 * 255


def is_cut_short(file: BinaryIO, kind: str) -> bool:
    """Whether the file ends inside a piece that its structure announces; False if it tells none."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    try:
        match kind:
            case "wav":
                return _wav_is_cut_short(file, size)
            case "ogg" | "opus" | "ogv":
                return _ogg_is_cut_short(file, size)
            case _:
                return breaks_off(file, DEMUXERS.get(kind, ""))
    finally:
        file.seek(0)


def tells_length(file: BinaryIO, kind: str) -> bool:
    """Whether the header counts the samples; that of an MP3 only does in a Xing or VBRI frame."""
    if kind != "mp3":
        return True
    file.seek(0)
    file.seek(_id3_bytes(file.read(10)))
    first_frame = file.read(512)
    file.seek(0)
    return any(tag in first_frame for tag in (b"Xing", b"Info", b"VBRI"))


def _id3_bytes(head: bytes) -> int:
    """Length of an ID3v2 tag in front: four bytes of seven bits (ID3v2.4.0, section 3.1)."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    size = 0
    for byte in head[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _wav_is_cut_short(file: BinaryIO, whole: int) -> bool:
    """Walks the chunks (RIFF, 1991) to the samples; RF64 keeps its sizes elsewhere."""
    if file.read(12)[:4] != b"RIFF":
        return False
    offset = 12
    while len(head := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", head)
        if name == b"data":
            return size not in STREAMED_SIZES and offset + 8 + size > whole
        offset += 8 + size + (size & 1)
        file.seek(offset)
    return True


def _ogg_is_cut_short(file: BinaryIO, whole: int) -> bool:
    """Whether the last page (RFC 3533, section 6) lacks bytes."""
    file.seek(max(0, whole - 2 * _LARGEST_PAGE_BYTES))
    tail = file.read()
    start = tail.rfind(b"OggS")
    if start < 0 or start + 27 > len(tail):
        return True
    segments = tail[start + 26]
    table = tail[start + 27 : start + 27 + segments]
    return len(table) < segments or start + 27 + segments + sum(table) > len(tail)
