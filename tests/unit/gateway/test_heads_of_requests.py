"""Heads of HTTP requests: bounded in size and in time, over real connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from gateway.rest.heads import MAX_HEAD_BYTES, BoundedProtocol
from gateway.rest.serving import HttpServer


async def measured(request: Request) -> PlainTextResponse:
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        return PlainTextResponse("gone")


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(BoundedProtocol, "head_seconds", 0.3)
    app = Starlette(routes=[Route("/", measured, methods=["GET", "POST"])])
    server = HttpServer(app, "127.0.0.1", 0, max_connections=50, grace_seconds=1)
    await server.start()
    yield server.port
    await server.stop()


async def answer(port: int, *pieces: bytes) -> bytes:
    """What the server says until it hangs up; nothing if it does so with bytes unread."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(10):
            with suppress(ConnectionError):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def request(headers: bytes = b"", body: bytes = b"", target: bytes = b"/") -> bytes:
    lines = b"POST %s HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n" % (target, len(body))
    return lines + b"connection: close\r\n" + headers + b"\r\n" + body


async def test_a_body_may_be_far_larger_than_a_head(port: int) -> None:
    body = bytes(20 * MAX_HEAD_BYTES)
    said = await answer(port, request(body=body))
    assert said.startswith(b"HTTP/1.1 200")
    assert said.endswith(str(len(body)).encode())


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET / HTTP/1.1\r\nx-a: ", *[b"a" * 8192] * 20],
        [request(headers=b"x-a: %s\r\n" % (b"a" * MAX_HEAD_BYTES))],
        [request(headers=b"".join(b"x-%d: a\r\n" % n for n in range(8_000)))],
        [request(target=b"/?q=" + b"a" * MAX_HEAD_BYTES)],
    ],
    ids=["endless header", "large header", "many headers", "long target"],
)
async def test_a_head_that_is_too_large_is_refused_with_the_limit(
    port: int, pieces: list[bytes]
) -> None:
    said = await answer(port, *pieces)
    assert said.startswith(b"HTTP/1.1 431"), said
    assert str(MAX_HEAD_BYTES).encode() in said


async def test_a_trailer_without_end_is_cut_off(port: int) -> None:
    head = b"POST / HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n"
    said = await answer(port, head, b"1\r\na\r\n0\r\nx-a: ", *[b"a" * 8192] * 64)
    assert not said.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nhost: loc"])
async def test_a_head_that_does_not_arrive_gives_its_place_back(port: int, begun: bytes) -> None:
    assert (await answer(port, begun)).startswith(b"HTTP/1.1 408")


async def test_a_second_request_on_a_connection_has_limits_of_its_own(port: int) -> None:
    first = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"
    said = await answer(port, first, first + b"GET / HTTP/1.1\r\nho")
    assert said.count(b"HTTP/1.1 200") == 2


async def test_what_is_not_http_is_refused(port: int) -> None:
    assert (await answer(port, b"FOO / HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 400")
