"""Sound files as people have them and wish they had not, each made on the spot."""

import io
import struct
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from mutagen.flac import FLAC, Picture
from mutagen.id3 import APIC, ID3, TCON, TDRC, TIT2, TLEN, TPE1
from mutagen.mp4 import MP4, MP4Cover

from tests.unit.audio_features.sounds import file_of, music, tone

RATE = 22_050
COVER_BYTES = 10 * 2**20
TEN_HOURS = 36_000
NAME = "한국어 제목이 아주 길다 "

SONG = music(8.0)


def written(samples: np.ndarray, rate: int, form: str, subtype: str) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format=form, subtype=subtype)
    return out.getvalue()


def m4a() -> bytes:
    return file_of("m4a", music(8.0), RATE)


def mp3(seed: int = 0) -> bytes:
    return written(music(8.0, seed=seed), RATE, "MP3", "MPEG_LAYER_III")


def flac(seed: int = 0) -> bytes:
    return written(music(8.0, seed=seed), RATE, "FLAC", "PCM_16")


def with_entry(name: bytes, media: bytes) -> bytes:
    """An MP4 whose sound is described as another kind of sample, such as an encrypted one."""
    at = media.index(b"mp4a", media.index(b"stsd"))
    return media[:at] + name + media[at + 4 :]


def asf(*guids: bytes) -> bytes:
    """The head of a Windows Media file with some objects in it."""
    objects = b"".join(guid + struct.pack("<Q", 24 + 40) + bytes(40) for guid in guids)
    head = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
    return head + struct.pack("<QIBB", 30 + len(objects), len(guids), 1, 2) + objects + bytes(5000)


ASF_STREAM = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365")
ASF_ENCRYPTION = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")


def claiming_ten_hours(media: bytes) -> bytes:
    """A FLAC whose STREAMINFO counts ten hours of samples (RFC 9639, 8.2)."""
    at = 4 + 4 + 10
    (packed,) = struct.unpack(">Q", media[at : at + 8])
    packed = packed >> 36 << 36 | TEN_HOURS * RATE
    return media[:at] + struct.pack(">Q", packed) + media[at + 8 :]


