"""The folder of kept sounds, counted while an import works in it."""

from pathlib import Path

from gateway.sounds import SoundFolder


def test_a_folder_that_is_not_there_yet_holds_nothing(tmp_path: Path) -> None:
    assert SoundFolder(tmp_path / "sounds").total_bytes() == 0


def test_a_file_that_is_gone_before_it_is_measured_counts_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept.ogg").write_bytes(b"12345")
    (tmp_path / ".part-renamed").symlink_to(tmp_path / "gone")  # listed, but not to be measured
    assert SoundFolder(tmp_path).total_bytes() == 5
