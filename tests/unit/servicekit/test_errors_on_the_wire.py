"""What a caller learns from a failure."""

from __future__ import annotations

import logging
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details
from grpc_status import rpc_status

from servicekit import errors
from vts.errors.v1.error_reason_pb2 import ErrorReason


async def failure(serve, error: Exception, **call) -> Any:
    async def fail(_request, _context):
        raise error

    async with serve(Fail=fail) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await channel.unary_unary("/test.Echo/Fail")(b"", **call)
    return caught.value


def unpacked(error: Any, kind: type[Message]) -> Any:
    for packed in rpc_status.from_call(error).details:
        if packed.Is(kind.DESCRIPTOR):
            message = kind()
            packed.Unpack(message)
            return message
    raise AssertionError(f"no {kind.__name__} among the details")


async def test_a_rejection_names_the_field(serve):
    error = await failure(serve, errors.invalid("limit", "must be 1 to 100", limit=100))
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert error.details() == "limit: must be 1 to 100"
    violation = unpacked(error, details.BadRequest).field_violations[0]
    assert (violation.field, violation.description) == ("limit", "must be 1 to 100")
    info = unpacked(error, details.ErrorInfo)
    assert (info.domain, info.reason, dict(info.metadata)) == (
        "vts",
        "FIELD_INVALID",
        {"limit": "100"},
    )


async def test_a_full_queue_says_when_to_come_back(serve):
    error = await failure(serve, errors.queue_full("reading", 1.5))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert unpacked(error, details.ErrorInfo).reason == "QUEUE_FULL"
    delay = unpacked(error, details.RetryInfo).retry_delay
    assert delay.ToNanoseconds() == 1_500_000_000


async def test_an_unavailable_service_is_named(serve):
    error = await failure(serve, errors.unavailable("captioner", "captioner did not answer"))
    assert error.code() == grpc.StatusCode.UNAVAILABLE
    assert dict(unpacked(error, details.ErrorInfo).metadata) == {"service": "captioner"}


async def test_something_missing_is_not_found(serve):
    reason = ErrorReason.ERROR_REASON_TRACK_NOT_FOUND
    error = await failure(serve, errors.not_found(reason, "no such song", track_id="x"))
    assert error.code() == grpc.StatusCode.NOT_FOUND
    assert unpacked(error, details.ErrorInfo).reason == "TRACK_NOT_FOUND"


async def test_an_error_carries_the_id_of_its_request(serve):
    error = await failure(
        serve, errors.invalid("limit", "is odd"), metadata=(("x-request-id", "abc-1"),)
    )
    assert unpacked(error, details.RequestInfo).request_id == "abc-1"


async def test_an_unknown_exception_keeps_its_text_to_the_log(serve, caplog):
    with caplog.at_level(logging.ERROR):
        error = await failure(serve, RuntimeError("/secret/path"))
    assert error.code() == grpc.StatusCode.INTERNAL
    assert "secret" not in str(rpc_status.from_call(error))
    assert unpacked(error, details.ErrorInfo).reason == "INTERNAL"
    assert "/secret/path" in caplog.text


async def test_a_servicer_may_abort_by_itself(serve):
    async def abort(_request, context):
        await context.abort(grpc.StatusCode.DATA_LOSS, "gone")

    async with serve(Abort=abort) as channel:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await channel.unary_unary("/test.Echo/Abort")(b"")
    assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.DATA_LOSS, "gone")


async def test_an_endless_description_still_arrives(serve):
    fields = {f"필드{number}": "설명" * 5_000 for number in range(50)}
    error = await failure(
        serve,
        errors.ServiceError(
            grpc.StatusCode.INVALID_ARGUMENT,
            ErrorReason.ERROR_REASON_FIELD_INVALID,
            "설명" * 5_000,
            fields=fields,
            metadata=fields,
        ),
    )
    assert error.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert unpacked(error, details.BadRequest).field_violations
