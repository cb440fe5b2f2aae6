"""Errors as callers see them: a status, a documented reason, and what they can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn

import grpc
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2

from servicekit import calls
from servicekit.interception import Context
from vts.errors.v1.error_reason_pb2 import ErrorReason

DOMAIN = "vts"
"""The domain of every `ErrorInfo` a VTS service sends."""

_DETAILS_KEY = "grpc-status-details-bin"
_NOTHING: Mapping[str, str] = MappingProxyType({})
# gRPC clients drop a reply whose trailing metadata passes 8 KiB, so every part has a ceiling.
_MESSAGE_BYTES = 600
_PART_BYTES = 300
_NAME_BYTES = 80
_PARTS = 6


class ServiceError(Exception):
    """A refusal or failure that the caller is told about in full.

    Args:
        code: The gRPC status.
        reason: One of the documented reasons; sent without its `ERROR_REASON_` prefix.
        message: For developers, in English; never holds secrets or another caller's data.
        fields: Request field paths and what is wrong with each; sent as `BadRequest`.
        metadata: Machine-readable facts such as a limit; sent in `ErrorInfo`.
        retry_after_seconds: When to try again; sent as `RetryInfo`. None says retrying is no help.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        reason: ErrorReason,
        message: str,
        *,
        fields: Mapping[str, str] = _NOTHING,
        metadata: Mapping[str, str] = _NOTHING,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.fields = dict(fields)
        self.metadata = dict(metadata)
        self.retry_after_seconds = retry_after_seconds

    @property
    def reason_name(self) -> str:
        """The reason as `ErrorInfo` carries it, such as `MEDIA_TOO_LARGE`."""
        return ErrorReason.Name(self.reason).removeprefix("ERROR_REASON_")


def invalid(
    field: str,
    description: str,
    *,
    reason: ErrorReason = ErrorReason.ERROR_REASON_FIELD_INVALID,
    **metadata: object,
) -> ServiceError:
    """Returns the error for a request whose `field` (a proto path) cannot be accepted."""
    return ServiceError(
        grpc.StatusCode.INVALID_ARGUMENT,
        reason,
        f"{field}: {description}",
        fields={field: description},
        metadata=_texts(metadata),
    )


def not_found(reason: ErrorReason, message: str, **metadata: object) -> ServiceError:
    """Returns the error for a name that stands for nothing here."""
    return ServiceError(grpc.StatusCode.NOT_FOUND, reason, message, metadata=_texts(metadata))


def queue_full(queue: str, retry_after_seconds: float = 1.0) -> ServiceError:
    """Returns the error for work refused because the bounded `queue` has no place left."""
    return ServiceError(
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_QUEUE_FULL,
        f"the {queue} queue is full",
        metadata={"queue": queue},
        retry_after_seconds=retry_after_seconds,
    )


def unavailable(
    service: str,
    message: str,
    *,
    reason: ErrorReason = ErrorReason.ERROR_REASON_DEPENDENCY_UNAVAILABLE,
    retry_after_seconds: float | None = 1.0,
) -> ServiceError:
    """Returns the error for a `service` or store that this one needs and cannot reach now."""
    return ServiceError(
        grpc.StatusCode.UNAVAILABLE,
        reason,
        message,
        metadata={"service": service},
        retry_after_seconds=retry_after_seconds,
    )


async def abort(context: Context, error: ServiceError) -> NoReturn:
    """Ends the call with `error`'s status and details."""
    status = to_status(error)
    await context.abort(
        error.code,
        status.message,
        trailing_metadata=((_DETAILS_KEY, status.SerializeToString()),),
    )


def to_status(error: ServiceError) -> status_pb2.Status:
    """Returns the rich status: `ErrorInfo`, then `BadRequest`, `RetryInfo`, `RequestInfo`."""
    code: tuple[int, str] = error.code.value
    status = status_pb2.Status(code=code[0], message=_clipped(error.message, _MESSAGE_BYTES))
    info = error_details_pb2.ErrorInfo(
        reason=error.reason_name, domain=DOMAIN, metadata=_bounded(error.metadata)
    )
    status.details.add().Pack(info)
    if error.fields:
        violations = [
            error_details_pb2.BadRequest.FieldViolation(field=field, description=description)
            for field, description in _bounded(error.fields).items()
        ]
        status.details.add().Pack(error_details_pb2.BadRequest(field_violations=violations))
    if error.retry_after_seconds is not None:
        delay = Duration()
        delay.FromNanoseconds(int(error.retry_after_seconds * 1e9))
        status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=delay))
    if request_id := calls.request_id.get():
        status.details.add().Pack(error_details_pb2.RequestInfo(request_id=request_id))
    return status


def _texts(values: Mapping[str, object]) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}


def _bounded(parts: Mapping[str, str]) -> dict[str, str]:
    kept = list(parts.items())[:_PARTS]
    return {_clipped(key, _NAME_BYTES): _clipped(text, _PART_BYTES) for key, text in kept}


def _clipped(text: str, limit_bytes: int) -> str:
    encoded = text.encode(errors="replace")
    if len(encoded) <= limit_bytes:
        return text
    return encoded[: limit_bytes - 3].decode(errors="ignore") + "…"
