"""Scratch: uploads lie in files of bounded size that never stay."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from servicekit import scratch
from servicekit.errors import ServiceError
from servicekit.media import SNIFF_BYTES, unreadable


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def pieces(data: bytes, size: int, sent: list[int] | None = None) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        if sent is not None:
            sent.append(start)
        yield data[start : start + size]


@pytest.mark.parametrize("size", [1, 1000, 3_000_000])
async def test_a_file_arrives_as_it_was_sent(tmp_path: Path, size: int) -> None:
    data = os.urandom(2_500_000 if size > 1 else 5000)
    path = tmp_path / "v"
    head = await scratch.received(pieces(data, size), path, len(data), "media", lambda head: head)
    assert path.read_bytes() == data
    assert head == data[:SNIFF_BYTES]


async def test_a_short_file_is_recognised_at_its_end(tmp_path: Path) -> None:
    assert (
        await scratch.received(pieces(b"abc", 1), tmp_path / "v", 10, "media", bytes.upper)
        == b"ABC"
    )
    assert await scratch.received(pieces(b"", 1), tmp_path / "v", 10, "media", len) == 0


async def test_no_more_is_written_than_allowed(tmp_path: Path) -> None:
    path = tmp_path / "v"
    with pytest.raises(ServiceError, match="5000 bytes") as refusal:
        await scratch.received(pieces(bytes(6000), 1000), path, 5000, "media", len)
    assert refusal.value.reason_name == "MEDIA_TOO_LARGE"
    assert list(refusal.value.fields) == ["media"]
    assert path.stat().st_size <= 5000


async def test_what_is_not_wanted_is_refused_before_it_has_arrived(tmp_path: Path) -> None:
    def refuse(head: bytes) -> None:
        raise unreadable("media", f"has a head of {len(head)} bytes")

    sent: list[int] = []
    data = pieces(bytes(64 * 1024 * 1024), 256 * 1024, sent)
    with pytest.raises(ServiceError, match=f"{SNIFF_BYTES} bytes"):
        await scratch.received(data, tmp_path / "v", 1 << 30, "media", refuse)
    assert len(sent) < 32


def test_only_old_folders_of_its_own_are_swept(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in ("vts-old", "vts-new", "keep"))
    file, link = tmp_path / "vts-file", tmp_path / "vts-link"
    for folder in (old, new, other):
        folder.mkdir()
        (folder / "video").write_bytes(b"x")
    file.write_bytes(b"x")
    link.symlink_to(other)
    yesterday = time.time() - scratch.STALE_SECONDS - 60
    for path in (old, other, file):
        os.utime(path, (yesterday, yesterday))
    assert scratch.swept(tmp_path) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "keep",
        "vts-file",
        "vts-link",
        "vts-new",
    ]
    assert (other / "video").exists()


async def test_a_folder_is_gone_when_it_is_left(tmp_path: Path) -> None:
    async with scratch.folder(tmp_path) as folder:
        (folder / "video").write_bytes(b"x")
        assert folder.name.startswith(scratch.PREFIX)
    assert left_in(tmp_path) == []


async def test_a_folder_is_gone_when_its_task_is_cancelled(tmp_path: Path) -> None:
    began = asyncio.Event()

    async def upload() -> None:
        async with scratch.folder(tmp_path):
            began.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(upload())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert left_in(tmp_path) == []


async def test_there_are_no_more_uploads_at_a_time_than_may_be(tmp_path: Path) -> None:
    uploads = scratch.Scratch(tmp_path, 2, "uploads")
    async with uploads.folder(), uploads.folder():
        with pytest.raises(ServiceError, match="the uploads queue is full") as refusal:
            await uploads.folder().__aenter__()
        assert refusal.value.reason_name == "QUEUE_FULL"
        assert len(left_in(tmp_path)) == 2
    async with uploads.folder() as folder:
        assert left_in(tmp_path) == [folder]
    assert left_in(tmp_path) == []
