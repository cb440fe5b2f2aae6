"""The service as it runs: from its start until it serves, what it holds, how long readings take."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import grpc
import psutil
from grpc_health.v1 import health_pb2, health_pb2_grpc

from benchmarks.mood.texts import english, korean
from vts.mood.v1 import mood_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2_grpc as rpc

PORT, METRICS_PORT = 53_052, 53_102
STARTS = 2
BATCH = 32
LONG = 64
LONG_CHARACTERS = 1800
LIMIT_SECONDS = 120.0

_MEBIBYTE = 1 << 20
_POLL_SECONDS = 0.02
_NAME = "vts.mood.v1.MoodService"


def measure(data: Path | None = None) -> dict[str, float]:
    """Seconds until SERVING; mebibytes resident; milliseconds of calls whose texts are all new.

    Raises:
        TimeoutError: The service did not get ready.
        grpc.RpcError: It did not answer.
    """
    starts = []
    for _ in range(STARTS):
        with _running() as (_, seconds):
            starts.append(seconds)
    with _running() as (process, seconds), grpc.insecure_channel(f"127.0.0.1:{PORT}") as channel:
        starts.append(seconds)
        found = {"ready_seconds": median(starts), "loaded_mib": _resident(process)}
        found |= _readings(rpc.MoodServiceStub(channel), data)
        return found | {"after_reading_mib": _resident(process)}


def _readings(stub: rpc.MoodServiceStub, data: Path | None) -> dict[str, float]:
    found = {}
    for name, texts in (("english", english(data, 400)), ("korean", korean(data, 400))):
        singles = [[text] for text in texts[:40]]
        batches = [texts[start : start + BATCH] for start in range(40, 400 - BATCH, BATCH)]
        found[f"{name}_one_ms"] = _milliseconds(stub, singles)
        found[f"{name}_batch_ms"] = _milliseconds(stub, batches)
    joined = " ".join(english(data, 1000)) * 4
    pieces = range(0, LONG * LONG_CHARACTERS, LONG_CHARACTERS)
    long = [joined[start : start + LONG_CHARACTERS] for start in pieces]
    began = time.perf_counter()
    stub.EmbedTexts(pb.EmbedTextsRequest(texts=long), timeout=LIMIT_SECONDS)
    found["embed_64_long_ms"] = 1000 * (time.perf_counter() - began)
    return found


def _milliseconds(stub: rpc.MoodServiceStub, calls: list[list[str]]) -> float:
    taken = []
    for texts in calls:
        began = time.perf_counter()
        stub.ReadMood(pb.ReadMoodRequest(texts=texts), timeout=LIMIT_SECONDS)
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken)


def _resident(process: psutil.Process) -> float:
    """Mebibytes of a process and its children, as far as they are in memory."""
    own = (process, *process.children(recursive=True))
    return float(sum(each.memory_info().rss for each in own)) / _MEBIBYTE


@contextmanager
def _running() -> Iterator[tuple[psutil.Process, float]]:
    """The service in a process of its own, and how many seconds it took to serve."""
    environment = os.environ | {
        "VTS_MOOD_PORT": str(PORT),
        "VTS_MOOD_METRICS_PORT": str(METRICS_PORT),
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        (sys.executable, "-m", "services.mood"),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(process)
        yield psutil.Process(process.pid), time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(timeout=LIMIT_SECONDS)


def _wait(process: subprocess.Popen[bytes]) -> None:
    request = health_pb2.HealthCheckRequest(service=_NAME)
    until = time.monotonic() + LIMIT_SECONDS
    options = (
        ("grpc.initial_reconnect_backoff_ms", 50),
        ("grpc.max_reconnect_backoff_ms", 50),
    )
    with grpc.insecure_channel(f"127.0.0.1:{PORT}", options) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        while time.monotonic() < until and process.poll() is None:
            try:
                answer = stub.Check(request, timeout=1.0, wait_for_ready=True)
            except grpc.RpcError:
                continue
            if answer.status == health_pb2.HealthCheckResponse.SERVING:
                return
            time.sleep(_POLL_SECONDS)
    raise TimeoutError("the mood service did not get ready")
