"""What surrounds every HTTP request: its id and log line, who may call, how browsers behave."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from prometheus_client import Counter, Histogram
from pydantic import SecretStr
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.rest.bearers import Offered
from gateway.rest.errors import http_problem, internal, problem_response
from servicekit import calls
from servicekit.auth import AuthInterceptor
from servicekit.errors import ServiceError

_log = logging.getLogger(__name__)

HANDLED = Counter("vts_http_requests", "HTTP requests answered.", ("endpoint", "status"))
HANDLING = Histogram(
    "vts_http_request_seconds",
    "Seconds from an HTTP request's first byte to its answer's last.",
    ("endpoint",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120),
)

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=()",
}
_BEGINNINGS = ("http.response.start", "websocket.http.response.start", "websocket.accept")
_SWITCHING_PROTOCOLS = 101
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")


class Guard:
    """Decides who may call, and turns what an endpoint raises into a problem document.

    A WebSocket is opened only from a page of this very host, whatever its token: browsers let any
    page open one. Its token is the endpoint's business, since browsers send no header with it.

    Args:
        app: The next application.
        tokens: If there are any, calls below `/v1` must bear one, as over gRPC.
        only_loopback_names: Answer only requests addressed to this machine by a loopback name. It
            keeps other web sites, whose names may be made to point here, from using a gateway
            that asks for no token.
    """

    def __init__(
        self, app: ASGIApp, tokens: Sequence[SecretStr], *, only_loopback_names: bool
    ) -> None:
        self._app = app
        self._auth = AuthInterceptor(tokens) if tokens else None
        self._only_loopback_names = only_loopback_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes one request on, or refuses it."""
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            self._check(scope)
            await self._app(scope, receive, watched)
        except _Foreign as refusal:
            await http_problem(refusal.status, str(refusal))(scope, receive, send)
        except ServiceError as error:
            if has_begun:
                raise
            await problem_response(error)(scope, receive, send)
        except ClientDisconnect:
            _log.debug("the client hung up")
        except Exception:
            _log.exception("unexpected failure")
            if has_begun:
                raise
            await problem_response(internal())(scope, receive, send)

    def _check(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
        if self._only_loopback_names and name not in _LOOPBACK_NAMES:
            raise _Foreign(421, "this host name is not served here")
        if scope["type"] == "websocket":
            if not scope["path"].startswith("/v1/"):
                raise _Foreign(404, "there is no WebSocket here")
            origin = headers.get("origin")
            if origin is not None and origin.partition("://")[2].lower() != host:
                raise _Foreign(403, "pages of other sites may not connect")
        elif self._auth is not None and scope["path"].startswith("/v1/"):
            refusal = self._auth.refusal(Offered(headers.get("authorization", "")))
            if refusal is not None:
                raise refusal


class _Foreign(Exception):  # noqa: N818  # never leaves this module
    """The request was addressed to another name, or comes from another site's page."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Surroundings:
    """Gives each request an id, security headers, a log line and a place in the metrics."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Surrounds one request."""
        offered = Headers(scope=scope).get(calls.REQUEST_ID_HEADER, "")
        request_id = calls.chosen_request_id([(calls.REQUEST_ID_HEADER, offered)])
        calls.request_id.set(request_id)
        began = time.perf_counter()
        status = 499  # as the log of a client that hung up before the answer began

        async def adding(message: Message) -> None:
            nonlocal status
            if message["type"] in _BEGINNINGS:
                status = message.get("status", _SWITCHING_PROTOCOLS)
                _add_headers(MutableHeaders(scope=message), request_id)
            await send(message)

        try:
            await self._app(scope, receive, adding)
        finally:
            _note(scope, status, time.perf_counter() - began)


def _add_headers(headers: MutableHeaders, request_id: str) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    headers[calls.REQUEST_ID_HEADER] = request_id


def _note(scope: Scope, status: int, seconds: float) -> None:
    endpoint = _endpoint(scope)
    HANDLED.labels(endpoint, str(status)).inc()
    HANDLING.labels(endpoint).observe(seconds)
    is_probe = endpoint in ("_healthz", "readyz")
    facts = {"method": scope.get("method", "WEBSOCKET"), "path": scope["path"], "status": status}
    facts["seconds"] = round(seconds, 4)
    _log.log(logging.DEBUG if is_probe else logging.INFO, "request ended", extra=facts)


def _endpoint(scope: Scope) -> str:
    """The name of what answered, which callers cannot invent."""
    endpoint = scope.get("endpoint")
    if endpoint is None:
        return "unknown"
    return getattr(endpoint, "__name__", type(endpoint).__name__)
