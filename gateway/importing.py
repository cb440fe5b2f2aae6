"""Importing: songs in, one verdict each out, given only once the song is safe on disk."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator

from gateway.batches import batches, drafts
from gateway.clients import Clients
from gateway.drafts import Draft
from gateway.duplicates import DuplicateFinder
from gateway.failures import Unanswered
from gateway.sounds import SoundFolder
from gateway.steps import Batch, Means
from gateway.turns import Turns
from gateway.unchanged import Archive
from vts.gateway.v1 import gateway_service_pb2 as pb

MAX_BATCHES = 4
"""How many batches of an import are under way at a time: while one is stored, others are heard."""

Verdicts = list[pb.ImportTracksResponse]


class Importer:
    """Imports songs batch by batch.

    Args:
        clients: The services.
        sounds: Where sounds are kept.
        archive: What is known of songs imported before.
        max_bytes: How long a song's sound may be.
        max_sounds: Sounds analysed, or held against others, at a time by all imports together.
    """

    def __init__(
        self,
        clients: Clients,
        sounds: SoundFolder,
        archive: Archive,
        max_bytes: int,
        max_sounds: int,
    ) -> None:
        self._max_bytes = max_bytes
        self._turns = Turns()
        listening = asyncio.Semaphore(max_sounds)
        self._means = Means(
            clients, sounds, archive, DuplicateFinder(clients, listening), listening
        )

    async def run(
        self, pieces: AsyncIterator[pb.ImportTracksRequest]
    ) -> AsyncGenerator[pb.ImportTracksResponse, None]:
        """A verdict for each song, in their order.

        Raises:
            ServiceError: A service that songs cannot do without is unavailable. Songs with a
                verdict are safe; importing the same again changes nothing about them.
        """
        groups = batches(drafts(pieces, self._max_bytes))
        under_way: deque[asyncio.Task[Verdicts]] = deque()
        coming: asyncio.Task[asyncio.Task[Verdicts] | None] | None = None
        has_ended = False
        fault: BaseException | None = None
        try:
            while under_way or not has_ended:
                if coming is None and not has_ended and len(under_way) < MAX_BATCHES:
                    last = under_way[-1] if under_way else None
                    coming = asyncio.create_task(self._begun(groups, last))
                waiting = [task for task in (coming, *list(under_way)[:1]) if task]
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if under_way and under_way[0].done():
                    for verdict in under_way.popleft().result():
                        yield verdict
                elif coming and coming.done():
                    fault = coming.exception()  # waits until those before have their verdicts
                    begun = None if fault else coming.result()
                    has_ended, coming = begun is None, None
                    under_way.extend([begun] if begun else [])
            if fault:
                raise fault
        except Unanswered as failure:
            raise failure.error() from failure
        finally:
            await _end(coming, under_way)
            await groups.aclose()

    async def _begun(
        self, groups: AsyncGenerator[list[Draft], None], last: asyncio.Task[Verdicts] | None
    ) -> asyncio.Task[Verdicts] | None:
        """The next batch, under way; None if no more come.

        Batches of an import take their turns in order, or two imports might wait for each other.
        """
        batch = await anext(groups, None)
        if batch is None:
            return None
        ids = {draft.id for draft in batch}
        try:
            await self._turns.take(ids)
        except BaseException:
            for draft in batch:
                draft.close()
            raise
        work = asyncio.create_task(self._work(batch, last))

        def end(_: asyncio.Task[Verdicts]) -> None:
            """Not part of the work: a task that is cancelled before its first step runs nothing."""
            for draft in batch:
                draft.close()
            self._turns.give_back(ids)

        work.add_done_callback(end)
        return work

    async def _work(self, drafts: list[Draft], last: asyncio.Task[Verdicts] | None) -> Verdicts:
        batch = Batch(self._means, drafts)
        await batch.prepare()
        if last is not None:
            await asyncio.wait({last})
            last.result()
        return await batch.finish()


async def _end(
    coming: asyncio.Task[asyncio.Task[Verdicts] | None] | None,
    under_way: deque[asyncio.Task[Verdicts]],
) -> None:
    """Ends what is still under way, and waits for it."""
    left = [task for task in under_way if not task.done()]
    if coming is not None:
        coming.cancel()
        await asyncio.wait({coming})
        if not coming.cancelled() and not coming.exception() and (begun := coming.result()):
            left.append(begun)
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)
    for task in under_way:
        if not task.cancelled():
            task.exception()  # told already, or of a batch whose verdicts nobody waits for
