"""A folder of bad files, imported for real: each gets its answer, and the good ones are stored."""

import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

import vts as sdk
from tests.integration.bad_sound.conftest import ROOT, Stack
from tests.integration.bad_sound.files import BYTES, TAGGED, make_all

pytestmark = pytest.mark.timeout(600)

ENCRYPTED = r"encrypted \(DRM\)"
LONG = r"limit of 7200 s"
REFUSED = {
    "empty.mp3": r"empty \(0 bytes\)",
    "bought.m4p": ENCRYPTED,
    "rented.m4a": ENCRYPTED,
    "audiobook.m4b": ENCRYPTED,
    "bought.wma": ENCRYPTED,
    "free.wma": r"Windows Media",
    "interchange.aiff": r"AIFF",
    "claims ten hours.wav": r"cut short",
    "claims ten hours.flac": LONG,
    "claims ten hours.mp3": LONG,
    "ten hours.flac": LONG,
    "ten hours, not told.flac": LONG,
    "silence.flac": r"moods|silent",
    "not numbers.wav": r"not numbers",
    "photo.mp3": r"image \(jpeg\)",
    "page.flac": r"not a kind of file",
    "text.wav": r"not a kind of file",
    "noise.ogg": r"cut short",
    "cut short.mp3": r"ends before|cut short",
    "cut short.flac": r"damaged|cut short|ends before",
    "cut short.m4a": r"cut short",
    "cut short.ogg": r"cut short",
    "cut short.wav": r"cut short",
    "blink.wav": r"shorter than 0.5 s",
}
"""What is said of the files that cannot be taken."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad") / "music"
    make_all(folder)
    return folder


def imported(stack: Stack, folder: Path, *arguments: str) -> tuple[int, dict[str, dict], str]:
    """Exit code, the report's lines by file name, and what was said."""
    report = folder.parent / "report.jsonl"
    command = [sys.executable, "-m", "vts", "--address", stack.address, "import", str(folder)]
    done = subprocess.run(
        [*command, "--keep-sound", "--report", str(report), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
        env={**os.environ, "XDG_CACHE_HOME": str(folder.parent / "cache")},
    )
    lines = [json.loads(line) for line in report.read_text(encoding="utf-8").splitlines()]
    return done.returncode, {Path(line["path"]).name: line for line in lines}, done.stderr


@pytest.fixture(scope="module")
def first(stack: Stack, folder: Path) -> tuple[int, dict[str, dict], str]:
    return imported(stack, folder)


def test_every_file_has_its_answer(first: tuple[int, dict[str, dict], str]) -> None:
    code, lines, said = first
    assert code == 1
    assert set(lines) == {*BYTES, *TAGGED}
    assert "Traceback" not in said
    wrong = {
        name: line
        for name, line in lines.items()
        if line["outcome"] != ("refused" if name in REFUSED else "added")
    }
    assert wrong == {}
    unsaid = {
        name: lines[name]["problem"]
        for name, pattern in REFUSED.items()
        if not re.search(pattern, lines[name]["problem"])
    }
    assert unsaid == {}


def test_nothing_is_stored_half(stack: Stack, first: tuple[int, dict[str, dict], str]) -> None:
    added = {line["track_id"] for line in first[1].values() if line["outcome"] == "added"}
    kept = {path.stem for path in (stack.data / "sounds").iterdir()}
    assert kept == added
    with sdk.Client(stack.address) as client:
        catalogue = client.status().catalogue
    assert catalogue.tracks == catalogue.tracks_with_audio_vector == len(added)
    assert catalogue.tracks_with_sound == len(added)
    assert catalogue.windows >= len(added)


def test_names_are_sane_whatever_the_tags_say(
    stack: Stack, first: tuple[int, dict[str, dict], str]
) -> None:
    del first
    with sdk.Client(stack.address) as client:
        [cover] = client.find("Behind a Cover", limit=1)
        [lying] = client.find("lying tags", limit=1)
        [korean] = client.find("한국어 제목이 아주 길다", limit=1)
    assert cover.track.title == "Behind a Cover"
    assert (lying.track.title, lying.track.year) == ("lying tags", 0)
    assert lying.track.duration_seconds == pytest.approx(8, abs=0.2)
    assert len(lying.track.genres) == 8
    assert max(map(len, lying.track.genres)) <= 64
    title = korean.track.title
    assert title.startswith("한국어 제목이")
    assert title == unicodedata.normalize("NFC", title)
    assert 300 <= len(title) <= 512


def test_a_second_run_leaves_the_good_as_they_are(stack: Stack, folder: Path, first) -> None:
    code, lines, _ = imported(stack, folder)
    assert code == 1
    before = {
        name: line["outcome"].replace("added", "unchanged") for name, line in first[1].items()
    }
    assert {name: line["outcome"] for name, line in lines.items()} == before
