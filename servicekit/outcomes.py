"""How a call ended, seen from the layers around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import grpc

from servicekit.interception import Context

_BY_NUMBER = {code.value[0]: code for code in grpc.StatusCode}


@contextmanager
def watched(context: Context, ended: Callable[[grpc.StatusCode], None]) -> Iterator[None]:
    """Calls `ended` once, with the status the caller gets, however the call ends."""
    try:
        yield
    except BaseException as error:
        ended(_status_after(error, context))
        raise
    ended(_current(context))


def _status_after(error: BaseException, context: Context) -> grpc.StatusCode:
    if isinstance(error, grpc.aio.AbortError):
        return _current(context)
    if isinstance(error, asyncio.CancelledError):
        # gRPC cancels the task both when the caller hangs up and when its deadline passes.
        expired = context.time_remaining() == 0
        return grpc.StatusCode.DEADLINE_EXCEEDED if expired else grpc.StatusCode.CANCELLED
    return grpc.StatusCode.UNKNOWN


def _current(context: Context) -> grpc.StatusCode:
    """Returns the status set so far: grpc.aio reports a number, and None before there is one."""
    code: object = context.code()
    if isinstance(code, grpc.StatusCode):
        return code
    return _BY_NUMBER.get(code or 0, grpc.StatusCode.UNKNOWN)
