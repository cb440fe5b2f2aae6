"""What a file's own structure says of its length, where decoders do not mind or only guess."""

import struct

STREAMED_SIZES = frozenset({0, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFF000, 0xFFFFF000})
"""Sizes that recorders write in front of a WAV whose length they do not know yet."""


def is_cut_short(media: bytes, kind: str) -> bool:
    """Whether a WAV, AVI or Ogg file ends inside the piece that its header announces."""
    if kind == "wav":
        return _wav_is_cut_short(media)
    if kind == "avi":
        return 8 + int.from_bytes(media[4:8], "little") > len(media)
    if kind in {"ogg", "opus"}:
        return _ogg_is_cut_short(media)
    return False


def tells_length(media: bytes, kind: str) -> bool:
    """Whether the header counts the samples; that of an MP3 only does in a Xing or VBRI frame."""
    if kind != "mp3":
        return True
    start = _id3_bytes(media)
    return any(tag in media[start : start + 512] for tag in (b"Xing", b"Info", b"VBRI"))


def _id3_bytes(media: bytes) -> int:
    """Length of an ID3v2 tag in front: four bytes of seven bits (ID3v2.4.0, section 3.1)."""
    if media[:3] != b"ID3" or len(media) < 10:
        return 0
    size = 0
    for byte in media[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def _wav_is_cut_short(media: bytes) -> bool:
    """Walks the chunks (RIFF, 1991) to the samples; RF64 keeps its sizes elsewhere."""
    if media[:4] != b"RIFF":
        return False
    offset = 12
    while offset + 8 <= len(media):
        name, size = struct.unpack_from("<4sI", media, offset)
        if name == b"data":
            return size not in STREAMED_SIZES and offset + 8 + size > len(media)
        offset += 8 + size + (size & 1)
    return True


def _ogg_is_cut_short(media: bytes) -> bool:
    """Whether the last page (RFC 3533, section 6) lacks bytes."""
    start = media.rfind(b"OggS")
    if start + 27 > len(media):
        return True
    segments = media[start + 26]
    table = media[start + 27 : start + 27 + segments]
    return len(table) < segments or start + 27 + segments + sum(table) > len(media)
