"""Files are known by their bytes: real ones from real encoders, and the rest refused."""

from __future__ import annotations

import io
from typing import Any

import av
import grpc
import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from servicekit import media
from servicekit.errors import ServiceError


def photo(kind: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, kind)
    return file.getvalue()


def sound(kind: str, subtype: str | None = None) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.zeros(4_800, np.float32), 48_000, subtype, format=kind)
    return file.getvalue()


def muxed(container: str, codec: str) -> bytes:
    """Encodes a tenth of a second of silence, or four black frames."""
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        if codec in ("aac", "libopus"):
            stream: Any = output.add_stream(codec, rate=48_000, layout="mono")
            silence = av.AudioFrame.from_ndarray(
                np.zeros((1, 4_800), np.float32), "fltp", layout="mono"
            )
            silence.sample_rate = 48_000
            resampler = av.AudioResampler(stream.format, stream.layout, 48_000, stream.frame_size)
            frames: list[Any] = resampler.resample(silence)
        else:
            stream = output.add_stream(codec, rate=10, width=32, height=32)
            stream.pix_fmt = "yuv420p"
            frames = [av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8)) for _ in range(4)]
        for frame in [*frames, None]:
            output.mux(stream.encode(frame))
    return file.getvalue()


def kind_and_name(content: bytes) -> tuple[str, str] | None:
    found = media.sniff(content[: media.SNIFF_BYTES])
    return (found.kind, found.name) if found else None


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp", "avif", "gif", "bmp"])
def test_photos_are_known(kind):
    assert media.sniff(photo(kind)) == media.Format("image", kind, f"image/{kind}")


@pytest.mark.parametrize(
    ("kind", "subtype", "name"),
    [
        ("WAV", "PCM_16", "wav"),
        ("RF64", "PCM_16", "wav"),
        ("FLAC", None, "flac"),
        ("OGG", "VORBIS", "ogg"),
        ("OGG", "OPUS", "opus"),
        ("MP3", None, "mp3"),
    ],
)
def test_sounds_are_known(kind, subtype, name):
    assert kind_and_name(sound(kind, subtype)) == ("audio", name)


@pytest.mark.parametrize(
    ("container", "codec", "kind", "name"),
    [
        ("mp4", "mpeg4", "video", "mp4"),
        ("mov", "mpeg4", "video", "mov"),
        ("avi", "mpeg4", "video", "avi"),
        ("matroska", "mpeg4", "video", "matroska"),
        ("webm", "libvpx", "video", "webm"),
        ("webm", "libopus", "video", "webm"),
        ("ipod", "aac", "audio", "m4a"),
        ("adts", "aac", "audio", "aac"),
    ],
)
def test_containers_are_known(container, codec, kind, name):
    assert kind_and_name(muxed(container, codec)) == (kind, name)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"\xff",
        b"\xff\xd8",
        b"plain text called photo.jpg",
        b"BMX files are text too, whatever their first letters say",
        "﻿글".encode("utf-16"),
        b"#EXTM3U\n#EXT-X-VERSION:3\nhttp://example.org/a.ts\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'/>",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
        b"II*\x00\x08\x00\x00\x00",
        b"RIFF\x00\x00\x00\x00ACON",
        b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x0cnothing known",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_everything_else_is_not(head):
    assert media.sniff(head) is None


def test_avif_is_known_by_any_of_its_brands():
    head = b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avif"
    assert kind_and_name(head) == ("image", "avif")


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(head):
    found = media.sniff(head)
    assert found is None or found.kind in ("image", "video", "audio")


def test_the_wrong_kind_is_refused_by_field_and_with_what_is_read():
    with pytest.raises(ServiceError) as refusal:
        media.recognised(photo("png"), "media", {"audio"})
    error = refusal.value
    assert (error.code, error.reason_name) == (
        grpc.StatusCode.INVALID_ARGUMENT,
        "MEDIA_UNREADABLE",
    )
    assert error.fields == {"media": "is image (png), not audio"}
    assert error.metadata == {"readable": media.READABLE}


@pytest.mark.parametrize(("head", "said"), [(b"", "is empty"), (b"x", "is not a kind of file")])
def test_nothing_and_nonsense_are_told_apart(head, said):
    with pytest.raises(ServiceError, match=said):
        media.recognised(head, "media", {"image", "video", "audio"})


def test_a_recording_from_a_browser_counts_as_sound():
    assert media.recognised(muxed("webm", "libopus"), "media", {"audio"}).name == "webm"


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "is HEIC"),
        (b"MM\x00*\x00\x00\x00\x08", "is TIFF"),
        (b"\xef\xbb\xbf#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "is a list of files"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "is a list of files"),
        (
            b"<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>",
            "a list of files",
        ),
    ],
)
def test_kinds_that_people_send_and_we_do_not_read_are_named(head, said):
    with pytest.raises(ServiceError, match=said):
        media.recognised(head, "media", {"image", "video", "audio"})
