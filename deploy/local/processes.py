"""The five processes: started together, watched, and drained together."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

START_SECONDS = 120.0
STOP_SECONDS = 20.0
_POLL_SECONDS = 0.2

MAX_ANALYSES = 4
"""Sounds that are analysed at a time, where there are as many cores: imports keep them all busy."""

_BLOCKED = """
    0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111
    113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540
    548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061
    6000 6566 6665 6666 6667 6668 6669 6679 6697 10080
"""
_BLOCKED_PORTS = frozenset(int(port) for port in _BLOCKED.split())
"""Ports of other protocols, to which browsers do not go (Fetch standard, "port blocking")."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the processes: its module, its ports and how many threads its libraries get."""

    name: str
    module: str
    service: str
    port: int
    metrics_port: int
    threads: int = 1

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"127.0.0.1:{self.port}"


_PARTS = (
    Part("captioner", "services.captioner", "vts.captioner.v1.CaptionerService", 50051, 9101, 2),
    Part("mood", "services.mood", "vts.mood.v1.MoodService", 50052, 9102, 2),
    Part(
        "audio_features",
        "services.audio_features",
        "vts.audio_features.v1.AudioFeaturesService",
        50053,
        9103,
    ),
    Part(
        "recommender",
        "services.recommender",
        "vts.recommender.v1.RecommenderService",
        50054,
        9104,
    ),
    Part("gateway", "gateway", "vts.gateway.v1.GatewayService", 50050, 9100),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything is: the data, and the ports.

    `port_offset` moves all ports alike; those that the environment sets, as with
    `VTS_GATEWAY_HTTP_PORT`, stay as they are set.
    """

    data: Path
    port_offset: int = 0

    @property
    def parts(self) -> tuple[Part, ...]:
        """The processes; the gateway is the last."""
        move = self.port_offset
        return tuple(
            replace(
                part,
                port=_port(f"VTS_{part.name.upper()}_PORT", part.port + move),
                metrics_port=_port(
                    f"VTS_{part.name.upper()}_METRICS_PORT", part.metrics_port + move
                ),
            )
            for part in _PARTS
        )

    @property
    def gateway(self) -> Part:
        """The process users speak to."""
        return self.parts[-1]

    @property
    def http_port(self) -> int:
        """Where REST and the page are."""
        return _port("VTS_GATEWAY_HTTP_PORT", 8080 + self.port_offset)

    @property
    def web_address(self) -> str:
        """The page's address."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def _analyses(self) -> Path:
        """Where analyses are kept."""
        return self.data / "audio_features" / "analyses.sqlite3"

    def environment(self, part: Part) -> dict[str, str]:
        """A process's settings for this machine; what the caller's environment sets, wins."""
        prefix = f"VTS_{part.name.upper()}_"
        threads = str(part.threads)
        own = {
            f"{prefix}PORT": str(part.port),
            f"{prefix}METRICS_PORT": str(part.metrics_port),
            f"{prefix}THREADS": threads,
            "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads,
            "MKL_NUM_THREADS": threads,
            "TOKENIZERS_PARALLELISM": "false",
            "VTS_AUDIO_FEATURES_WORKERS": str(min(os.cpu_count() or 1, MAX_ANALYSES)),
            "VTS_RECOMMENDER_DATA_DIR": str(self.data / "recommender"),
            "VTS_AUDIO_FEATURES_STORE_URL": f"sqlite:///{quote(str(self._analyses))}",
            "VTS_GATEWAY_SOUND_DIR": str(self.data / "sounds"),
            "VTS_GATEWAY_HTTP_PORT": str(self.http_port),
        }
        for each in self.parts[:-1]:
            own[f"VTS_GATEWAY_{each.name.upper()}_ADDRESS"] = each.address
        return {**own, **os.environ}


def _port(variable: str, default: int) -> int:
    """The port that the environment sets; what is none is refused by the process it is for."""
    value = os.environ.get(variable, "")
    return int(value) if value.isascii() and value.isdecimal() else default


class StartError(Exception):
    """A process did not get ready; the message says which, why and where its log is."""


@dataclass(frozen=True, slots=True)
class Running:
    """A started process and its log."""

    part: Part
    process: asyncio.subprocess.Process
    log: Path
    started_at: float

    def last_lines(self, count: int = 8) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-count:])

    async def ready(self) -> float:
        """Waits until its health check says SERVING; returns the seconds since it was started.

        Raises:
            StartError: It ended, or took longer than `START_SECONDS`.
        """
        while not await _serving(self.part):
            if self.process.returncode is not None:
                raise StartError(f"{self.part.name} stopped; {self.log} ends:\n{self.last_lines()}")
            if time.monotonic() - self.started_at > START_SECONDS:
                raise StartError(f"{self.part.name} is not ready after {START_SECONDS:.0f} s")
            await asyncio.sleep(_POLL_SECONDS)
        return time.monotonic() - self.started_at

    async def stop(self) -> None:
        """Lets it drain; kills it if it takes longer than `STOP_SECONDS`."""
        if self.process.returncode is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


async def _serving(part: Part) -> bool:
    async with grpc.aio.insecure_channel(part.address) as channel:
        try:
            answer = await health_pb2_grpc.HealthStub(channel).Check(
                health_pb2.HealthCheckRequest(service=part.service), timeout=1.0
            )
        except grpc.aio.AioRpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


def check_browsers_open(port: int) -> None:
    """Makes sure that browsers will load the page.

    Raises:
        StartError: They refuse the port; the message names it.
    """
    if port in _BLOCKED_PORTS:
        raise StartError(
            f"port {port} of the page is one that browsers refuse to open (ERR_UNSAFE_PORT); "
            "choose another --port-offset, or set VTS_GATEWAY_HTTP_PORT"
        )


def check_ports_are_free(ports: tuple[int, ...]) -> None:
    """Makes sure nothing else listens where VTS will.

    Raises:
        StartError: A port is taken; the message names it.
    """
    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                raise StartError(
                    f"port {port} is in use: is VTS running already? If not, docs/configuration.md "
                    "names the variables that move ports, such as VTS_GATEWAY_HTTP_PORT"
                )


async def _start(plan: Plan, part: Part) -> Running:
    log = plan.data / "logs" / f"{part.name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as sink:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            part.module,
            env=plan.environment(part),
            stdout=sink,
            stderr=sink,
            start_new_session=True,  # Ctrl-C reaches the parent alone, which then drains in order
        )
    return Running(part, process, log, time.monotonic())


@asynccontextmanager
async def started(
    plan: Plan, tell: Callable[[Part, float], None]
) -> AsyncIterator[tuple[Running, ...]]:
    """All processes, once they are ready; on leaving, the gateway drains first, then the others.

    Args:
        plan: Where the data and the ports are.
        tell: Called with each part when it is ready, and the seconds it took.

    Raises:
        StartError: A port is taken, or one that browsers refuse, or a process did not get ready;
            the others are stopped.
    """
    check_browsers_open(plan.http_port)
    check_ports_are_free(
        (plan.http_port, *(port for each in plan.parts for port in (each.port, each.metrics_port)))
    )
    running: list[Running] = []
    try:
        for part in plan.parts:
            process = await _start(plan, part)
            running.append(process)
        await asyncio.gather(*(_ready(each, tell) for each in running))
        yield tuple(running)
    finally:
        await asyncio.gather(*(each.stop() for each in running[len(plan.parts) - 1 :]))
        await asyncio.gather(*(each.stop() for each in running))


async def _ready(running: Running, tell: Callable[[Part, float], None]) -> None:
    tell(running.part, await running.ready())
