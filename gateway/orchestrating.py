"""Orchestrating: the one use case behind gRPC and REST, from inputs to a playlist."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager

from gateway.clients import Clients
from gateway.failures import Unanswered, renamed
from gateway.perceived import Given, Perceived
from gateway.perceiving import Perceiver
from gateway.progress import Progress
from gateway.ranking import playlist, question
from gateway.requests import check_count, check_options, check_weights, checked_id
from gateway.summaries import summary
from servicekit import calls
from servicekit.errors import ServiceError, queue_full
from vts.gateway.v1 import gateway_service_pb2 as pb

_PERCEIVED = 0.85


class Orchestrator:
    """Finds music for inputs of any kind.

    Args:
        clients: The services.
        perceiver: Who knows which service understands which input.
        max_concurrent: Requests worked on at a time, over gRPC and REST together.
        limit_seconds: The time a request may take where its caller set no limit.
    """

    def __init__(
        self, clients: Clients, perceiver: Perceiver, max_concurrent: int, limit_seconds: float
    ) -> None:
        self._clients = clients
        self._perceiver = perceiver
        self._max_concurrent = max_concurrent
        self._limit_seconds = limit_seconds
        self._active = 0

    @contextmanager
    def place(self, *, is_limited: bool = True) -> Iterator[None]:
        """Holds one place among the requests worked on, and sets the request's time limit.

        Edges enter it before they read an upload. Imports hold a place too, without the limit.

        Raises:
            ServiceError: `QUEUE_FULL`: all places are taken.
        """
        if self._active >= self._max_concurrent:
            raise queue_full("requests")
        before = calls.deadline.get()
        if is_limited:
            limit = time.monotonic() + self._limit_seconds
            calls.deadline.set(limit if before is None else min(before, limit))
        self._active += 1
        try:
            yield
        finally:
            self._active -= 1
            calls.deadline.set(before)

    async def playlist(self, inputs: Sequence[Given], options: pb.Options) -> pb.Playlist:
        """The playlist alone; raises as `recommend` does."""
        async with aclosing(self.recommend(inputs, options)) as work:
            async for news in work:
                if news.HasField("playlist"):
                    return news.playlist
        raise RuntimeError("a request ended without a playlist or an error")

    async def similar(self, track_id: str, options: pb.Options) -> pb.Playlist:
        """Songs like one of the catalogue; raises as `recommend` does."""
        given = Given(0, track_id=checked_id(track_id, "track_id"))
        try:
            return await self.playlist([given], options)
        except ServiceError as error:
            raise renamed(error, lambda field: field.removeprefix(f"{given.path}.")) from error

    async def recommend(
        self, inputs: Sequence[Given], options: pb.Options
    ) -> AsyncGenerator[pb.RecommendStreamResponse, None]:
        """Progress, scenes and what each input says as they are known, at last the playlist.

        Raises:
            ServiceError: The request is at fault, or nothing is left to answer with.
        """
        check_count(len(inputs))
        check_weights(inputs)
        check_options(options)
        request = _Request(self._clients, self._perceiver, inputs, options)
        work = asyncio.create_task(request.run())
        work.add_done_callback(lambda _: request.news.put_nowait(None))
        try:
            while (news := await request.news.get()) is not None:
                yield news
            await work
        finally:
            work.cancel()
            await asyncio.wait({work})


class _Request:
    """One request under way.

    Its news need no bound of their own: the captioner bounds scenes, and progress is told in
    hundredths.
    """

    def __init__(
        self,
        clients: Clients,
        perceiver: Perceiver,
        inputs: Sequence[Given],
        options: pb.Options,
    ) -> None:
        self.news: asyncio.Queue[pb.RecommendStreamResponse | None] = asyncio.Queue()
        self._clients = clients
        self._perceiver = perceiver
        self._inputs = inputs
        self._options = options
        self._progress = Progress(self.news.put_nowait, len(inputs), _PERCEIVED)

    async def run(self) -> None:
        """Does the work.

        Raises:
            ServiceError: An input is at fault, or nothing is left to answer with.
        """
        try:
            found = await self._perceive_all()
            asked = question(found, self._options)
            missing = [failure for each in found for failure in each.unanswered]
            if asked.is_empty and missing:
                raise missing[0]
            self._progress.say("ranking", _PERCEIVED)
            with self._progress.watch.timing("ranking"):
                result = await playlist(self._clients, asked, found)
        except Unanswered as failure:
            raise failure.error() from failure
        result.stage_seconds.update(self._progress.watch.seconds())
        self.news.put_nowait(pb.RecommendStreamResponse(playlist=result))

    async def _perceive_all(self) -> list[Perceived]:
        """Perceives all inputs at the same time; the first one at fault ends the others."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._perceive(given)) for given in self._inputs]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return [task.result() for task in tasks]

    async def _perceive(self, given: Given) -> Perceived:
        progress = self._progress.of_input(given.index)
        found = await self._perceiver.perceive(given, progress, self._options.taxonomies)
        found.evidence.summary.CopyFrom(summary(found))
        self.news.put_nowait(pb.RecommendStreamResponse(evidence=found.evidence))
        return found
