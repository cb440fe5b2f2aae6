"""One process, from start to a clean end, with real signals."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("gated_service.py")
LIMIT_SECONDS = 30
SERVING = health_pb2.HealthCheckResponse.SERVING
EOF: object = vars(grpc.aio)["EOF"]  # which the stubs forget
NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Running:
    """A service's process and its log."""

    def __init__(self, process: Any) -> None:
        self.process = process
        self.lines: list[dict[str, Any]] = []

    async def logged(self, message: str) -> dict[str, Any]:
        """Reads the log up to the line that says `message`."""
        async with asyncio.timeout(LIMIT_SECONDS):
            while raw := await self.process.stderr.readline():
                if not raw.startswith(b"{"):
                    continue  # gRPC's own library reports a failed bind in its own words
                line: dict[str, Any] = json.loads(raw)
                self.lines.append(line)
                if line["message"].startswith(message):
                    return line
        raise AssertionError(f"{message!r} was never logged: {self.lines}")

    def open(self, gate: str) -> None:
        self.process.stdin.write(f"{gate}\n".encode())

    async def ended(self):
        async with asyncio.timeout(LIMIT_SECONDS):
            return await self.process.wait()


Start = Callable[..., AbstractAsyncContextManager[Running]]


@pytest.fixture
def start() -> Start:
    @asynccontextmanager
    async def started(**variables: str) -> AsyncIterator[Running]:
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "sdk")]),
            "VTS_LOG_FORMAT": "json",
            **{f"VTS_{name.upper()}": value for name, value in variables.items()},
        }
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, PROGRAM, stdin=pipe, stderr=pipe, env=environment
        )
        try:
            yield Running(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    return started


def channel_to(line: dict[str, Any]) -> Any:
    return grpc.aio.insecure_channel(f"127.0.0.1:{line['port']}")


async def health_of(channel: Any, service: str) -> Any:
    request = health_pb2.HealthCheckRequest(service=service)
    return (await health_pb2_grpc.HealthStub(channel).Check(request)).status


async def test_a_service_is_alive_before_it_is_ready(start):
    async with start() as running, channel_to(await running.logged("listening")) as channel:
        assert await health_of(channel, "") == SERVING
        assert await health_of(channel, "test.Gated") == NOT_SERVING
        running.open("warm")
        await running.logged("ready")
        assert await health_of(channel, "test.Gated") == SERVING


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_calls_in_flight_finish(start, number):
    async with start(drain_seconds="0.2") as running:
        async with channel_to(await running.logged("listening")) as channel:
            running.open("warm")
            await running.logged("ready")
            watch = health_pb2_grpc.HealthStub(channel).Watch(
                health_pb2.HealthCheckRequest(service="test.Gated")
            )
            assert (await watch.read()).status == SERVING
            call = channel.unary_stream("/test.Gated/Hold")(b"")
            assert await call.read() == b"held"
            running.process.send_signal(number)
            assert (await watch.read()).status == NOT_SERVING
            assert await health_of(channel, "") == SERVING
            assert await watch.read() == EOF
            running.open("release")
            assert await call.read() == b"released"
            assert await call.read() == EOF
        assert await running.ended() == 0
        await running.logged("stopped")
    said = [line["message"] for line in running.lines]
    wanted = ["draining", "drain began", "call ended", "backend closed", "stopped"]
    assert [message for message in said if message in wanted] == wanted


async def test_grace_has_an_end(start):
    async with start(grace_seconds="0.1") as running:
        async with channel_to(await running.logged("listening")) as channel:
            running.open("warm")
            await running.logged("ready")
            call = channel.unary_stream("/test.Gated/Hold")(b"")
            assert await call.read() == b"held"
            running.process.send_signal(signal.SIGTERM)
            assert await running.ended() == 0
        await running.logged("backend closed")


async def test_a_second_signal_skips_the_waiting(start):
    async with (
        start(drain_seconds="3600", grace_seconds="3600") as running,
        channel_to(await running.logged("listening")) as channel,
    ):
        running.open("warm")
        await running.logged("ready")
        call = channel.unary_stream("/test.Gated/Hold")(b"")
        assert await call.read() == b"held"
        running.process.send_signal(signal.SIGTERM)
        await running.logged("draining")
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == 0


async def test_a_signal_ends_a_warm_up(start):
    async with start() as running:
        await running.logged("listening")
        running.process.send_signal(signal.SIGTERM)
        assert await running.ended() == 0
        await running.logged("backend closed")


async def test_a_failed_warm_up_is_a_failed_start(start):
    async with start(host_note="cold") as running:
        failure = await running.logged("cannot go on")
        assert await running.ended() == 1
    assert "the model is broken" in failure["exception"]


@pytest.mark.parametrize("port", ["port", "metrics_port"])
async def test_a_taken_port_is_named(start, port):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        async with start(**{port: str(number)}) as running:
            await running.logged("cannot start")
            assert await running.ended() == 1
    assert str(number) in running.lines[-1]["message"]


async def test_a_missing_token_file_is_named(start, tmp_path):
    async with start(auth_tokens_file=str(tmp_path / "tokens")) as running:
        line = await running.logged("cannot start")
        assert await running.ended() == 1
    assert "tokens" in line["message"]
