"""Files under copy protection are told from those that can be read."""

import io

import pytest

from servicekit import media
from servicekit.errors import ServiceError
from servicekit.protection import is_encrypted


def box(name: bytes, content: bytes, *, wide: bool = False) -> bytes:
    if wide:
        return (1).to_bytes(4, "big") + name + (16 + len(content)).to_bytes(8, "big") + content
    return (8 + len(content)).to_bytes(4, "big") + name + content


def mp4(*entries: bytes, wide: bool = False) -> bytes:
    """A file with a track for each kind of sample, its `moov` behind the samples."""
    tracks = b""
    for entry in entries:
        content = bytes(8) + box(entry, bytes(28))
        for name in (b"stsd", b"stbl", b"minf", b"mdia", b"trak"):
            content = box(name, content, wide=wide)
        tracks += content
    moov = box(b"moov", box(b"mvhd", bytes(100)) + tracks)
    return box(b"ftyp", b"M4A " + bytes(4)) + box(b"mdat", bytes(5000)) + moov


@pytest.mark.parametrize("entry", [b"drms", b"enca", b"encv", b"aavd"])
@pytest.mark.parametrize("wide", [False, True])
def test_an_encrypted_track_is_found_wherever_it_stands(entry: bytes, wide: bool) -> None:
    assert is_encrypted(io.BytesIO(mp4(b"mp4a", entry, wide=wide)))


@pytest.mark.parametrize("entries", [(), (b"mp4a",), (b"avc1", b"mp4a")])
def test_clear_tracks_are_not(entries: tuple[bytes, ...]) -> None:
    assert not is_encrypted(io.BytesIO(mp4(*entries)))


@pytest.mark.parametrize("keep", [0, 7, 20, 5100])
def test_a_file_that_breaks_off_before_it_tells_is_no_error(keep: int) -> None:
    assert not is_encrypted(io.BytesIO(mp4(b"drms")[:keep]))


def test_boxes_that_lie_about_their_length_end_the_search() -> None:
    looped = b"\0\0\0\x00moov" + b"\0\0\0\x04trak" * 9
    assert not is_encrypted(io.BytesIO(looped))
    assert not is_encrypted(io.BytesIO(box(b"free", b"") * 50_000 + mp4(b"drms")))


SOUND: tuple[media.Kind, ...] = ("audio",)
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(14)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (ASF + bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"), "encrypted"),
        (ASF, "Windows Media"),
        (b"\0\0\0\x20ftypaax " + bytes(20), "encrypted"),
        (b"FORM\0\0\0\0AIFF", "AIFF"),
        (b"MAC \x96", "Monkey's Audio"),
        (b"wvpk", "WavPack"),
    ],
)
def test_sounds_that_are_not_read_are_called_by_their_names(head: bytes, said: str) -> None:
    with pytest.raises(ServiceError, match=said) as caught:
        media.recognised(head, "sound", SOUND)
    assert caught.value.fields.keys() == {"sound"}
