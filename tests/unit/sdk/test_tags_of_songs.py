"""Names of songs from tags and file names, in whatever state they are."""

import unicodedata
from pathlib import Path

import numpy as np
import pytest
import soundfile
from mutagen.flac import FLAC
from mutagen.id3 import ID3, TALB, TCON, TDRC, TIT2, TLAN, TMOO, TPE1, TPE2
from mutagen.mp4 import MP4, MP4FreeForm

from tests.unit.audio_features.sounds import file_of, tone
from vts.importing import tags
from vts.importing.spelling import clean, name_of, repaired


@pytest.fixture(scope="module")
def mp3() -> bytes:
    return file_of("mp3", tone())


def test_id3_tags_tell_everything(tmp_path: Path, mp3: bytes) -> None:
    song = tmp_path / "x.mp3"
    song.write_bytes(mp3)
    written = ID3()
    written.add(TIT2(encoding=3, text="밤편지"))
    written.add(TPE1(encoding=3, text=["아이유", "Guest"]))
    written.add(TALB(encoding=3, text="Palette"))
    written.add(TDRC(encoding=3, text="2017-03-24"))
    written.add(TCON(encoding=3, text=["(13)(17)", "K-Pop"]))
    written.add(TLAN(encoding=3, text="kor"))
    written.save(song)
    assert tags.fields_of(song) == {
        "title": "밤편지",
        "artists": ["아이유", "Guest"],
        "album": "Palette",
        "year": 2017,
        "genres": ["pop", "rock", "k-pop"],
        "language": "ko",
    }


def test_mood_tags_are_read_from_every_form_where_they_name_a_mood(
    tmp_path: Path, mp3: bytes
) -> None:
    song, flac, m4a = (tmp_path / name for name in ("x.mp3", "x.flac", "x.m4a"))
    song.write_bytes(mp3)
    written = ID3()
    written.add(TMOO(encoding=3, text=["Melancholy; Not acoustic", "몽환적인"]))
    written.save(song)
    soundfile.write(flac, np.zeros(8000), 8000)
    comments = FLAC(flac)
    comments.update({"MOOD": ["Aggresive", "Aggresive", "Z" * 900]})
    comments.save()
    m4a.write_bytes(file_of("m4a", tone()))
    atoms = MP4(m4a)
    atoms["----:com.apple.iTunes:MOOD"] = [MP4FreeForm(b"Dreamy, Chill-Out")]
    atoms.save()
    assert tags.fields_of(song)["tags_en"] == ["melancholy"]
    assert tags.fields_of(song)["tags_ko"] == ["몽환적인"]
    assert tags.fields_of(flac)["tags_en"] == ["aggresive"]
    assert tags.fields_of(m4a)["tags_en"] == ["dreamy", "chill-out"]


def test_vorbis_and_mp4_tags_are_read_by_their_own_names(tmp_path: Path) -> None:
    flac = tmp_path / "a.flac"
    soundfile.write(flac, np.zeros(8000), 8000)
    comments = FLAC(flac)
    comments.update({"TITLE": "A", "ARTIST": ["X", "Y"], "DATE": "1999", "GENRE": "Jazz; Soul"})
    comments.save()
    m4a = tmp_path / "b.m4a"
    m4a.write_bytes(file_of("m4a", tone()))
    atoms = MP4(m4a)
    atoms["\xa9nam"], atoms["\xa9ART"], atoms["\xa9day"] = ["B"], ["Z"], ["2001"]
    atoms.save()
    told = tags.fields_of(flac)
    assert (told["title"], told["artists"], told["year"]) == ("A", ["X", "Y"], 1999)
    assert told["genres"] == ["jazz", "soul"]
    told = tags.fields_of(m4a)
    assert (told["title"], told["artists"], told["year"]) == ("B", ["Z"], 2001)


def test_id3v1_in_an_old_korean_encoding_is_read(tmp_path: Path, mp3: bytes) -> None:
    song = tmp_path / "x.mp3"
    title, artist = "보고싶다".encode("cp949").ljust(30, b"\0"), "김범수".encode("cp949")
    tag = b"TAG" + title + artist.ljust(30, b"\0") + bytes(30) + b"2002" + bytes(30) + b"\x02"
    song.write_bytes(mp3 + tag)
    told = tags.fields_of(song)
    assert (told["title"], told["artists"], told["year"]) == ("보고싶다", ["김범수"], 2002)
    assert told["genres"] == ["country"]


