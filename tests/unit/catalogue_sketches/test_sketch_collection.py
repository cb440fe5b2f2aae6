import json
from pathlib import Path

import pytest
import soundfile

from catalogue.sketches import piece, pieces
from catalogue.sketches.__main__ import main
from catalogue.sketches.collection import LISTING, Collection

ID = "alarm-before-dawn"


@pytest.fixture(scope="module")
def rendered_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("sketches")
    assert main(["--out", str(directory), "--only", ID, "--format", "ogg"]) == 0
    return directory


def test_the_listing_describes_the_file_beside_it(rendered_once: Path) -> None:
    [line] = (rendered_once / LISTING).read_text(encoding="utf-8").splitlines()
    listed = json.loads(line)
    sound = soundfile.info(rendered_once / listed["sound_path"])
    assert listed["source_id"] == ID
    assert (listed["tempo_bpm"], listed["key"]) == (168, "D# minor")
    assert listed["title_alternatives"] == ["새벽 알람"]
    assert (sound.format, sound.subtype, sound.channels) == ("OGG", "VORBIS", 2)
    assert sound.duration == pytest.approx(listed["duration_seconds"], abs=0.01)


def test_nothing_is_rendered_again_and_nothing_is_left_behind(rendered_once: Path) -> None:
    before = (rendered_once / f"{ID}.ogg").stat().st_mtime_ns
    assert main(["--out", str(rendered_once), "--only", ID]) == 0
    assert (rendered_once / f"{ID}.ogg").stat().st_mtime_ns == before
    assert not list(rendered_once.glob("*.tmp"))
    assert not list(rendered_once.glob(".*.tmp"))


def test_a_damaged_or_missing_file_is_stale(rendered_once: Path, tmp_path: Path) -> None:
    for name in (f"{ID}.ogg", ".sketches.json"):
        (tmp_path / name).write_bytes((rendered_once / name).read_bytes())
    assert not Collection(tmp_path).stale([piece(ID)])
    assert Collection(tmp_path).stale(pieces()) == [p for p in pieces() if p.id != ID]
    (tmp_path / f"{ID}.ogg").write_bytes(b"OggS")
    assert Collection(tmp_path).stale([piece(ID)]) == [piece(ID)]
    (tmp_path / f"{ID}.ogg").unlink()
    assert Collection(tmp_path).stale([piece(ID)]) == [piece(ID)]


def test_a_damaged_stamp_means_rendering_again(tmp_path: Path) -> None:
    (tmp_path / ".sketches.json").write_text("{")
    assert Collection(tmp_path).stale([piece(ID)]) == [piece(ID)]


def test_an_unknown_id_is_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path), "--only", "nobody"])
    assert "nobody" in capsys.readouterr().err
