"""What can go wrong with a call, as exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

STATUS_DETAILS = "grpc-status-details-bin"


@dataclass(eq=False)
class VtsError(Exception):
    """A call that failed.

    `reason` is a name of `vts.errors.v1.ErrorReason` without its prefix, or empty if the server
    could not say. `fields` maps each field to blame to what is wrong with it.
    """

    code: grpc.StatusCode
    message: str
    reason: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    retry_after_seconds: float | None = None

    def __str__(self) -> str:
        """The message, with every field to blame that it does not name, and what can be read."""
        blames = [f"{name}: {what}" for name, what in self.fields.items()]
        lines = [self.message, *(blame for blame in blames if blame not in self.message)]
        if "readable" in self.metadata:
            lines.append(f"can be read: {self.metadata['readable']}")
        return "\n  ".join(lines)


class InvalidRequestError(VtsError):
    """Something in the request is not valid; the same request will fail again."""


class NotFoundError(VtsError):
    """What the request names does not exist."""


class UnavailableError(VtsError):
    """The server or a service behind it is down, full or too slow; later it may work."""


_CLASSES: Mapping[grpc.StatusCode, type[VtsError]] = {
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequestError,
    grpc.StatusCode.NOT_FOUND: NotFoundError,
    grpc.StatusCode.UNAVAILABLE: UnavailableError,
    grpc.StatusCode.RESOURCE_EXHAUSTED: UnavailableError,
    grpc.StatusCode.DEADLINE_EXCEEDED: UnavailableError,
}


def from_rpc_error(error: grpc.RpcError) -> VtsError:
    """The exception for a failed call, with all that the server said of it."""
    call: Any = error  # grpc's own classes: an RpcError of a call is the call too
    code = call.code()
    result = _CLASSES.get(code, VtsError)(code, call.details() or code.name.lower())
    for key, value in call.trailing_metadata() or ():
        if key == STATUS_DETAILS:
            _read_details(result, status_pb2.Status.FromString(value))
    return result


def _read_details(error: VtsError, status: status_pb2.Status) -> None:
    info, bad, retry = (
        error_details_pb2.ErrorInfo(),
        error_details_pb2.BadRequest(),
        error_details_pb2.RetryInfo(),
    )
    for detail in status.details:
        if detail.Unpack(info):
            error.reason = info.reason
            error.metadata = dict(info.metadata)
        elif detail.Unpack(bad):
            error.fields = {each.field: each.description for each in bad.field_violations}
        elif detail.Unpack(retry):
            error.retry_after_seconds = retry.retry_delay.ToTimedelta().total_seconds()
