"""Groups built, and told apart: the use cases around a `GroupBuilder`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from servicekit.working import Worker
from services.recommender.cataloguing import SCAN_BATCH, Catalogue
from services.recommender.groups import BusyError, NoGroupsError, Order, Progress, TooFewSongsError
from services.recommender.ports import GroupBuilder
from services.recommender.tracks import Array

SONGS_PER_GROUP = 2
"""Fewer songs with sound than this for each group make no groups."""


class Grouping:
    """Builds the groups of a catalogue, one building at a time."""

    def __init__(self, catalogue: Catalogue, builder: GroupBuilder, worker: Worker) -> None:
        """Groups a catalogue; blocking work is done by `worker`, so that no other writes wait."""
        self._catalogue = catalogue
        self._builder = builder
        self._worker = worker
        self._is_building = False

    async def build(self, order: Order) -> AsyncGenerator[Progress, None]:
        """Builds groups, and tells how far that is; at the end the catalogue has them.

        Raises:
            BusyError: Another building has not ended.
            TooFewSongsError: There are too few songs with sound for so many groups.
            BuildError: It failed; the groups of before stay.
        """
        if self._is_building:
            raise BusyError
        self._is_building = True
        try:
            yield Progress("reading", 0)
            await self._worker.run(self._prepare, order)
            async with aclosing(self._builder.run()) as news:
                async for progress in news:
                    yield progress
            await self._worker.run(self._install)
        finally:
            try:
                self._builder.clear()  # a few files, at once: a cancelled call waits for nothing
            finally:
                self._is_building = False

    def scores(self, sound: Array) -> list[tuple[str, float]]:
        """The groups' ids and probabilities for a sound; raises `NoGroupsError`."""
        built = self._catalogue.membership.built
        if built is None:
            raise NoGroupsError
        return built.scores(sound)

    def _prepare(self, order: Order) -> None:
        needed = SONGS_PER_GROUP * order.groups
        given = self._catalogue.summary().with_audio_vector
        if given < needed:
            raise TooFewSongsError(needed, given)
        built = self._catalogue.membership.built
        first_id = max((int(group.id) for group in built.groups), default=0) + 1 if built else 1
        given = self._builder.prepare(self._catalogue.store.scan(SCAN_BATCH), order, first_id)
        if given < needed:
            raise TooFewSongsError(needed, given)

    def _install(self) -> None:
        self._catalogue.regroup(self._builder.install())
