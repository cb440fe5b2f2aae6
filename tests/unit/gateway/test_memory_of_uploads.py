"""Uploads that are larger than what the gateway may hold in memory."""

import asyncio
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request

from gateway.receiving import close_all
from gateway.rest.forms import RequestReader
from gateway.uploads import CHUNK_BYTES, Upload

MEBIBYTE = 1024 * 1024
LARGE = 48 * MEBIBYTE
MOST = 6 * MEBIBYTE
"""A spool just before it goes to disk, twice over, and pieces on their way."""


@contextmanager
def little_memory() -> Iterator[None]:
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        yield
        grown = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert grown < MOST, f"{grown / MEBIBYTE:.1f} MiB"


async def read(upload: Upload) -> int:
    return sum([len(piece) async for piece in upload.chunks()])


async def test_two_services_are_fed_at_once_from_what_lies_on_disk() -> None:
    upload = Upload()
    with little_memory():
        for _ in range(LARGE // CHUNK_BYTES):
            await upload.write(bytes(CHUNK_BYTES))
        first, second = await asyncio.gather(read(upload), read(upload))
        assert first == second == LARGE
    upload.close()


def form() -> Iterator[bytes]:
    yield b'--b\r\ncontent-disposition: form-data; name="media"; filename="a.mp4"\r\n\r\n'
    for _ in range(LARGE // MEBIBYTE * 16):
        yield bytes(MEBIBYTE // 16)
    yield b"\r\n--b--\r\n"


async def test_a_form_goes_to_disk_as_it_comes() -> None:
    pieces = form()

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    request = Request({"type": "http", "method": "POST", "headers": headers}, receive)
    with little_memory():
        inputs, _ = await RequestReader(2 * LARGE, MEBIBYTE, 10).read(request)
        assert inputs[0].media
        assert await read(inputs[0].media) == LARGE
    close_all(inputs)
