"""Deadlines end work, and travel onwards with request ids and tokens."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import grpc
import pytest
from pydantic import SecretStr

from servicekit import calls, channels


async def test_a_call_without_a_deadline_gets_one(serve, status_of):
    cancelled = asyncio.Event()

    async def hang(_request, _context):
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with serve({"default_deadline_seconds": 0.05}, Hang=hang) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as expiry:
            await channel.unary_unary("/test.Echo/Hang")(b"")
    assert expiry.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert "DEADLINE_EXCEEDED" in str(status_of(expiry))
    assert cancelled.is_set()


async def test_the_callers_deadline_cancels_the_work(serve):
    cancelled = asyncio.Event()

    async def hang(_request, _context):
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async with serve(Hang=hang) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as expiry:
            await channel.unary_unary("/test.Echo/Hang")(b"", timeout=0.05)
        async with asyncio.timeout(10):
            await cancelled.wait()
    assert expiry.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_servicers_own_timeout_is_not_taken_for_the_deadline(serve):
    async def give_up(_request, _context):
        raise TimeoutError("a socket")

    async with serve(GiveUp=give_up) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await channel.unary_unary("/test.Echo/GiveUp")(b"")
    assert failure.value.code() == grpc.StatusCode.INTERNAL


def open_channel(*args: Any, **kwargs: Any) -> Any:
    """Opens one whose type does not ask for the serializers that generated stubs pass."""
    return channels.open_channel(*args, **kwargs)


async def seen(_request, context) -> bytes:
    metadata = dict(context.invocation_metadata())
    left = context.time_remaining()
    wanted = {key: metadata.get(key) for key in ("x-request-id", "authorization", "extra")}
    return json.dumps(wanted | {"left": left}).encode()


async def test_a_call_made_onwards_carries_deadline_id_and_token(serve):
    async with serve(Seen=seen) as behind:
        onwards = open_channel(behind.target, token=SecretStr("secret"))

        async def forward(request, _context):
            return await onwards.unary_unary("/test.Echo/Seen")(request, metadata=(("extra", "1"),))

        async with serve(Forward=forward) as front:
            call = front.unary_unary("/test.Echo/Forward")
            answer = await call(b"", timeout=5, metadata=(("x-request-id", "abc.1"),))
        await onwards.close()
    facts = json.loads(answer)
    assert facts["x-request-id"] == "abc.1"
    assert facts["authorization"] == "Bearer secret"
    assert facts["extra"] == "1"
    assert 0 < facts["left"] < 6


async def test_a_shorter_timeout_of_its_own_stands(serve):
    async with serve(Seen=seen) as behind, open_channel(behind.target) as onwards:
        token = calls.deadline.set(None)
        facts = json.loads(await onwards.unary_unary("/test.Echo/Seen")(b"", timeout=2))
        calls.deadline.reset(token)
    assert facts["left"] < 3  # the server reckons on its own clock
    assert facts["authorization"] is None


@pytest.mark.parametrize("offered", ["", "a b", "x" * 65, 'forged" level="info'])
async def test_an_unfit_request_id_is_replaced(offered):
    assert calls.chosen_request_id((("x-request-id", offered),)) != offered


async def test_every_kind_of_call_goes_through_a_channel(serve):
    async with serve() as plain, open_channel(plain.target) as channel:
        await channel.channel_ready()
        assert channel.get_state() == grpc.ChannelConnectivity.READY
        assert await channel.unary_unary("/test.Echo/Unary")(b"a") == b"a"
        assert await channel.stream_unary("/test.Echo/Join")(iter([b"a", b"b"])) == b"ab"
        split = channel.unary_stream("/test.Echo/Split")(b"ab")
        assert [each async for each in split] == [b"a", b"b"]
        each = channel.stream_stream("/test.Echo/Each")(iter([b"a"]))
        assert [message async for message in each] == [b"a"]


class Flaky:
    """Answers UNAVAILABLE twice, then well."""

    def __init__(self) -> None:
        self.attempts = 0

    async def __call__(self, request, context):
        self.attempts += 1
        if self.attempts <= 2:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "not yet")
        return request


async def test_a_method_named_idempotent_is_tried_again(serve):
    flaky = Flaky()
    async with (
        serve(Flaky=flaky.__call__) as plain,
        open_channel(plain.target, idempotent_methods=["test.Echo/Flaky"]) as channel,
    ):
        assert await channel.unary_unary("/test.Echo/Flaky")(b"x") == b"x"
    assert flaky.attempts == 3


async def test_no_other_method_is(serve):
    flaky = Flaky()
    async with (
        serve(Flaky=flaky.__call__) as plain,
        open_channel(plain.target, idempotent_methods=["test.Echo/Unary"]) as channel,
    ):
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await channel.unary_unary("/test.Echo/Flaky")(b"x")
    assert failure.value.code() == grpc.StatusCode.UNAVAILABLE
    assert flaky.attempts == 1


def test_retries_have_a_budget():
    config = json.loads(channels.service_config(["/vts.mood.v1.MoodService/ReadMood"]))
    names = config["methodConfig"][0]["name"]
    assert names == [{"service": "vts.mood.v1.MoodService", "method": "ReadMood"}]
    assert config["retryThrottling"] == {"maxTokens": 10, "tokenRatio": 0.1}


async def test_a_service_that_is_down_is_reported_at_once(serve):
    async with serve() as plain:
        target = plain.target
    async with open_channel(target) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as failure:
            await channel.unary_unary("/test.Echo/Unary")(b"", timeout=5)
    assert failure.value.code() == grpc.StatusCode.UNAVAILABLE
