"""Measuring: every kind of request on both sides in turn, warmed up first."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import httpx

from benchmarks.request_figures import DifferentAnswersError, Timings
from benchmarks.request_kinds import Kind
from benchmarks.request_models import ModelCalls
from gateway.grouping import Groups
from gateway.orchestrating import Orchestrator
from gateway.perceiving import Perceiver
from gateway.receiving import close_all
from gateway.settings import GatewaySettings
from vts.gateway.v1 import gateway_service_pb2 as pb

Answer = tuple[float, list[str]]
"""Seconds, and the ids of the songs."""


async def through_rest(http: httpx.AsyncClient, kind: Kind) -> Answer:
    """One request over a connection that is open, until the answer's last byte.

    Raises:
        httpx.HTTPError: It was refused, or nobody answered.
    """
    form = kind.form()
    began = time.perf_counter()
    response = await http.post("/v1/recommendations", files=form)
    seconds = time.perf_counter() - began
    items = response.raise_for_status().json()["playlist"]["items"]
    return seconds, [item["track"]["id"] for item in items]


class InProcess:
    """The gateway's use case over `ModelCalls`, of which only the calls' seconds count."""

    def __init__(self, calls: ModelCalls) -> None:
        settings = GatewaySettings()
        self._calls = calls
        self._orchestrator = Orchestrator(
            calls,
            Perceiver(calls, Groups(calls), settings.max_photo_bytes),
            settings.max_concurrent_requests,
            settings.request_seconds,
        )

    async def ask(self, kind: Kind) -> Answer:
        """One request."""
        self._calls.seconds = 0.0
        inputs = kind.inputs()
        try:
            playlist = await self._orchestrator.playlist(inputs, pb.Options())
        finally:
            close_all(inputs)
        return self._calls.seconds, [item.track.id for item in playlist.items]


async def measured(
    kinds: Sequence[Kind],
    http: httpx.AsyncClient,
    in_process: InProcess,
    *,
    warm_ups: int,
    repetitions: int,
    tell: Callable[[Kind], None],
) -> list[Timings]:
    """The seconds of each kind; who goes first changes from one repetition to the next.

    Raises:
        DifferentAnswersError: The sides did not recommend the same songs.
    """
    timings = [Timings(kind) for kind in kinds]
    for number in range(-warm_ups, repetitions):
        for each in timings:
            tell(each.kind)
            rest, models = await _both(http, in_process, each.kind, rest_first=number % 2 == 0)
            if rest[1] != models[1] or not rest[1]:
                raise DifferentAnswersError(f"{each.kind.title}: {rest[1]} is not {models[1]}")
            if number >= 0:
                each.rest.append(rest[0])
                each.models.append(models[0])
    return timings


async def _both(
    http: httpx.AsyncClient, in_process: InProcess, kind: Kind, *, rest_first: bool
) -> tuple[Answer, Answer]:
    if rest_first:
        rest = await through_rest(http, kind)
        return rest, await in_process.ask(kind)
    models = await in_process.ask(kind)
    return await through_rest(http, kind), models
