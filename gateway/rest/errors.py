"""Errors over HTTP: problem documents (RFC 9457) that say the same as gRPC's statuses."""

from __future__ import annotations

import json
import math
from http import HTTPStatus
from typing import Any

import grpc
from starlette.responses import Response

from servicekit import calls
from servicekit.errors import ServiceError
from vts.errors.v1.error_reason_pb2 import ErrorReason

MEDIA_TYPE = "application/problem+json"
"""The content type of a problem document."""

_STATUSES = {
    grpc.StatusCode.INVALID_ARGUMENT: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.FAILED_PRECONDITION: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.OUT_OF_RANGE: HTTPStatus.BAD_REQUEST,
    grpc.StatusCode.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    grpc.StatusCode.PERMISSION_DENIED: HTTPStatus.FORBIDDEN,
    grpc.StatusCode.NOT_FOUND: HTTPStatus.NOT_FOUND,
    grpc.StatusCode.RESOURCE_EXHAUSTED: HTTPStatus.TOO_MANY_REQUESTS,
    grpc.StatusCode.UNIMPLEMENTED: HTTPStatus.NOT_IMPLEMENTED,
    grpc.StatusCode.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED: HTTPStatus.GATEWAY_TIMEOUT,
}
_TITLES = {
    "MEDIA_UNREADABLE": "The media cannot be read",
    "MEDIA_TOO_LARGE": "The media is too large",
    "INPUT_MISSING": "There is nothing to work from",
    "FIELD_INVALID": "A field is not valid",
    "ANALYSIS_NOT_FOUND": "No such analysis",
    "TOO_FEW_SONGS": "There are too few songs",
    "GROUPS_MISSING": "There are no groups yet",
    "QUEUE_FULL": "Too busy, try again soon",
    "TRACK_NOT_FOUND": "No such song",
    "DEPENDENCY_UNAVAILABLE": "A service is not available",
    "UNAUTHENTICATED": "A token is needed",
    "DEADLINE_EXCEEDED": "The time was too short",
    "STORE_UNAVAILABLE": "The store takes no writes now",
    "INTERNAL": "Something went wrong here",
}


def http_status(error: ServiceError) -> HTTPStatus:
    """The HTTP status of an error."""
    if error.reason == ErrorReason.ERROR_REASON_MEDIA_TOO_LARGE:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _STATUSES.get(error.code, HTTPStatus.INTERNAL_SERVER_ERROR)


def problem(error: ServiceError) -> dict[str, Any]:
    """The problem document of an error."""
    reason = error.reason_name
    return _document(
        http_status(error),
        reason,
        _TITLES.get(reason, reason),
        error.message,
        field_violations=[
            {"field": field, "description": text} for field, text in error.fields.items()
        ],
        metadata=error.metadata,
    )


def problem_response(error: ServiceError) -> Response:
    """The response to a request that failed; says when to try again where that helps."""
    headers = {}
    if error.retry_after_seconds is not None:
        headers["retry-after"] = str(max(1, math.ceil(error.retry_after_seconds)))
    if error.code == grpc.StatusCode.UNAUTHENTICATED:
        headers["www-authenticate"] = "Bearer"
    return _response(problem(error), headers)


def http_problem(status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """The response to a request that HTTP itself finds fault with, such as an unknown path."""
    found = HTTPStatus(status)
    return _response(_document(found, "", found.phrase, detail), headers or {})


def internal() -> ServiceError:
    """The error for a fault of ours, of which callers learn nothing but the request's id."""
    return ServiceError(
        grpc.StatusCode.INTERNAL, ErrorReason.ERROR_REASON_INTERNAL, "internal error"
    )


def _document(
    status: HTTPStatus, reason: str, title: str, detail: str, **more: object
) -> dict[str, Any]:
    name = reason.lower().replace("_", "-")
    return {
        "type": f"urn:vts:error:{name}" if reason else "about:blank",
        "title": title,
        "status": int(status),
        "detail": detail,
        "reason": reason,
        "field_violations": [],
        "metadata": {},
        "request_id": calls.request_id.get(),
        **more,
    }


def _response(document: dict[str, Any], headers: dict[str, str]) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    return Response(body, document["status"], headers, MEDIA_TYPE)
