"""Folders on their way to a gateway: each song once, whatever happens meanwhile."""

import asyncio
import os
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

import grpc
import pytest

import vts
from tests.unit.sdk.keeping import GONE, KeepingGateway, serving
from vts.errors import VtsError
from vts.importing import UnreadableListError
from vts.importing.course import FolderImport, Options
from vts.importing.journal import Journal
from vts.importing.outcomes import Kind, Outcome

TITLES = [f"song {at:02}" for at in range(40)]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vts.importing.sending._FIRST_WAIT_SECONDS", 0.05)


def music(folder: Path, titles: list[str] = TITLES) -> Path:
    folder.mkdir(exist_ok=True)
    for title in titles:
        (folder / f"{title}.mp3").write_bytes(title.encode() * 100 + title.encode().rjust(8))
    return folder


async def course(
    address: str,
    paths: list[Path],
    journal: Path | None = None,
    patience_seconds: float = 20,
    **options: bool,
) -> list[Outcome]:
    heard: list[Outcome] = []
    async with vts.AsyncClient(address) as client:
        with closing(Journal(journal)) as kept:
            chosen = Options(workers=1, patience_seconds=patience_seconds, **options)
            await FolderImport(client, kept, chosen, heard.append).run(paths)
    return heard


def counted(outcomes: list[Outcome]) -> dict[str, int]:
    return {kind.value: count for kind, count in Counter(each.kind for each in outcomes).items()}


async def test_every_song_is_sent_once_and_the_second_time_none(tmp_path: Path) -> None:
    gateway, folder, journal = KeepingGateway(), music(tmp_path / "m"), tmp_path / "journal"
    with serving(gateway) as address:
        assert counted(await course(address, [folder], journal)) == {"added": 40}
        assert sorted(gateway.sent.elements()) == TITLES
        assert gateway.most_at_a_time == 2
        assert counted(await course(address, [folder], journal)) == {"unchanged": 40}
        assert sum(gateway.sent.values()) == 40


async def test_unchanged_files_are_not_even_opened_again(tmp_path: Path) -> None:
    gateway, folder, journal = KeepingGateway(), music(tmp_path / "m", ["a"]), tmp_path / "journal"
    with serving(gateway) as address:
        await course(address, [folder], journal)
        song = folder / "a.mp3"
        before = song.stat()
        song.write_bytes(bytes(before.st_size))
        os.utime(song, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert counted(await course(address, [folder], journal)) == {"unchanged": 1}
        os.utime(song)
        assert counted(await course(address, [folder], journal)) == {"added": 1}


async def test_songs_the_gateway_lost_are_sent_again(tmp_path: Path) -> None:
    gateway, folder, journal = KeepingGateway(), music(tmp_path / "m"), tmp_path / "journal"
    with serving(gateway) as address:
        await course(address, [folder], journal)
        gateway.kept.clear()
        assert counted(await course(address, [folder], journal)) == {"added": 40}


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100])
async def test_a_journal_that_is_lost_or_damaged_costs_only_time(
    tmp_path: Path, damage: bytes
) -> None:
    gateway, folder, journal = KeepingGateway(), music(tmp_path / "m"), tmp_path / "journal"
    with serving(gateway) as address:
        await course(address, [folder], journal)
        journal.write_bytes(damage)
        assert counted(await course(address, [folder], journal)) == {"unchanged": 40}


async def test_an_older_gateway_that_cannot_be_asked_is_sent_everything(tmp_path: Path) -> None:
    gateway, folder = KeepingGateway(checks=False), music(tmp_path / "m")
    with serving(gateway) as address:
        assert counted(await course(address, [folder])) == {"added": 40}


async def test_copies_of_a_file_are_duplicates_of_the_first(tmp_path: Path) -> None:
    gateway, folder = KeepingGateway(), music(tmp_path / "m", ["a"])
    for name in ("b.mp3", "c.mp3"):
        (folder / name).write_bytes((folder / "a.mp3").read_bytes())
    with serving(gateway) as address:
        outcomes = await course(address, [folder])
    assert sorted(each.kind.value for each in outcomes) == ["added", "duplicate", "duplicate"]
    assert {each.path for one in outcomes for each in one.duplicates} == {str(folder / "a.mp3")}
    assert list(gateway.sent) == ["a"]


async def test_what_was_left_out_as_a_duplicate_is_not_sent_again_while_its_twin_is_there(
    tmp_path: Path,
) -> None:
    gateway, folder, journal = KeepingGateway(), tmp_path / "m", tmp_path / "journal"
    folder.mkdir()
    (folder / "a.mp3").write_bytes(b"one tag, the same sound")
    (folder / "b.mp3").write_bytes(b"another tag, the same sound")
    with serving(gateway) as address:
        first = await course(address, [folder], journal)
        assert counted(first) == {"added": 1, "duplicate": 1}
        again = await course(address, [folder], journal)
        assert counted(again) == {"unchanged": 1, "duplicate": 1}
        assert gateway.sent == {"a": 1, "b": 1}
        [duplicate] = [each for each in again if each.kind is Kind.DUPLICATE]
        assert duplicate.duplicates[0].reason_ko == "소리가 같습니다."
        assert duplicate.duplicates[0].title == "the first"
        gateway.kept.clear()
        gateway.same_sound.clear()
        await course(address, [folder], journal)
        assert gateway.sent == {"a": 2, "b": 2}
        kept = await course(address, [folder], journal, skip_duplicates=False)
        assert counted(kept) == {"unchanged": 1, "added": 1}


