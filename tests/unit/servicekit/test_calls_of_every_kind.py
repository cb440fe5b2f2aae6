"""Every layer surrounds every kind of call."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from servicekit.interception import CallInterceptor
from servicekit.serving import Service, serving
from servicekit.settings import ServiceSettings

PATH = "/test.Echo/"


async def test_a_unary_call_is_answered(serve):
    async with serve() as channel:
        assert await channel.unary_unary(f"{PATH}Unary")(b"abc") == b"abc"


@pytest.mark.parametrize("method", ["Split", "Written"])
async def test_a_stream_comes_out_of_a_generator_and_of_a_writer(serve, method):
    async with serve() as channel:
        call = channel.unary_stream(f"{PATH}{method}")(b"abc")
        assert [message async for message in call] == [b"a", b"b", b"c"]


async def test_a_stream_goes_in(serve):
    async with serve() as channel:
        assert await channel.stream_unary(f"{PATH}Join")(iter([b"a", b"b"])) == b"ab"


async def test_streams_go_both_ways(serve):
    async with serve() as channel:
        call = channel.stream_stream(f"{PATH}Each")(iter([b"a", b"b"]))
        assert [message async for message in call] == [b"a", b"b"]


async def test_an_unknown_method_is_unimplemented(serve):
    async with serve() as channel:
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await channel.unary_unary(f"{PATH}Nothing")(b"")
    assert refusal.value.code() == grpc.StatusCode.UNIMPLEMENTED


async def test_reflection_lists_the_service(serve):
    async with serve() as channel:
        stub = reflection_pb2_grpc.ServerReflectionStub(channel)
        request = reflection_pb2.ServerReflectionRequest(list_services="")
        answers = [answer async for answer in stub.ServerReflectionInfo(iter([request]))]
    names = {each.name for each in answers[0].list_services_response.service}
    assert {"test.Echo", "grpc.health.v1.Health"} <= names


async def test_a_generator_is_closed_when_its_caller_leaves(serve, eventually):
    closed = []

    async def endless(_request, _context):
        try:
            while True:
                yield b"more"
        finally:
            closed.append(True)

    handlers = {"Endless": grpc.unary_stream_rpc_method_handler(endless)}
    generic = grpc.method_handlers_generic_handler("test.Endless", handlers)
    service = Service("test.Endless", lambda server: server.add_generic_rpc_handlers((generic,)))
    async with (
        serving(ServiceSettings(grace_seconds=0), service) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as opened,
    ):
        channel: Any = opened
        call = channel.unary_stream("/test.Endless/Endless")(b"")
        await call.read()
        call.cancel()
        await eventually(lambda: bool(closed))


def test_an_interceptor_must_say_what_it_does():
    with pytest.raises(TypeError, match="around"):
        CallInterceptor()  # type: ignore[abstract]
