"""What a service's failure means for a request: go on without it, or tell the caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Literal, TypeVar, cast

import grpc
from google.rpc import error_details_pb2, status_pb2

from servicekit.errors import DOMAIN, ServiceError, unavailable
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.korean import with_particle

ServiceName = Literal["captioner", "mood", "audio_features", "recommender"]
"""A service behind the gateway."""

_REASONS = cast(dict[str, ErrorReason], dict(ErrorReason.items()))

Why = Literal["down", "slow", "full", "faulty"]
"""In which way a service failed to answer."""

_DETAILS_KEY = "grpc-status-details-bin"
_REFUSALS = (
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.OUT_OF_RANGE,
)
_WHY: dict[grpc.StatusCode, Why] = {
    grpc.StatusCode.UNAVAILABLE: "down",
    grpc.StatusCode.DEADLINE_EXCEEDED: "slow",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "full",
}
_SUBJECTS: dict[ServiceName, tuple[str, str]] = {
    "captioner": ("what the picture shows", "사진과 영상의 내용"),
    "mood": ("the mood of words", "글의 분위기"),
    "audio_features": ("what can be heard", "소리"),
    "recommender": ("the catalogue", "음악 목록"),
}
_PROBLEMS: dict[Why, tuple[str, str]] = {
    "down": ("could not be reached", "서비스에 연결할 수 없어"),
    "slow": ("took too long", "서비스의 응답이 늦어"),
    "full": ("is too busy", "서비스에 요청이 몰려"),
    "faulty": ("failed", "서비스에 문제가 생겨"),
}


T = TypeVar("T")


class Unanswered(Exception):  # noqa: N818  # a state of the world, not a mistake
    """A service did not answer; the request may go on without it."""

    def __init__(
        self, service: ServiceName, why: Why, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(f"{service}: {why}")
        self.service: ServiceName = service
        self.why: Why = why
        self.retry_after_seconds = retry_after_seconds

    def note(self) -> evidence_pb2.Note:
        """The same for the caller of a request that went on."""
        subject, problem = _SUBJECTS[self.service], _PROBLEMS[self.why]
        left_out = with_particle(subject[1], "을/를")
        message = evidence_pb2.Bilingual(
            en=f"The {self.service} service {problem[0]}, so {subject[0]} was left out.",
            ko=f"{self.service} {problem[1]} {left_out} 반영하지 못했습니다.",
        )
        return evidence_pb2.Note(code="SERVICE_UNAVAILABLE", message=message, subject=self.service)

    def error(self) -> ServiceError:
        """The same for the caller of a request that could not go on."""
        return unavailable(
            self.service,
            f"the {self.service} service {_PROBLEMS[self.why][0]}",
            retry_after_seconds=self.retry_after_seconds or 1.0,
        )


def understood(service: ServiceName, error: grpc.aio.AioRpcError) -> Unanswered | ServiceError:
    """What a failed call means: a refusal that is the caller's business, or no answer."""
    reason, fields, metadata, retry_after_seconds = _details(error)
    code = error.code()
    is_refusal = code in _REFUSALS or reason == ErrorReason.ERROR_REASON_STORE_UNAVAILABLE
    if reason is None or not is_refusal:
        return Unanswered(service, _WHY.get(code, "faulty"), retry_after_seconds)
    return ServiceError(
        code,
        reason,
        error.details() or "",
        fields=fields,
        metadata=metadata,
        retry_after_seconds=retry_after_seconds,
    )


async def outcome(work: Awaitable[T]) -> T | Unanswered | ServiceError:
    """What a call brought: its answer, or why there is none, for the caller to decide."""
    try:
        return await work
    except (Unanswered, ServiceError) as failure:
        return failure


def about_media(path: str, error: ServiceError) -> ServiceError:
    """A service's refusal of media, in the terms of the request in which it stands at a path."""
    if not error.fields:
        error.fields = {"media": error.message}
    return renamed(error, lambda _: path)


def renamed(error: ServiceError, rename: Callable[[str], str]) -> ServiceError:
    """The same refusal with its fields, and its message, in the terms of the caller's request."""
    fields = {rename(field): text for field, text in error.fields.items()}
    message = "; ".join(f"{field}: {text}" for field, text in fields.items()) or error.message
    return ServiceError(
        error.code,
        error.reason,
        message,
        fields=fields,
        metadata=error.metadata,
        retry_after_seconds=error.retry_after_seconds,
    )


def _details(
    error: grpc.aio.AioRpcError,
) -> tuple[ErrorReason | None, dict[str, str], dict[str, str], float | None]:
    reason: ErrorReason | None = None
    fields: dict[str, str] = {}
    metadata: dict[str, str] = {}
    retry_after_seconds: float | None = None
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    for detail in _status(error).details:
        if detail.Unpack(info) and info.domain == DOMAIN:
            reason = _REASONS.get(f"ERROR_REASON_{info.reason}")
            metadata = dict(info.metadata)
        elif detail.Unpack(bad):
            fields = {each.field: each.description for each in bad.field_violations}
        elif detail.Unpack(retry):
            retry_after_seconds = retry.retry_delay.ToNanoseconds() / 1e9
    return reason, fields, metadata, retry_after_seconds


def _status(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    trailing: Iterable[Any] = error.trailing_metadata() or ()
    for key, value in trailing:
        if key == _DETAILS_KEY and isinstance(value, bytes):
            return status_pb2.Status.FromString(value)
    return status_pb2.Status()