async def test_bad_files_are_told_with_their_reason_and_stop_no_other(tmp_path: Path) -> None:
    gateway, folder = KeepingGateway(), music(tmp_path / "m", ["a", "z"])
    (folder / "bad.wav").write_bytes(b"bad")
    (folder / "empty.mp3").touch()
    (folder / "gone.flac").symlink_to(tmp_path / "nowhere.flac")
    os.mkfifo(folder / "pipe.ogg")
    with serving(gateway) as address:
        outcomes = await course(address, [folder])
    assert counted(outcomes) == {"added": 2, "refused": 4}
    problems = {Path(each.origin).name: each.problem for each in outcomes if each.problem}
    assert problems == {
        "bad.wav": "sound: is bad",
        "empty.mp3": "is empty (0 bytes)",
        "gone.flac": "cannot be read: no such file or directory",
        "pipe.ogg": "is neither a file nor a folder",
    }


async def test_a_song_at_which_the_gateway_fails_is_refused_alone(tmp_path: Path) -> None:
    gateway, folder = KeepingGateway(), music(tmp_path / "m")
    gateway.fails = lambda title: grpc.StatusCode.INTERNAL if title == "song 07" else None
    with serving(gateway) as address:
        outcomes = await course(address, [folder])
    assert counted(outcomes) == {"added": 39, "refused": 1}
    assert [Path(each.origin).stem for each in outcomes if each.problem] == ["song 07"]


async def test_a_song_that_takes_a_service_down_each_time_is_refused_alone(tmp_path: Path) -> None:
    gateway, folder = KeepingGateway(), music(tmp_path / "m", ["a", "b", "c"])
    gateway.fails = lambda title: GONE if title == "b" else None
    with serving(gateway) as address:
        outcomes = await course(address, [folder])
    assert counted(outcomes) == {"added": 2, "refused": 1}


async def test_an_import_outlives_a_restart_of_the_gateway(tmp_path: Path) -> None:
    gateway, folder = KeepingGateway(), music(tmp_path / "m")
    reached = threading.Event()

    def stops(title: str) -> grpc.StatusCode | None:
        if title == "song 20" and not reached.is_set():
            reached.set()
            return GONE
        return None

    gateway.fails = stops
    with serving(gateway) as address:
        work = asyncio.create_task(course(address, [folder]))
        await asyncio.to_thread(reached.wait, 20)
    with serving(gateway, int(address.rsplit(":", 1)[1])):
        outcomes = await work
    assert sorted(Path(each.origin).stem for each in outcomes) == TITLES
    assert {each.kind for each in outcomes} <= {Kind.ADDED, Kind.UPDATED, Kind.UNCHANGED}
    assert len(gateway.kept) == 40


async def test_a_gateway_that_stays_away_ends_the_import(tmp_path: Path) -> None:
    with pytest.raises(VtsError) as caught:
        await course("127.0.0.1:1", [music(tmp_path / "m")], patience_seconds=0.5)
    assert caught.value.code is GONE


async def test_a_refusal_that_is_meant_for_all_ends_the_import_at_once(tmp_path: Path) -> None:
    gateway = KeepingGateway(fails=lambda _: grpc.StatusCode.UNAUTHENTICATED)
    with serving(gateway) as address, pytest.raises(VtsError):
        await course(address, [music(tmp_path / "m")])
    assert not gateway.kept


async def test_a_malformed_list_is_told_before_anything_is_sent(tmp_path: Path) -> None:
    gateway, songs = KeepingGateway(), tmp_path / "songs.csv"
    songs.write_text("title,artist,year\na,b,1999\nc,d,soon\n", encoding="utf-8")
    with serving(gateway) as address, pytest.raises(UnreadableListError, match="line 3: year"):
        await course(address, [songs])
    assert not gateway.sent


async def test_lists_and_folders_are_imported_together(tmp_path: Path) -> None:
    gateway, folder, songs = KeepingGateway(), music(tmp_path / "m", ["a"]), tmp_path / "songs.csv"
    songs.write_text("title,artist\nb,B\nc,C\n", encoding="utf-8")
    with serving(gateway) as address:
        assert counted(await course(address, [songs, folder])) == {"added": 3}
        assert counted(await course(address, [songs, folder])) == {"unchanged": 3}
    assert gateway.sent == {"a": 1, "b": 1, "c": 1}


def test_a_journal_that_is_locked_for_good_says_so(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("vts.importing.journal._WAIT_SECONDS", 0.05)
    path = tmp_path / "journal"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            Journal(path)
    assert path.exists()
