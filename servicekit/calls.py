"""The call being answered: its request id and its deadline, for logs and for calls made onwards."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterable
from contextvars import ContextVar

REQUEST_ID_HEADER = "x-request-id"
"""The metadata key under which a request id travels between processes."""

request_id: ContextVar[str] = ContextVar("vts_request_id", default="")
"""The id of the request this task works for; empty outside a request."""

deadline: ContextVar[float | None] = ContextVar("vts_deadline", default=None)
"""When this task's work is worthless, on the `time.monotonic` clock; None outside a request."""

_ACCEPTABLE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_INFRASTRUCTURE = ("/grpc.health.v1.", "/grpc.reflection.")

Metadata = Iterable[tuple[str, str | bytes]]


def header(metadata: Metadata | None, key: str) -> str:
    """Returns the first text value of `key`, or an empty string."""
    for name, value in metadata or ():
        if name == key:
            return value if isinstance(value, str) else ""
    return ""


def chosen_request_id(metadata: Metadata | None) -> str:
    """Returns the caller's request id if it is fit for a log line, else a new one."""
    offered = header(metadata, REQUEST_ID_HEADER)
    return offered if _ACCEPTABLE_ID.fullmatch(offered) else uuid.uuid4().hex


def remaining_seconds() -> float | None:
    """Returns how long the current call may still take, never below zero; None if unlimited."""
    moment = deadline.get()
    return None if moment is None else max(0.0, moment - time.monotonic())


def is_infrastructure(method: str) -> bool:
    """Tells whether `method` (`/package.Service/Method`) is health or reflection.

    Those answer without a token, without a deadline and without a place among the calls in flight,
    and are logged only for debugging.
    """
    return method.startswith(_INFRASTRUCTURE)