@pytest.mark.parametrize(
    "text", ["보고싶다", "사랑 (Live)", "가", "똠방각하의 사랑 노래 모음", "2집 비"]
)
def test_korean_read_as_latin_1_is_repaired(text: str) -> None:
    assert repaired(text.encode("cp949").decode("latin-1")) == text


@pytest.mark.parametrize(
    "text",
    [
        "Café",
        "Sigur Rós",
        "Motörhead",
        "Çà et là",
        "Mägo de Oz",
        "±",
        "Ænima",
        "Ágætis byrjun",
        "Ëë",
    ],
)
def test_western_names_stay_as_they_are(text: str) -> None:
    assert repaired(text) == text


def test_utf_8_read_as_latin_1_is_repaired() -> None:
    assert repaired("밤편지".encode().decode("latin-1")) == "밤편지"


def test_hangul_that_macos_took_apart_is_composed_and_cut_to_a_length() -> None:
    apart = unicodedata.normalize("NFD", "봄날") * 300
    assert clean(apart, 512) == ("봄날" * 300)[:512]
    assert clean(" a\0b\n\tc\ufeff ", 512) == "a b c"


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["A; B / C"], ["A", "B", "C"]),
        (["A feat. B"], ["A", "B"]),
        (["A (ft. B)"], ["A", "B"]),
        (["Simon & Garfunkel"], ["Simon & Garfunkel"]),
        (["Earth, Wind & Fire", "AC/DC"], ["Earth, Wind & Fire", "AC/DC"]),
        (["A", "a\0", "A"], ["A", "a"]),
        ([""], []),
    ],
)
def test_artists_are_split_where_several_are_meant(given: list[str], told: list[str]) -> None:
    assert tags.artists(given) == told


def test_genres_that_say_nothing_are_left_out_and_no_more_than_eight_stay() -> None:
    assert tags.genres(["Other", "255", "Rock/Pop", "ROCK"]) == ["rock", "pop"]
    assert len(tags.genres([f"g{at}" for at in range(20)])) == 8


@pytest.mark.parametrize(
    ("name", "title", "artist"),
    [
        ("Nina - Blue.mp3", "Blue", "Nina"),
        ("01. Nina - Blue.mp3", "Blue", "Nina"),
        ("07 - Blue.mp3", "Blue", "folder"),
        ("99 Luftballons.mp3", "99 Luftballons", "folder"),
        (" - .mp3", "-", "folder"),
    ],
)
def test_a_file_without_tags_is_named_by_its_name(
    tmp_path: Path, name: str, title: str, artist: str
) -> None:
    song = tmp_path / "folder" / name
    song.parent.mkdir()
    song.write_bytes(b"no tags")
    assert tags.fields_of(song) == {"title": title, "artists": [artist]}


def test_a_file_name_in_an_old_korean_encoding_is_read() -> None:
    assert (
        name_of(Path(__import__("os").fsdecode("보고싶다.mp3".encode("cp949")))) == "보고싶다.mp3"
    )


def test_tags_that_cannot_be_true_are_left_out(tmp_path: Path, mp3: bytes) -> None:
    song = tmp_path / "Nina - Blue.mp3"
    song.write_bytes(mp3)
    written = ID3()
    written.add(TIT2(encoding=3, text=""))
    written.add(TPE1(encoding=3, text=" "))
    written.add(TPE2(encoding=3, text="Album Artist"))
    written.add(TDRC(encoding=3, text="9999"))
    written.add(TLAN(encoding=3, text="xyz"))
    written.save(song)
    told = tags.fields_of(song)
    assert told["title"] == "Blue"
    assert told["artists"] == ["Album Artist"]
    assert "year" not in told
    assert "language" not in told


@pytest.mark.parametrize("start", [b"ID3\x04\0\0\x7f\x7f\x7f\x7f", b"fLaC\0\xff\xff\xff", b"OggS"])
def test_damaged_tags_are_no_reason_to_fail(tmp_path: Path, start: bytes) -> None:
    song = tmp_path / "a.mp3"
    song.write_bytes(start + bytes(200))
    assert tags.fields_of(song)["title"] == "a"
