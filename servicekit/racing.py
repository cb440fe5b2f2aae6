"""Racing: waiting for work, but no longer than until an event."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable


async def finished_before(event: asyncio.Event, work: Awaitable[None]) -> bool:
    """Tells whether `work` finished before `event` happened, which cancels it.

    Raises whatever `work` raises.
    """
    working = asyncio.ensure_future(work)
    waiting = asyncio.ensure_future(event.wait())
    try:
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return True
        return False
    finally:
        working.cancel()
        waiting.cancel()
        await asyncio.wait({working, waiting})
