"""Photos, videos and sounds that are broken, too large or unusual, against the real services."""

import io
import struct
from collections.abc import Iterator

import httpx
import numpy as np
import pytest
import soundfile
from PIL import Image

from tests.e2e import refusals
from tests.e2e.conftest import SAMPLES, Stack
from tests.e2e.made_media import RATE, coffee, encoded, frames, png_bomb, saved, tone, wav
from tests.e2e.refusals import notes, problem

pytestmark = pytest.mark.timeout(900)

JPEG = (SAMPLES / "coffee.jpg").read_bytes()
OGG = (SAMPLES / "clip.ogg").read_bytes()
WAV = wav(tone(3))


@pytest.fixture(scope="module")
def web(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.web, timeout=60) as client:
        yield client


@pytest.fixture(scope="module", autouse=True)
def unharmed(stack: Stack) -> Iterator[None]:
    yield from refusals.unharmed(stack)


def sent(web: httpx.Client, media: bytes, name: str = "holiday.jpg") -> httpx.Response:
    return web.post(
        "/v1/recommendations",
        files={"media": (name, media, "image/jpeg")},
        data={"options": '{"limit": 3}'},
    )


def sound_file(samples: np.ndarray, kind: str, subtype: str | None = None) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, RATE, format=kind, subtype=subtype)
    return out.getvalue()


UNREADABLE = {
    "empty": b"",
    "text": b"this is not a photo",
    "photo cut short": JPEG[: len(JPEG) // 2],
    "photo of noise": JPEG[:20] + np.random.default_rng(1).bytes(5000),
    "png cut short": saved(coffee(), "PNG")[:5000],
    "sound cut short": WAV[: len(WAV) // 2],
    "ogg cut short": OGG[: len(OGG) // 2],
    "flac cut short": sound_file(tone(3), "FLAC")[:9000],
    "a fifth of a second": wav(tone(0.2)),
    "no samples": wav(tone(0)),
    "not numbers": sound_file(np.full(RATE, np.nan, np.float32), "WAV", "FLOAT"),
    "no rate": WAV[:24] + struct.pack("<I", 0) + WAV[28:],
    "video of noise": b"\0\0\0\x20ftypisom" + np.random.default_rng(2).bytes(9000),
    "webm cut short": encoded("webm", frames(4), None)[:500],
    "hls": b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    "dash": b"<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1/</BaseURL></MPD>",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "html": b"<!doctype html><script>alert(1)</script>",
    "pickle": b"\x80\x04\x95\x10\x00",
    "zip": b"PK\x03\x04" + bytes(100),
    "tiff": saved(coffee(), "TIFF"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_media_that_cannot_be_read_is_refused_with_the_kinds_that_can(
    web: httpx.Client, kind: str
) -> None:
    response = sent(web, UNREADABLE[kind])
    assert problem(response) == (400, "MEDIA_UNREADABLE", "inputs[0].media")
    assert "JPEG" in response.json()["metadata"]["readable"]


TOO_LARGE = {
    "64 megapixels in 8 kB": (png_bomb(8000, 8000), "40,000,000 pixels", "64,000,000 pixels"),
    "41 megapixels": (png_bomb(6400, 6407), "40,000,000 pixels", "41,004,800 pixels"),
    "over two hours of sound": (wav(np.zeros(7261 * 1000), 1000), "7200 s", "7261 s"),
    "25 MiB of photo": (JPEG + bytes(25 * 2**20), "24 MiB", "25.1 MiB"),
}


@pytest.mark.parametrize("kind", TOO_LARGE)
def test_media_beyond_a_limit_is_refused_with_the_limit(web: httpx.Client, kind: str) -> None:
    media, limit, given = TOO_LARGE[kind]
    response = sent(web, media)
    assert problem(response) == (413, "MEDIA_TOO_LARGE", "inputs[0].media")
    assert response.json()["metadata"] == {"limit": limit, "given": given}
    assert limit in response.json()["detail"]


def animated(name: str) -> bytes:
    turned = [coffee().resize((96, 64)).rotate(30 * turn) for turn in range(4)]
    return saved(turned[0], name, save_all=True, append_images=turned[1:], duration=100)


def upside_down() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 3
    return saved(coffee(), "JPEG", exif=exif)


GREY16 = Image.fromarray(np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (48, 1)))
PHOTOS = {
    "animated gif": (animated("GIF"), set()),
    "animated webp": (animated("WEBP"), set()),
    "sixteen bits": (saved(GREY16, "PNG"), set()),
    "cmyk": (saved(coffee().convert("CMYK"), "JPEG"), set()),
    "alpha": (saved(coffee().resize((64, 48)).convert("RGBA"), "PNG"), set()),
    "palette": (saved(coffee().convert("P"), "PNG"), set()),
    "upside down": (upside_down(), set()),
    "one pixel": (saved(Image.new("RGB", (1, 1), "red"), "PNG"), {"LITTLE_UNDERSTOOD"}),
    "one line": (saved(Image.new("RGB", (1, 4000), "red"), "PNG"), {"LITTLE_UNDERSTOOD"}),
    "all white": (saved(Image.new("RGB", (90, 60), "white"), "JPEG"), {"LITTLE_UNDERSTOOD"}),
    "all black": (saved(Image.new("RGB", (90, 60)), "JPEG"), {"BLACK_FRAMES"}),
    "39 megapixels": (png_bomb(6240, 6250), {"BLACK_FRAMES"}),
}
LOUD = tone(3, 48_000)
SILENCE = np.zeros(3 * 48_000)
VIDEOS = {
    "no sound": (encoded("mp4", frames(6), None), {"NO_SOUND"}),
    "silent track": (encoded("mp4", frames(6), SILENCE), {"SILENT"}),
    "black frames": (encoded("mp4", frames(6, 0), LOUD), {"BLACK_FRAMES"}),
    "neither": (encoded("mp4", frames(6, 0), None), {"BLACK_FRAMES", "NO_SOUND"}),
    "avi": (encoded("avi", frames(6), LOUD), set()),
    "one frame": (encoded("webm", frames(1), None), {"NO_SOUND"}),
}
SOUNDS = {
    "mp4 without pictures": encoded("mp4", None, LOUD),
    "webm without pictures": encoded("webm", None, LOUD),
    "8 bits": wav(tone(3), width=1),
    "96 kHz": wav(tone(3, 96_000), 96_000),
    "six channels": wav(tone(3), channels=6),
    "24 bits": sound_file(tone(3), "WAV", "PCM_24"),
    "flac": sound_file(tone(3), "FLAC"),
}
UNUSUAL = {
    **{name: (media, "PHOTO", codes) for name, (media, codes) in PHOTOS.items()},
    **{name: (media, "VIDEO", codes) for name, (media, codes) in VIDEOS.items()},
    **{name: (media, "AUDIO", set()) for name, media in SOUNDS.items()},
}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_media_gives_songs_and_says_what_was_missing(web: httpx.Client, name: str) -> None:
    media, kind, codes = UNUSUAL[name]
    response = sent(web, media, "unusual.bin")
    assert response.status_code == 200, response.text
    playlist = response.json()["playlist"]
    assert playlist["evidence"][0]["kind"] == f"INPUT_KIND_{kind}"
    assert len(playlist["items"]) == 3
    assert codes <= notes(playlist)


def test_silence_alone_gives_no_song_and_says_why(web: httpx.Client) -> None:
    playlist = sent(web, wav(np.zeros(3 * RATE))).json()["playlist"]
    assert playlist["items"] == []
    assert {"SILENT", "NOTHING_TOLD"} <= notes(playlist)
