"""The interceptor around the servicer: what that raises becomes what the caller is told."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc

from servicekit.errors import ServiceError, abort
from servicekit.interception import Call, CallInterceptor
from vts.errors.v1.error_reason_pb2 import ErrorReason

_log = logging.getLogger(__name__)


class ErrorsInterceptor(CallInterceptor):
    """Sends a `ServiceError` in full and anything else as `INTERNAL` with a fixed text.

    The text of an unknown exception may hold paths, data or secrets, so it goes to the log only.
    """

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:
        """Translates the exceptions of one call."""
        try:
            yield
        except ServiceError as error:
            await abort(call.context, error)
        except grpc.aio.AbortError:
            raise
        except Exception:  # noqa: BLE001  # this is where unknown exceptions end
            _log.exception("unexpected failure", extra={"method": call.method})
            await abort(call.context, _internal())


def _internal() -> ServiceError:
    return ServiceError(
        grpc.StatusCode.INTERNAL,
        ErrorReason.ERROR_REASON_INTERNAL,
        "internal error; the service's log holds the cause under this request's id",
    )
