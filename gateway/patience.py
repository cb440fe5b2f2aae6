"""Patience: what an import has with services that people are using at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.failures import Unanswered

_TRIES_WHEN_FULL = 6

R = TypeVar("R")


async def patiently(ask: Callable[[], Awaitable[R]]) -> R:
    """Asks again while a service is only full: an import has time, and works in small portions.

    Raises:
        Unanswered: The service is down, slow or faulty, or still full after several tries.
        ServiceError: It refused.
    """
    for _ in range(_TRIES_WHEN_FULL - 1):
        try:
            return await ask()
        except Unanswered as failure:
            if failure.why != "full":
                raise
            await asyncio.sleep(failure.retry_after_seconds or 1.0)
    return await ask()
