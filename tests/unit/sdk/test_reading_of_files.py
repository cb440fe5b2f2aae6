"""Files read by processes: one that cannot be read stops no other."""

import asyncio
import os
from pathlib import Path

import pytest

from vts.importing import reading
from vts.importing.folders import Found
from vts.importing.reading import Content, Readers, UnreadableFileError


def found(path: Path) -> Found:
    return Found(path, 1, 0)


def files(folder: Path, count: int) -> list[Found]:
    for number in range(count):
        (folder / f"{number}.mp3").write_bytes(bytes([number]))
    return [found(folder / f"{number}.mp3") for number in range(count)]


async def test_a_file_that_never_ends_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = files(tmp_path, 4)
    os.mkfifo(tmp_path / "stuck.mp3")  # nobody writes into it
    readers = Readers(1)
    try:
        await readers.read(first)  # the process is there
        monkeypatch.setattr(reading, "READ_SECONDS", 0.3)
        stuck = asyncio.create_task(readers.read(found(tmp_path / "stuck.mp3")))
        await asyncio.sleep(0)  # it waits for its turn before the others do
        monkeypatch.setattr(reading, "READ_SECONDS", 60.0)
        async with asyncio.timeout(60):
            read = await asyncio.gather(*map(readers.read, others))
            with pytest.raises(UnreadableFileError, match="could not be read in"):
                await stuck
    finally:
        readers.close()
    assert all(isinstance(each, Content) for each in read)
    assert len({each.digest for each in read}) == len(others)
