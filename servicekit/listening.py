"""Listening: a gRPC server with its interceptors, health, reflection and metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import Thread
from wsgiref.simple_server import WSGIServer

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection
from prometheus_client import start_http_server

from servicekit.admission import AdmissionInterceptor
from servicekit.auth import AuthInterceptor, read_tokens
from servicekit.deadlines import DeadlineInterceptor
from servicekit.failures import ErrorsInterceptor
from servicekit.gates import Gate
from servicekit.interception import CallInterceptor, Context
from servicekit.logs import LoggingInterceptor
from servicekit.metrics import MetricsInterceptor
from servicekit.parsing import ParsingInterceptor
from servicekit.racing import finished_before
from servicekit.settings import ServiceSettings

_SERVING = health_pb2.HealthCheckResponse.SERVING
_NOT_SERVING = health_pb2.HealthCheckResponse.NOT_SERVING


class Listener:
    """The ports of one process; `name` is the full name of its gRPC service.

    Health of `name` is readiness and begins as NOT_SERVING; health of `""` is liveness and stays
    SERVING from `open` to `close`, so a draining process is not restarted.
    """

    def __init__(
        self, settings: ServiceSettings, name: str, register: Callable[[grpc.aio.Server], None]
    ) -> None:
        self.port = 0
        self.metrics_port = 0
        self._settings = settings
        self._name = name
        self._register = register
        self._health = _Health()
        self._server: grpc.aio.Server | None = None
        self._metrics: tuple[WSGIServer, Thread] | None = None

    async def open(self) -> None:
        """Binds both ports and answers probes.

        Raises:
            OSError: A port is taken.
            TokenFileError: The token file holds no token.
        """
        settings = self._settings
        server = grpc.aio.server(interceptors=interceptors(settings), options=_options(settings))
        self._register(server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        names = (self._name, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
        self.port = _bound(server, settings.host, settings.port)
        self._metrics = _metrics_server(settings.host, settings.metrics_port)
        self.metrics_port = self._metrics[0].server_port
        await self.set_ready(False)
        await server.start()
        self._server = server

    async def set_ready(self, ready: bool) -> None:
        """Reports the service as SERVING or NOT_SERVING."""
        await self._health.set(self._name, _SERVING if ready else _NOT_SERVING)

    async def stop(self, grace_seconds: float) -> None:
        """Takes no more calls, and cancels those not done after `grace_seconds`.

        A second call with less grace ends the first one sooner.
        """
        self._health.hang_up()
        if self._server is not None:
            await self._server.stop(grace_seconds)

    async def close(self) -> None:
        """Closes the metrics port."""
        if self._metrics is not None:
            server, thread = self._metrics
            await asyncio.to_thread(server.shutdown)
            server.server_close()
            thread.join()


class _Health(health.aio.HealthServicer):  # type: ignore[name-defined,misc]
    """The standard health service, whose watchers do not hold up a shutdown."""

    def __init__(self) -> None:
        super().__init__()
        self._ending = asyncio.Event()

    def hang_up(self) -> None:
        self._ending.set()

    async def Watch(self, request: health_pb2.HealthCheckRequest, context: Context) -> None:
        await finished_before(self._ending, super().Watch(request, context))


def interceptors(
    settings: ServiceSettings,
) -> list[CallInterceptor | Gate | ParsingInterceptor]:
    """Returns the layers around every servicer, outermost first."""
    path = settings.auth_tokens_file
    return [
        MetricsInterceptor(),
        LoggingInterceptor(),
        *([AuthInterceptor(read_tokens(path))] if path else []),
        AdmissionInterceptor(settings.max_concurrent_calls),
        DeadlineInterceptor(settings.default_deadline_seconds),
        ErrorsInterceptor(),
        ParsingInterceptor(),
    ]


def _options(settings: ServiceSettings) -> list[tuple[str, int]]:
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.so_reuseport", 0),  # a second process on the port must fail, not share its calls
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
        ("grpc.keepalive_time_ms", 60_000),
    ]


def _bound(server: grpc.aio.Server, host: str, port: int) -> int:
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    try:
        return server.add_insecure_port(address)
    except RuntimeError as error:
        raise OSError(f"cannot listen on {address}: is the port taken?") from error


def _metrics_server(host: str, port: int) -> tuple[WSGIServer, Thread]:
    try:
        return start_http_server(port, addr=host)
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"cannot serve metrics on {host}:{port}: {reason}") from error
