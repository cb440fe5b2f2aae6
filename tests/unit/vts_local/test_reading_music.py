"""Moods of music from the plain library."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from vts.moods import MOODS
from vts_local import MusicMoods

CLIP = Path("samples/clip.ogg")
COMPILED = Path(".vts/numba")
"""Where the services keep what they compiled, too."""


@pytest.fixture(scope="module")
def moods() -> Iterator[MusicMoods]:
    with MusicMoods(compiled=COMPILED) as opened:
        yield opened


def test_a_clip_has_moods_and_emotions(moods: MusicMoods) -> None:
    reading = moods.read(CLIP)
    assert tuple(reading.moods) == MOODS
    assert reading.strongest in MOODS
    assert sum(reading.emotions.values()) > 0
    assert reading.valence is not None
    assert -1.0 <= reading.valence <= 1.0
    assert reading.duration_seconds > 1.0


def test_the_bytes_of_a_file_are_read_as_the_file_is(moods: MusicMoods) -> None:
    by_path, by_bytes = moods.read([str(CLIP), CLIP.read_bytes()])
    assert by_path == by_bytes


def test_what_is_no_music_is_refused(moods: MusicMoods, tmp_path: Path) -> None:
    broken = tmp_path / "song.mp3"
    broken.write_bytes(b"this is not sound" * 100)
    with pytest.raises(ValueError, match="the file is not a kind"):
        moods.read(broken)


def test_a_missing_file_is_said_to_be_missing(moods: MusicMoods, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        moods.read(tmp_path / "none.mp3")
