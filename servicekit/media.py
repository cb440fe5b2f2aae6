"""Media: what kind of file some bytes are, told by the bytes alone.

Names and declared types are never believed: a text file called `.jpg` is not a photo. Playlists
(HLS, DASH) are not media here, because opening one would make the reader fetch what it names.
Nothing is decoded, so telling costs the same for every file; limits on pixels and seconds belong
to whoever decodes, before decoding.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from servicekit.errors import ServiceError, invalid
from servicekit.protection import ENCRYPTED
from vts.errors.v1.error_reason_pb2 import ErrorReason

Kind = Literal["image", "video", "audio"]

SNIFF_BYTES = 4096
"""How many bytes from the start of a file `sniff` needs at most."""

READABLE = (
    "JPEG, PNG, WebP, AVIF, GIF and BMP photos; MP4, MOV, WebM, Matroska, Ogg and AVI videos; "
    "WAV, FLAC, MP3, Ogg, Opus, M4A and AAC sounds"
)
"""The kinds of file that VTS reads, for people."""

PICTURES, NO_PICTURES = "pictures", "none"
"""Key and value in the metadata of the refusal of a file in which there are no pictures."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its kind, its short lower-case name, and its MIME type.

    A WebM or Matroska file is of kind "video" even if it only holds sound (as browsers record it):
    the container does not say so at its start. Whoever takes sounds should take both by name.
    """

    kind: Kind
    name: str
    mime: str


_JPEG = Format("image", "jpeg", "image/jpeg")
_PNG = Format("image", "png", "image/png")
_GIF = Format("image", "gif", "image/gif")
_BMP = Format("image", "bmp", "image/bmp")
_WEBP = Format("image", "webp", "image/webp")
_AVIF = Format("image", "avif", "image/avif")
_MP4 = Format("video", "mp4", "video/mp4")
_MOV = Format("video", "mov", "video/quicktime")
_AVI = Format("video", "avi", "video/x-msvideo")
_WEBM = Format("video", "webm", "video/webm")
_MATROSKA = Format("video", "matroska", "video/x-matroska")
_OGV = Format("video", "ogv", "video/ogg")
_M4A = Format("audio", "m4a", "audio/mp4")
_WAV = Format("audio", "wav", "audio/wav")
_FLAC = Format("audio", "flac", "audio/flac")
_MP3 = Format("audio", "mp3", "audio/mpeg")
_OGG = Format("audio", "ogg", "audio/ogg")
_OPUS = Format("audio", "opus", "audio/ogg")
_AAC = Format("audio", "aac", "audio/aac")

_PREFIXES = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"fLaC", _FLAC),
    (b"ID3", _MP3),
)
_RIFF = {b"WEBP": _WEBP, b"AVI ": _AVI, b"WAVE": _WAV}
_AVIF_BRANDS = (b"avif", b"avis")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx")
_PICTURE_BRANDS = (b"mif1", b"msf1")
"""Any still picture or sequence of such (ISO 23008-12); the other brands tell the coding."""

_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_LOCKED_BRANDS = (b"aax ", b"aaxc")
"""Audible's, always encrypted."""

_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_ENCRYPTIONS = (
    bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"),  # Content Encryption Object
    bytes.fromhex("14e68a292226174cb935dae07ee9289c"),  # Extended Content Encryption Object
)
_NOT_READ = (
    (b"MAC ", "Monkey's Audio (APE)"),
    (b"wvpk", "WavPack"),
    (b"DSD ", "DSD"),
    (b"MThd", "MIDI"),
)
"""Sounds that people have, and how they begin."""

_BMP_HEADER_BYTES = (12, 40, 52, 56, 64, 108, 124)


def sniff(head: bytes) -> Format | None:
    """Returns the format of the file that begins with `head`, or None if it is not one we read.

    Args:
        head: The first `SNIFF_BYTES` bytes, or the whole file if it is shorter.
    """
    for prefix, found in _PREFIXES:
        if head.startswith(prefix):
            return found
    for look in (_riff, _iso_media, _ebml, _ogg, _bmp, _mpeg_audio):
        if (found_by_look := look(head)) is not None:
            return found_by_look
    return None


def recognised(head: bytes, field: str, kinds: Collection[Kind]) -> Format:
    """Returns the format of media of one of `kinds`; WebM and Matroska count as sounds too.

    Raises:
        ServiceError: `INVALID_ARGUMENT`, `MEDIA_UNREADABLE`, with the kinds that can be read.
    """
    found = sniff(head)
    if found is None:
        raise unreadable(field, problem_of(head))
    may_be_sound = found in (_WEBM, _MATROSKA, _MP4, _MOV, _OGV)
    if found.kind in kinds or ("audio" in kinds and may_be_sound):
        return found
    raise unreadable(field, f"is {found.kind} ({found.name}), not {' or '.join(sorted(kinds))}")


