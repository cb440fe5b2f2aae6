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

    @asynccontextmanager
    async def of(self, ids: Collection[str]) -> AsyncIterator[None]:
        """Waits until nobody else has any of the ids, and has them until it is left."""
        wanted = set(ids)
        while self._taken & wanted:
            self._given_back.clear()
            await self._given_back.wait()
        self._taken |= wanted
        try:
            yield
        finally:
            self._taken -= wanted
            self._given_back.set()
