"""Bearer tokens: who may call, decided before the request's body is read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
from grpc import HandlerCallDetails
from pydantic import SecretStr
from vts.errors.v1.error_reason_pb2 import ErrorReason

from servicekit import calls
from servicekit.errors import ServiceError, abort
from servicekit.interception import Call, CallInterceptor, Context, Continuation, Handler, refused


class TokenFileError(ValueError):
    """A token file that holds no token."""


def read_tokens(path: Path) -> tuple[SecretStr, ...]:
    """Returns the tokens in `path`: one per line, blank lines and `#` comments left out.

    Raises:
        OSError: The file cannot be read.
        TokenFileError: It holds no token.
    """
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    tokens = tuple(SecretStr(line) for line in lines if line and not line.startswith("#"))
    if not tokens:
        raise TokenFileError(f"{path} holds no token")
    return tokens


class AuthInterceptor(CallInterceptor):
    """Lets in calls with `authorization: Bearer <token>`; health and reflection need none."""

    def __init__(self, tokens: Sequence[SecretStr]) -> None:
        self._digests = [_digest(token.get_secret_value()) for token in tokens]

    async def intercept_service(  # type: ignore[override]  # the stub forgets None
        self, continuation: Continuation, details: HandlerCallDetails
    ) -> Handler | None:
        """Replaces the handler of a known method by a refusal if the caller has no valid token."""
        handler = await continuation(details)
        if handler is None or calls.is_infrastructure(details.method):
            return handler
        offered = calls.header(details.invocation_metadata, "authorization")
        return handler if self._accepts(offered) else refused(_refuse)

    @asynccontextmanager
    async def around(self, call: Call) -> AsyncIterator[None]:  # noqa: ARG002
        """Does nothing: the decision fell before the call began."""
        yield

    def _accepts(self, authorization: str) -> bool:
        scheme, _, token = authorization.partition(" ")
        offered = _digest(token.strip())
        # All are compared, each in constant time, so timing tells nothing about any of them.
        matches = [hmac.compare_digest(offered, known) for known in self._digests]
        return scheme.lower() == "bearer" and any(matches)


async def _refuse(context: Context) -> None:
    await abort(
        context,
        ServiceError(
            grpc.StatusCode.UNAUTHENTICATED,
            ErrorReason.ERROR_REASON_UNAUTHENTICATED,
            "a valid 'authorization: Bearer' token is required",
        ),
    )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