@cache
def ten_hours_of_silence(*, tells: bool) -> bytes:
    """FLAC, 8 kHz: about a megabyte; it may leave its length open, as a recorder does."""
    out = io.BytesIO()
    minutes = np.zeros(600 * 8000, np.int16)
    with soundfile.SoundFile(out, "w", 8000, 1, format="FLAC", subtype="PCM_16") as file:
        for _ in range(TEN_HOURS // 600):
            file.write(minutes)
    made = bytearray(out.getvalue())
    if not tells:
        (packed,) = struct.unpack(">Q", made[18:26])
        made[18:26] = struct.pack(">Q", packed >> 36 << 36)
    return bytes(made)


def xing_of_ten_hours() -> bytes:
    """An MP3 whose first frame counts as many frames as ten hours have."""
    made = bytearray(mp3(9))
    at = next(made.index(tag) for tag in (b"Xing", b"Info") if tag in made)
    made[at + 8 : at + 12] = struct.pack(">I", TEN_HOURS * RATE // 576)
    return bytes(made)


def wav_of_ten_hours() -> bytes:
    made = bytearray(written(SONG, RATE, "WAV", "PCM_16"))
    at = made.index(b"data") + 4
    made[at : at + 4] = struct.pack("<I", TEN_HOURS * RATE * 2)
    return bytes(made)


def not_numbers() -> bytes:
    samples = np.array(SONG)
    samples[RATE : RATE + 10] = np.nan
    return written(samples, RATE, "WAV", "FLOAT")


def eight_channels(form: str) -> bytes:
    samples = np.repeat(tone(3.0, 192_000)[:, np.newaxis], 8, axis=1)
    samples[:, 4:] *= 0.25
    return written(samples, 192_000, form, "PCM_24")


BYTES: Mapping[str, Callable[[], bytes]] = {
    "empty.mp3": lambda: b"",
    "bought.m4p": lambda: with_entry(b"drms", m4a()),
    "rented.m4a": lambda: with_entry(b"enca", m4a()),
    "audiobook.m4b": lambda: m4a().replace(b"ftypM4A ", b"ftypaax "),
    "bought.wma": lambda: asf(ASF_STREAM, ASF_ENCRYPTION),
    "free.wma": lambda: asf(ASF_STREAM),
    "interchange.aiff": lambda: written(SONG, RATE, "AIFF", "PCM_16"),
    "claims ten hours.wav": wav_of_ten_hours,
    "claims ten hours.flac": lambda: claiming_ten_hours(flac(8)),
    "claims ten hours.mp3": xing_of_ten_hours,
    "ten hours.flac": lambda: ten_hours_of_silence(tells=True),
    "ten hours, not told.flac": lambda: ten_hours_of_silence(tells=False),
    "telephone.wav": lambda: written(music(6.0, seed=1)[::2], 8000, "WAV", "PCM_16"),
    "eight channels.wav": lambda: eight_channels("WAV"),
    "eight channels.flac": lambda: eight_channels("FLAC"),
    "silence.flac": lambda: written(np.zeros(6 * RATE), RATE, "FLAC", "PCM_16"),
    "pure tone.wav": lambda: written(tone(6.0, RATE), RATE, "WAV", "PCM_16"),
    "clipping.wav": lambda: written(np.clip(40 * SONG, -1, 1), RATE, "WAV", "PCM_16"),
    "not numbers.wav": not_numbers,
    "photo.mp3": lambda: b"\xff\xd8\xff\xe0" + bytes(20_000),
    "page.flac": lambda: b"<!doctype html><title>not found</title>",
    "text.wav": lambda: b"this is a text and not a song\n" * 100,
    "noise.ogg": lambda: b"OggS" + np.random.default_rng(1).bytes(9000),
    "cut short.mp3": lambda: mp3(1)[:20_000],
    "cut short.flac": lambda: flac(1)[:60_000],
    "cut short.m4a": lambda: m4a()[:-20_000],
    "cut short.ogg": lambda: written(SONG, RATE, "OGG", "VORBIS")[:20_000],
    "cut short.wav": lambda: written(SONG, RATE, "WAV", "PCM_16")[:100_000],
    "blink.wav": lambda: written(SONG[: RATE // 5], RATE, "WAV", "PCM_16"),
    "flac behind id3.flac": lambda: b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + flac(2),
    "good.mp3": lambda: mp3(3),
}
"""Files by name, and how they are made."""


def big_cover_mp3(path: Path) -> None:
    path.write_bytes(mp3(4))
    tags = ID3()
    tags.add(APIC(encoding=3, mime="image/png", type=3, desc="", data=bytes(COVER_BYTES)))
    tags.add(TIT2(encoding=3, text="Behind a Cover"))
    tags.save(path)


def big_cover_flac(path: Path) -> None:
    path.write_bytes(flac(5))
    file, picture = FLAC(path), Picture()
    picture.data, picture.mime = bytes(COVER_BYTES), "image/png"
    file.add_picture(picture)
    file.save()


def big_cover_m4a(path: Path) -> None:
    path.write_bytes(file_of("m4a", music(8.0, seed=6), RATE))
    file = MP4(path)
    file["covr"] = [MP4Cover(bytes(COVER_BYTES), MP4Cover.FORMAT_PNG)]
    file.save()


def lying_tags(path: Path) -> None:
    path.write_bytes(mp3(7))
    tags = ID3()
    tags.add(TIT2(encoding=3, text=""))
    tags.add(TPE1(encoding=3, text="\0\0"))
    tags.add(TDRC(encoding=3, text="9999"))
    tags.add(TLEN(encoding=3, text="360000000"))
    tags.add(TCON(encoding=3, text=["(255)", "x" * 500, *(f"genre {at}" for at in range(50))]))
    tags.save(path)


def long_korean_title(path: Path) -> None:
    path.write_bytes(mp3(8))
    tags = ID3()
    tags.add(TIT2(encoding=1, text=unicodedata.normalize("NFD", NAME * 25)[:900]))
    tags.add(TPE1(encoding=1, text=unicodedata.normalize("NFD", "가수" * 300)))
    tags.save(path)


TAGGED: Mapping[str, Callable[[Path], None]] = {
    "big cover.mp3": big_cover_mp3,
    "big cover.flac": big_cover_flac,
    "big cover.m4a": big_cover_m4a,
    "lying tags.mp3": lying_tags,
    unicodedata.normalize("NFD", "아주 긴 한국어 이름의 노래") + ".mp3": long_korean_title,
}
"""Files that are written, then tagged."""


def make_all(folder: Path) -> None:
    """Writes every file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in BYTES.items():
        (folder / name).write_bytes(made())
    for name, write in TAGGED.items():
        write(folder / name)
