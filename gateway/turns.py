"""Turns: work on the same songs one after the other, on other songs at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager


class Turns:
    """Hands out ids; all that are asked for together, so that nobody waits holding some."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._given_back = asyncio.Event()

    async def take(self, ids: Collection[str]) -> None:
        """Waits until nobody else has any of the ids, and takes them."""
        wanted = set(ids)
        while self._taken & wanted:
            self._given_back.clear()
            await self._given_back.wait()
        self._taken |= wanted

    def give_back(self, ids: Collection[str]) -> None:
        """Lets others have the ids, which must have been taken."""
        self._taken.difference_update(ids)
        self._given_back.set()

    @asynccontextmanager
    async def of(self, ids: Collection[str]) -> AsyncIterator[None]:
        """Has the ids until it is left."""
        await self.take(ids)
        try:
            yield
        finally:
            self.give_back(ids)
