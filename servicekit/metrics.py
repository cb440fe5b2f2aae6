"""Prometheus metrics: calls under their usual gRPC names, and the queues."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import grpc
from grpc import HandlerCallDetails
from prometheus_client import Counter, Gauge, Histogram

from servicekit.interception import (
    Call,
    CallInterceptor,
    Context,
    Continuation,
    Handler,
    refused,
    surrounded,
)
from servicekit.outcomes import watched

_METHOD = ("grpc_service", "grpc_method")
_UNKNOWN_METHOD = "/unknown/unknown"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)

STARTED = Counter("grpc_server_started", "Calls begun.", _METHOD)
HANDLED = Counter("grpc_server_handled", "Calls ended, by status.", (*_METHOD, "grpc_code"))
IN_FLIGHT = Gauge("grpc_server_in_flight", "Calls being answered.", _METHOD)
HANDLING = Histogram(
    "grpc_server_handling_seconds", "Seconds a call took.", _METHOD, buckets=_SECONDS
)

QUEUE_LENGTH = Gauge("vts_queue_length", "Items waiting.", ("queue",))
QUEUE_REFUSED = Counter("vts_queue_refused", "Items refused by a full queue.", ("queue",))
QUEUE_DROPPED = Counter("vts_queue_dropped", "Items cancelled before they began.", ("queue",))
BATCH_ITEMS = Histogram(
    "vts_batch_items", "Items per computed batch.", ("queue",), buckets=(1, 2, 4, 8, 16, 32, 64)
)
COMPUTE_SECONDS = Histogram(
    "vts_compute_seconds", "Seconds per computed batch or task.", ("queue",), buckets=_SECONDS
)


class MetricsInterceptor(CallInterceptor):
    """Counts and times every call.

    Calls to methods nobody registered share the label `unknown`, so callers cannot make new labels.
    """

    async def intercept_service(  # type: ignore[override]  # the stub forgets None
        self, continuation: Continuation, details: HandlerCallDetails
    ) -> Handler | None:
        """Gives methods nobody registered a handler, so that they are counted too."""
        handler = await continuation(details)
        if handler is None:
            return surrounded(refused(_unimplemented), details, _measured_unknown)
        return surrounded(handler, details, self.around)

    def around(self, call: Call) -> AbstractAsyncContextManager[None]:
        """Measures one call under its own name."""
        return _measured(call.context, call.method)


def _measured_unknown(call: Call) -> AbstractAsyncContextManager[None]:
    return _measured(call.context, _UNKNOWN_METHOD)


@asynccontextmanager
async def _measured(context: Context, method: str) -> AsyncIterator[None]:
    _, service, name = method.split("/", 2)
    STARTED.labels(service, name).inc()
    began = time.perf_counter()

    def ended(code: grpc.StatusCode) -> None:
        HANDLING.labels(service, name).observe(time.perf_counter() - began)
        HANDLED.labels(service, name, code.name).inc()

    with IN_FLIGHT.labels(service, name).track_inprogress(), watched(context, ended):
        yield


async def _unimplemented(context: Context) -> None:
    await context.abort(grpc.StatusCode.UNIMPLEMENTED, "this service has no such method")
