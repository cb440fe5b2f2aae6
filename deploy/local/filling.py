"""Fills the catalogue with what VTS brings along, once."""

from __future__ import annotations

import asyncio
import hashlib
import sys
from pathlib import Path

from catalogue.starter import SONGS_PATH
from gateway.drafts import RULES
from vts.aio import AsyncClient
from vts.errors import VtsError


class FillError(Exception):
    """Rendering or importing did not work; the message says which."""


async def fill(data: Path, address: str) -> bool:
    """Renders the sketches and imports them with the starter songs, unless that was done before.

    Returns:
        Whether there was anything to do.

    Raises:
        FillError: A step failed; running again goes on from there.
    """
    sketches = data / "sketches"
    await run_module("catalogue.sketches", "--out", str(sketches))
    lists = (SONGS_PATH, sketches / "sketches.jsonl")
    contents = (RULES.encode(), *(path.read_bytes() for path in lists))
    version = hashlib.sha256(b"".join(contents)).hexdigest()
    stamp = data / "filled"
    if (
        stamp.exists()
        and stamp.read_text(encoding="utf-8") == version
        and await _is_filled(address)
    ):
        return False
    await run_module("vts", "--address", address, "import", "--keep-sound", *map(str, lists))
    stamp.write_text(version, encoding="utf-8")
    return True


async def group(address: str) -> bool:
    """Divides the songs into groups that sound alike, unless somebody has done so before.

    Returns:
        Whether there was anything to do.

    Raises:
        FillError: It failed; running again tries again.
    """
    try:
        async with AsyncClient(address) as client:
            if await client.groups() is not None:
                return False
    except VtsError as error:
        raise FillError(f"the gateway at {address} does not tell its groups: {error}") from error
    await run_module("vts", "--address", address, "cluster")
    return True


async def _is_filled(address: str) -> bool:
    try:
        async with AsyncClient(address) as client:
            return (await client.status()).catalogue.sources["vts-sketches"] > 0
    except VtsError as error:
        raise FillError(f"the gateway at {address} does not tell its catalogue: {error}") from error


async def run_module(module: str, *arguments: str) -> None:
    """Runs a Python module in this terminal.

    Raises:
        FillError: It failed; it has said why.
    """
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, *arguments)
    try:
        if await process.wait() != 0:
            raise FillError(f"{module} {' '.join(arguments)} failed")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
