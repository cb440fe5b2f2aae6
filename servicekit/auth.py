"""Bearer tokens: who may call, decided before the request is read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from pathlib import Path

import grpc
from pydantic import SecretStr

from servicekit import calls
from servicekit.errors import ServiceError
from servicekit.gates import Gate, HandlerCallDetails
from vts.errors.v1.error_reason_pb2 import ErrorReason


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


class AuthInterceptor(Gate):
    """Lets in calls with `authorization: Bearer <token>`."""

    def __init__(self, tokens: Sequence[SecretStr]) -> None:
        self._digests = [_digest(token.get_secret_value()) for token in tokens]

    def refusal(self, details: HandlerCallDetails) -> ServiceError | None:
        """Refuses callers whose token is missing or unknown, without saying which."""
        offered = calls.header(details.invocation_metadata, "authorization")
        scheme, _, token = offered.partition(" ")
        digest = _digest(token.strip())
        # All are compared, each in constant time, so timing tells nothing about any of them.
        matches = [hmac.compare_digest(digest, known) for known in self._digests]
        if scheme.lower() == "bearer" and any(matches):
            return None
        return ServiceError(
            grpc.StatusCode.UNAUTHENTICATED,
            ErrorReason.ERROR_REASON_UNAUTHENTICATED,
            "a valid 'authorization: Bearer' token is required",
        )


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
