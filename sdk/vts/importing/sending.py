"""Sending songs to the gateway: outages are waited for, and one bad song is told from them."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing

import grpc

from vts.aio import AsyncClient
from vts.errors import VtsError
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.importing.outcomes import OF_VERDICTS, Kind, Outcome, Same
from vts.importing.songs import Song, UnsendableError
from vts.inputs import Draft

Settle = Callable[[Song, Outcome], None]
"""Hears what became of a song."""

_PASSING = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.CANCELLED,
        grpc.StatusCode.ABORTED,
    }
)
_FOR_ALL = frozenset(
    {
        grpc.StatusCode.UNAUTHENTICATED,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.UNIMPLEMENTED,
    }
)
_FIRST_WAIT_SECONDS, _LONGEST_WAIT_SECONDS = 0.5, 15.0
_TRIES_ALONE = 3
_MOST_BLAMED = 20
"""Songs in a row that fail for no reason of their own; then it is the gateway that is faulty."""


class Patience:
    """How long an outage is waited for, by all that speak to the gateway together."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: float | None = None
        self._wait_seconds = _FIRST_WAIT_SECONDS
        self.is_waiting = False

    def answered(self) -> None:
        """Notes that the gateway answers."""
        self._since = None
        self._wait_seconds = _FIRST_WAIT_SECONDS

    async def wait(self, error: VtsError) -> None:
        """Waits before the next try, longer each time.

        Raises:
            VtsError: The error itself, if it cannot pass or has lasted too long.
        """
        now = time.monotonic()
        self._since = self._since or now
        if error.code not in _PASSING or now - self._since >= self._seconds:
            raise error
        seconds = max(self._wait_seconds, error.retry_after_seconds or 0.0)
        self._wait_seconds = min(2 * self._wait_seconds, _LONGEST_WAIT_SECONDS)
        self.is_waiting = True
        try:
            await asyncio.sleep(min(seconds, self._since + self._seconds - now))
        finally:
            self.is_waiting = False


class Sender:
    """Sends songs and tells what became of each, exactly once."""

    def __init__(self, client: AsyncClient, patience: Patience, settle: Settle) -> None:
        self._client = client
        self._patience = patience
        self._settle = settle
        self._blamed = 0

    async def send(self, songs: Sequence[Song]) -> None:
        """Sends songs in one call, and where that fails, those without verdict again.

        Songs that fail together are tried one by one. One that fails alone again and again,
        while all services serve, is refused.

        Raises:
            VtsError: The gateway is away for too long, or refuses us altogether.
        """
        shipments = deque([(tuple(songs), 0)])
        while shipments:
            shipment, tries = shipments.popleft()
            left, error = await self._once(shipment)
            if not left:
                continue
            if error is None or len(left) < len(shipment):
                shipments.appendleft((left, 0))
            elif len(left) > 1:
                shipments.extendleft(((song,), 0) for song in reversed(left))
            elif await self._is_to_blame(error, tries + 1):
                self._refuse(left[0], error)
                continue
            else:
                shipments.appendleft((left, tries + 1))
            if error is not None and error.code not in _FOR_ALL | _PASSING:
                continue
            if error is not None:
                await self._patience.wait(error)

    async def _once(self, songs: Sequence[Song]) -> tuple[tuple[Song, ...], VtsError | None]:
        """The songs that got no verdict, and why; for a file that changed there is no error."""
        left = dict(enumerate(songs))
        try:
            async with aclosing(self._client.import_tracks(_sendable(songs))) as verdicts:
                async for verdict in verdicts:
                    self._answered(left.pop(verdict.index), verdict)
        except UnsendableError as failure:
            left = {at: song for at, song in left.items() if song is not failure.song}
            self._settle(failure.song, _refused(failure.song, str(failure)))
            return tuple(left.values()), None
        except VtsError as error:
            return tuple(left.values()), error
        if left:
            return tuple(left.values()), VtsError(
                grpc.StatusCode.INTERNAL, "the gateway gave no verdict"
            )
        return (), None

    def _answered(self, song: Song, verdict: pb.ImportTracksResponse) -> None:
        self._patience.answered()
        self._blamed = 0
        outcome = Outcome(
            song.origin,
            OF_VERDICTS[verdict.outcome],
            verdict.track_id,
            verdict.problem,
            tuple(map(Same.of, verdict.duplicates)),
        )
        self._settle(song, outcome)

    async def _is_to_blame(self, error: VtsError, tries: int) -> bool:
        if error.code in _FOR_ALL:
            return False
        if error.code not in _PASSING:
            return True
        return tries >= _TRIES_ALONE and await self._all_serve()

    async def _all_serve(self) -> bool:
        try:
            status = await self._client.status()
        except VtsError:
            return False
        return all(service.state == "SERVING" for service in status.services)

    def _refuse(self, song: Song, error: VtsError) -> None:
        self._blamed += 1
        if self._blamed >= _MOST_BLAMED:
            raise error
        self._settle(song, _refused(song, f"the gateway failed at it: {error.message}"))


def _refused(song: Song, problem: str) -> Outcome:
    return Outcome(song.origin, Kind.REFUSED, problem=problem)


async def _sendable(songs: Sequence[Song]) -> AsyncIterator[Draft]:
    for song in songs:
        yield song.sendable()