def problem_of(head: bytes) -> str:
    """What is wrong with a file that `sniff` does not know; people send some kinds often."""
    if not head:
        return "is empty"
    if head.startswith(_ASF):
        is_locked = any(guid in head for guid in _ASF_ENCRYPTIONS)
        return ENCRYPTED if is_locked else _not_read("Windows Media (WMA, WMV)")
    if head[4:8] == b"ftyp" and head[8:12] in _LOCKED_BRANDS:
        return ENCRYPTED
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return _not_read("AIFF")
    if named := next((name for start, name in _NOT_READ if head.startswith(start)), ""):
        return _not_read(named)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS + _PICTURE_BRANDS:
        return "is HEIC, which cannot be read here; JPEG can"
    if head[:4] in (b"II*\0", b"MM\0*"):
        return "is TIFF, which cannot be read here; JPEG and PNG can"
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"#EXTM3U", b"ffconcat")) or b"<MPD" in head:
        return "is a list of files, and what it names is never fetched"
    return "is not a kind of file that can be read here"


def _not_read(name: str) -> str:
    return f"is {name}, which cannot be read here; FLAC, MP3 and M4A can"


def unreadable(field: str, problem: str, **facts: str) -> ServiceError:
    """Returns the error for media that is empty, truncated, corrupt or of an unknown kind.

    Its metadata names the kinds that are read, and further `facts`.
    """
    return invalid(
        field, problem, reason=ErrorReason.ERROR_REASON_MEDIA_UNREADABLE, readable=READABLE, **facts
    )


def pictureless(field: str, problem: str) -> ServiceError:
    """Returns the error for a file in which there are no pictures, but perhaps sound."""
    return unreadable(field, problem, **{PICTURES: NO_PICTURES})


def too_large(field: str, limit: str, given: str = "") -> ServiceError:
    """Returns the error for media beyond a limit; both texts hold their unit ("600 s")."""
    facts = {"limit": limit, "given": given} if given else {"limit": limit}
    return invalid(
        field,
        f"is over the limit of {limit}",
        reason=ErrorReason.ERROR_REASON_MEDIA_TOO_LARGE,
        **facts,
    )


def _riff(head: bytes) -> Format | None:
    return _RIFF.get(head[8:12]) if head[:4] in (b"RIFF", b"RF64") else None


def _iso_media(head: bytes) -> Format | None:
    if head[4:8] in (b"moov", b"mdat", b"wide"):
        return _MOV  # QuickTime files older than the `ftyp` box
    if head[4:8] != b"ftyp":
        return None
    brand = head[8:12]
    if brand in _AVIF_BRANDS or (brand in _PICTURE_BRANDS and b"avif" in head[16:64]):
        return _AVIF
    if brand in _HEIF_BRANDS + _PICTURE_BRANDS + _LOCKED_BRANDS:
        return None
    if brand in _SOUND_BRANDS:
        return _M4A
    return _MOV if brand == b"qt  " else _MP4


def _ebml(head: bytes) -> Format | None:
    if not head.startswith(b"\x1aE\xdf\xa3"):
        return None
    if b"webm" in head[:64]:
        return _WEBM
    return _MATROSKA if b"matroska" in head[:64] else None


def _ogg(head: bytes) -> Format | None:
    if not head.startswith(b"OggS"):
        return None
    if b"\x80theora" in head[:SNIFF_BYTES]:
        return _OGV
    return _OPUS if b"OpusHead" in head[:64] else _OGG


def _bmp(head: bytes) -> Format | None:
    header_bytes = int.from_bytes(head[14:18], "little")
    return _BMP if head.startswith(b"BM") and header_bytes in _BMP_HEADER_BYTES else None


def _mpeg_audio(head: bytes) -> Format | None:
    """Reads the frame header of AAC (ADTS) and of MPEG layer III, ISO 11172-3 section 2.4.1.3."""
    if len(head) < 3 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:
        return _AAC
    version, layer = head[1] >> 3 & 0b11, head[1] >> 1 & 0b11
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 0b11
    is_layer_three = head[1] & 0xE0 == 0xE0 and version != 0b01 and layer == 0b01
    return _MP3 if is_layer_three and bitrate not in (0, 15) and rate != 0b11 else None
