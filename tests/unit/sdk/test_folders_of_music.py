"""Walking folders: sound files once, in order, and a word on what cannot be read."""

import os
from pathlib import Path

from vts.importing.folders import MAX_DEPTH, Found, Unread, walk


def names(folder: Path) -> list[str]:
    return [
        str(each.path.relative_to(folder)) for each in walk([folder]) if isinstance(each, Found)
    ]


def test_sound_files_come_in_order_whatever_the_case_of_their_suffix(tmp_path: Path) -> None:
    for name in ("b/2.MP3", "b/1.flac", "a.opus", "c.txt", "b/cover.jpg", "d/e/f/3.m4a"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert names(tmp_path) == ["a.opus", "b/1.flac", "b/2.MP3", "d/e/f/3.m4a"]


def test_hidden_files_and_those_that_macos_leaves_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".Trash").mkdir()
    for name in ("._song.mp3", ".hidden.mp3", ".Trash/old.mp3", "song.mp3"):
        (tmp_path / name).write_bytes(b"x")
    assert names(tmp_path) == ["song.mp3"]


def test_links_that_lead_in_circles_are_entered_once(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "song.mp3").write_bytes(b"x")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path / "a")
    (tmp_path / "again").symlink_to(tmp_path / "a")
    assert names(tmp_path) == ["a/song.mp3"]


def test_folders_too_deep_are_told_and_not_entered(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * (MAX_DEPTH + 3))
    deep.mkdir(parents=True)
    (deep / "song.mp3").write_bytes(b"x")
    [told] = walk([tmp_path])
    assert isinstance(told, Unread)
    assert f"more than {MAX_DEPTH} folders deep" in told.problem


def test_a_folder_that_vanishes_is_told_and_the_rest_walked(tmp_path: Path) -> None:
    for name in ("a/1.mp3", "b/2.mp3"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"x")
    walked = walk([tmp_path])
    first = next(walked)
    (tmp_path / "b" / "2.mp3").unlink()
    (tmp_path / "b").rmdir()
    [told] = walked
    assert isinstance(first, Found)
    assert isinstance(told, Unread)
    assert told.problem == "cannot be read: no such file or directory"


def test_names_in_no_known_encoding_are_walked(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\xfe.mp3"
    with open(path, "wb"):  # noqa: PTH123 - a name that is no text
        pass
    [found] = walk([tmp_path])
    assert isinstance(found, Found)
