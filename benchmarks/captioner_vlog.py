"""A minute of vlog, described with its sound by a running VTS, beside the minute it lasts.

The gateway gets the file over REST and asks the captioner (with `lite`), the sound's analysis and
the mood service as for every vlog; the catalogue is empty, so that no song is looked for.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx

from benchmarks.captioner_clips import SECONDS, vlog
from benchmarks.captioner_figures import Figure
from deploy.local.processes import Plan, started

PORT_OFFSET = 4500
"""Keeps clear of a VTS that runs."""

_REPETITIONS = 3
_REQUEST_SECONDS = 300.0


def measured(folder: Path) -> list[Figure]:
    """Seconds from sending the file to the whole answer, and how much faster than real time.

    Raises:
        StartError: A port is taken, or a process did not get ready.
        httpx.HTTPError: The vlog was refused.
    """
    content = vlog(folder).read_bytes()
    seconds = asyncio.run(_described(content, Plan(folder / "vts", PORT_OFFSET)))
    return [
        Figure("vlog_seconds", median(seconds), "s for a minute of 720p"),
        Figure("vlog_speed", SECONDS / median(seconds), "× real time", at_least=12.0),
    ]


async def _described(content: bytes, plan: Plan) -> list[float]:
    async with (
        started(plan, lambda *_: None),
        httpx.AsyncClient(
            base_url=plan.web_address, timeout=_REQUEST_SECONDS, trust_env=False
        ) as http,
    ):
        return [await _asked(http, content) for _ in range(_REPETITIONS + 1)][1:]


async def _asked(http: httpx.AsyncClient, content: bytes) -> float:
    began = perf_counter()
    answer = await http.post("/v1/recommendations", files=[("media", ("vlog.mp4", content))])
    seconds = perf_counter() - began
    evidence = answer.raise_for_status().json()["playlist"]["evidence"][0]
    if not evidence.get("description", {}).get("tags"):
        raise RuntimeError("the vlog was not described")
    return seconds
