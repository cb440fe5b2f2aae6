"""How much the gateway and the captioner grow while a video of a gibibyte comes in."""

from __future__ import annotations

import asyncio
import os
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from benchmarks.captioner_figures import Figure
from deploy.local.processes import Plan, Running, started

SIZE = 1 << 30

_MEBIBYTE = 1 << 20
_PORT_OFFSET = 4600
_REQUEST_SECONDS = 600.0
_SAMPLING_SECONDS = 0.05
_SAMPLE = Path("samples/vlog.mp4")
_LIMITS = ("VTS_GATEWAY_MAX_UPLOAD_BYTES", "VTS_CAPTIONER_MAX_VIDEO_BYTES")


def measured(folder: Path) -> list[Figure]:
    """Mebibytes that each grows at most, from what it holds after a video of 12 seconds.

    The last figure is how much the captioner grows for those 12 seconds: what decoding and looking
    take for any video, however large its file.

    Counted is the proportional set size of a process with all its children, so that pages which
    the child that decodes shares with its parent count once.

    Raises:
        StartError: A port is taken, or a process did not get ready.
        httpx.HTTPError: The upload was refused.
    """
    large = _padded(folder)
    for name in _LIMITS:
        os.environ[name] = str(2 * SIZE)
    try:
        grown = asyncio.run(_grown(large, Plan(folder / "memory", _PORT_OFFSET)))
    finally:
        for name in _LIMITS:
            del os.environ[name]
    unit = "MiB for a GiB uploaded"
    return [
        Figure("memory_gateway_mib", grown["gateway"] / _MEBIBYTE, unit, at_most=64.0),
        Figure("memory_captioner_mib", grown["captioner"] / _MEBIBYTE, unit, at_most=64.0),
        Figure("memory_small_video_mib", grown["small"] / _MEBIBYTE, "MiB for 12 s of video"),
    ]


def _padded(folder: Path) -> Path:
    """The sample vlog, with a free box behind it that makes it a gibibyte."""
    content = _SAMPLE.read_bytes()
    path = folder / "large.mp4"
    with path.open("wb") as file:
        file.write(content)
        file.write(struct.pack(">I4s", SIZE - len(content), b"free"))
        file.truncate(SIZE)
    return path


async def _grown(large: Path, plan: Plan) -> dict[str, int]:
    async with (
        started(plan, lambda *_: None) as running,
        httpx.AsyncClient(
            base_url=plan.web_address, timeout=_REQUEST_SECONDS, trust_env=False
        ) as http,
    ):
        watched = {each.part.name: each for each in running}
        watched = {name: watched[name] for name in ("gateway", "captioner")}
        for _ in range(2):
            await _send(http, _SAMPLE)
        before = {name: _held(each) for name, each in watched.items()}
        with _peaks(watched) as small:
            await _send(http, _SAMPLE)
        with _peaks(watched) as peaks:
            await _send(http, large)
        grown = {name: max(0, peaks[name] - before[name]) for name in watched}
        return {**grown, "small": max(0, small["captioner"] - before["captioner"])}


async def _send(http: httpx.AsyncClient, path: Path) -> None:
    with path.open("rb") as file:
        answer = await http.post("/v1/recommendations", files=[("media", (path.name, file))])
    answer.raise_for_status()


@contextmanager
def _peaks(watched: Mapping[str, Running]) -> Iterator[dict[str, int]]:
    """The most bytes that each holds until the block ends, as far as sampling sees them."""
    peaks = {name: _held(each) for name, each in watched.items()}
    over = threading.Event()

    def sample() -> None:
        while not over.wait(_SAMPLING_SECONDS):
            for name, each in watched.items():
                peaks[name] = max(peaks[name], _held(each))

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()


def _held(running: Running) -> int:
    """Bytes of a process and its children; a child that ends meanwhile holds none."""
    process = psutil.Process(running.process.pid)
    return sum(_share(each) for each in (process, *process.children(recursive=True)))


def _share(process: psutil.Process) -> int:
    try:
        share: int = process.memory_full_info().pss
    except psutil.NoSuchProcess:
        return 0
    return share
