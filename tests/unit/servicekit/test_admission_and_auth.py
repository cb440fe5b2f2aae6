"""Who gets in: tokens, and places among the calls in flight."""

from __future__ import annotations

import asyncio

import grpc
import pytest
from google.rpc import error_details_pb2 as details
from grpc_health.v1 import health_pb2, health_pb2_grpc

from servicekit.auth import TokenFileError, read_tokens

UNARY = "/test.Echo/Unary"


@pytest.fixture
def tokens_file(tmp_path):
    path = tmp_path / "tokens"
    path.write_text("# two callers\nfirst-token\n\nsecond-token\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("header", ["Bearer first-token", "bearer second-token"])
async def test_each_token_opens_the_door(serve, tokens_file, header):
    async with serve({"auth_tokens_file": tokens_file}) as channel:
        call = channel.unary_unary(UNARY)(b"x", metadata=(("authorization", header),))
        assert await call == b"x"


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", "Bearer wrong"),),
        (("authorization", "Bearer "),),
        (("authorization", "Basic first-token"),),
        (("authorization", "first-token"),),
        (("authorization", "Bearer # two callers"),),
    ],
)
async def test_without_a_token_nobody_gets_in(serve, status_of, tokens_file, metadata):
    async with serve({"auth_tokens_file": tokens_file}) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await channel.unary_unary(UNARY)(b"x", metadata=metadata)
    assert refusal.value.code() == grpc.StatusCode.UNAUTHENTICATED
    assert "UNAUTHENTICATED" in str(status_of(refusal))


async def test_a_refused_upload_is_not_read(serve, tokens_file):
    async with serve({"auth_tokens_file": tokens_file}) as channel:
        call = channel.stream_unary("/test.Echo/Join")(iter([bytes(1_000_000)] * 3))
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await call
    assert refusal.value.code() == grpc.StatusCode.UNAUTHENTICATED


async def test_probes_need_no_token(serve, tokens_file):
    async with serve({"auth_tokens_file": tokens_file}) as channel:
        request = health_pb2.HealthCheckRequest(service="test.Echo")
        answer = await health_pb2_grpc.HealthStub(channel).Check(request)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_tokens_do_not_show_in_what_is_printed(tokens_file):
    assert "first" not in repr(read_tokens(tokens_file))


def test_a_file_without_tokens_is_refused(tmp_path):
    path = tmp_path / "tokens"
    path.write_text("# none yet\n", encoding="utf-8")
    with pytest.raises(TokenFileError, match="no token"):
        read_tokens(path)


async def test_a_call_too_many_is_told_when_to_come_back(serve, status_of, eventually):
    release = asyncio.Event()
    held = []

    async def hold(request, _context):
        held.append(request)
        await release.wait()
        return request

    async with serve({"max_concurrent_calls": 2}, Hold=hold) as channel:
        method = channel.unary_unary("/test.Echo/Hold")
        waiting = [method(b"1"), method(b"2")]
        await eventually(lambda: len(held) == 2)
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await method(b"3")
        probe = health_pb2.HealthCheckRequest(service="test.Echo")
        assert (await health_pb2_grpc.HealthStub(channel).Check(probe)).status == 1
        release.set()
        assert await asyncio.gather(*waiting) == [b"1", b"2"]
        assert await method(b"4") == b"4"
    assert refusal.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    status = status_of(refusal)
    assert any(each.Is(details.RetryInfo.DESCRIPTOR) for each in status.details)


async def test_a_caller_who_leaves_gives_its_place_back(serve, eventually):
    held = []

    async def hold(_request, _context):
        held.append(True)
        await asyncio.Event().wait()

    async with serve({"max_concurrent_calls": 1}, Hold=hold) as channel:
        call = channel.unary_unary("/test.Echo/Hold")(b"")
        await eventually(lambda: len(held) == 1)
        call.cancel()

        async def answered():
            try:
                return await channel.unary_unary(UNARY)(b"x")
            except grpc.aio.AioRpcError:
                return None

        async with asyncio.timeout(10):
            while await answered() != b"x":
                pass
