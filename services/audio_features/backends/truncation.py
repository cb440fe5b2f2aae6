"""Telling a cut file from its structure, where decoders would not mind."""

import struct

STREAMED_SIZES = frozenset({0, 0x7FFFFFFF, 0xFFFFFFFF, 0x7FFFF000, 0xFFFFF000})
"""Sizes that recorders write in front of a WAV whose length they do not know yet."""


def is_cut_short(media: bytes, kind: str) -> bool:
    """Whether a WAV or Ogg file ends inside the piece that its header announces."""
    if kind == "wav":
        return _wav_is_cut_short(media)
    if kind in {"ogg", "opus"}:
        return _ogg_is_cut_short(media)
    return False


def _wav_is_cut_short(media: bytes) -> bool:
    """Walk the chunks (RIFF, 1991) to the samples; RF64 keeps its sizes elsewhere."""
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
