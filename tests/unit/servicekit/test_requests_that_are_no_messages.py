"""What a caller learns who sends bytes that are no message."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from vts.errors import InvalidRequestError, from_rpc_error
from vts.gateway.v1 import gateway_service_pb2 as pb

CORRUPT = (b"\xff\xff\xff", b"\x0a\x04\x12\x02\xff\xfe")
PARSE = pb.FindTracksRequest.FromString


async def _answer(_request: Any, _context: Any) -> bytes:
    return b"understood"


async def _answers(_request: Any, _context: Any) -> Any:
    yield b"understood"


async def _count(requests: Any, _context: Any) -> bytes:
    return b"%d" % len([request async for request in requests])


async def _counts(requests: Any, _context: Any) -> Any:
    async for _ in requests:
        yield b"one"


METHODS = {
    "Unary": grpc.unary_unary_rpc_method_handler(_answer, PARSE),
    "Split": grpc.unary_stream_rpc_method_handler(_answers, PARSE),
    "Join": grpc.stream_unary_rpc_method_handler(_count, PARSE),
    "Each": grpc.stream_stream_rpc_method_handler(_counts, PARSE),
}


async def called(channel: Any, method: str, data: bytes) -> list[bytes]:
    path = f"/test.Echo/{method}"
    if method == "Unary":
        return [await channel.unary_unary(path)(data)]
    if method == "Split":
        return [each async for each in channel.unary_stream(path)(data)]
    if method == "Join":
        return [await channel.stream_unary(path)(iter([b"", data]))]
    return [each async for each in channel.stream_stream(path)(iter([b"", data]))]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("data", CORRUPT)
async def test_bytes_that_are_no_message_are_refused_without_internals(
    serve: Any, method: str, data: bytes
) -> None:
    async with serve(**METHODS) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await called(channel, method, data)
    error = from_rpc_error(caught.value)
    assert isinstance(error, InvalidRequestError)
    assert error.reason == "FIELD_INVALID"
    assert list(error.fields) == ["request"]
    assert "protobuf" not in str(error)


@pytest.mark.parametrize("method", METHODS)
async def test_messages_still_arrive(serve: Any, method: str) -> None:
    async with serve(**METHODS) as channel:
        assert await called(channel, method, pb.FindTracksRequest(query="rain").SerializeToString())
