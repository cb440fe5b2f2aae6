"""A model server over gRPC: how it is asked, by whom, how often, and what its failures mean."""

from __future__ import annotations

import io
import json
import logging
import math
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import grpc
import numpy as np
from PIL import Image

from servicekit import calls, metrics
from servicekit.auth import TokenFileError, read_tokens
from servicekit.channels import open_channel
from servicekit.errors import ServiceError, queue_full, unavailable
from services.captioner.domain import Line, Pixels
from services.captioner.pictures import WORKING_SIDE
from services.captioner.settings import Settings
from vts.errors.v1.error_reason_pb2 import ErrorReason

NAME = "captioner-server"
"""What the model server is called in errors and metrics; its address is in the log only."""

MAX_LINES, MAX_CHARACTERS = 8, 1000
"""Most sentences taken from an answer, and most characters of each."""

_QUALITY = 95
_KEEPALIVE_SECONDS = 330.0  # more often, and servers hang up; the deadline tells sooner anyway
_REFUSED = (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED)

_log = logging.getLogger(__name__)

R = TypeVar("R")


class ModelServer:
    """One model server, asked by at most `max_queue` callers at a time.

    Args:
        settings: Its address, its token's file and how long an answer may take.
        idempotent_methods: `package.Service/Method` of the calls that are tried again, up to three
            times, while the server is unavailable.

    Raises:
        OSError: The token's file cannot be read.
        TokenFileError: It holds no token.
    """

    def __init__(self, settings: Settings, idempotent_methods: Iterable[str]) -> None:
        self._target = settings.server
        self._methods = tuple(idempotent_methods)
        self._seconds = settings.server_seconds
        self._max_asking = settings.max_queue
        self._asking = 0
        self._closed = False
        self._channel: grpc.aio.Channel | None = None
        self._token = TokenFile(settings.server_token_file) if settings.server_token_file else None

    @property
    def channel(self) -> grpc.aio.Channel:
        """The channel, opened where it is first used: it belongs to that event loop."""
        if self._channel is None:
            self._channel = open_channel(
                self._target,
                idempotent_methods=self._methods,
                keepalive_seconds=_KEEPALIVE_SECONDS,
            )
        return self._channel

    async def ask(self, call: Callable[..., Awaitable[R]], request: object) -> R:
        """Returns the answer, which takes at most `server_seconds` and what the caller has left.

        Raises:
            ServiceError: It is unreachable, slow or refuses us, too many ask (`QUEUE_FULL`), or
                this is closed. Its `__cause__` is gRPC's error, where there is one.
        """
        if self._closed:
            raise unavailable(NAME, "the model server's client is closed")
        if self._asking >= self._max_asking:
            metrics.QUEUE_REFUSED.labels(NAME).inc()
            raise queue_full(NAME)
        self._asking += 1
        try:
            token = self._token.metadata() if self._token else ()
            return await call(request, timeout=self._seconds, metadata=token)
        except grpc.aio.AioRpcError as error:
            raise self._understood(error) from error
        finally:
            self._asking -= 1

    async def close(self) -> None:
        """Ends the calls in flight and the connection; nothing can be asked afterwards."""
        self._closed = True
        if self._channel is not None:
            await self._channel.close(None)

    def _understood(self, error: grpc.aio.AioRpcError) -> ServiceError:
        code = error.code()
        _log.warning("model server %s: %s: %s", self._target, code.name, error.details())
        if code is grpc.StatusCode.DEADLINE_EXCEEDED:
            left = calls.remaining_seconds()
            if left is not None and left <= 0:
                return ServiceError(
                    code,
                    ErrorReason.ERROR_REASON_DEADLINE_EXCEEDED,
                    "the model server had not answered when the time was over",
                )
            return unavailable(NAME, f"no answer of the model server in {self._seconds:g} s")
        if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
            return queue_full(NAME)
        if code is grpc.StatusCode.UNAVAILABLE:
            return unavailable(NAME, "the model server cannot be reached or has no worker")
        if code in _REFUSED:
            return unavailable(NAME, "the model server refuses our token", retry_after_seconds=None)
        return unavailable(NAME, "the model server failed; the log tells how")


class TokenFile:
    """A file with the server's token, read again when it changes, as tokens expire.

    It holds the token in its first line, or is the `key_file.json` that TorchServe writes.

    Raises:
        OSError: The file cannot be read.
        TokenFileError: It holds no token.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = 0
        self._token = ""
        self.metadata()

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The header that carries the token; the last one, while the file is being replaced."""
        try:
            changed = self._path.stat().st_mtime_ns
            if changed != self._changed:
                self._token, self._changed = _token_in(self._path), changed
        except (OSError, ValueError):
            if not self._token:
                raise
        return (("authorization", f"Bearer {self._token}"),)


def _token_in(path: Path) -> str:
    first = read_tokens(path)[0].get_secret_value()
    if not first.startswith("{"):
        return first
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["inference"]["key"])
    except (ValueError, KeyError, TypeError) as error:  # perhaps it is being written
        raise TokenFileError(f"{path} holds no token for inference") from error


def encoded(picture: Pixels) -> bytes:
    """The picture as a JPEG of at most 640 pixels a side, all of its colours kept; blocks."""
    image = Image.fromarray(np.ascontiguousarray(picture))
    image.thumbnail((WORKING_SIDE, WORKING_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY, subsampling=0)
    return stream.getvalue()


def lines(given: Iterable[tuple[Any, Any]]) -> tuple[Line, ...]:
    """Sentences and confidences as a server gave them; empty, endless and odd ones are left out."""
    found = [
        Line(text.strip(), min(1.0, max(0.0, float(confidence))))
        for text, confidence in given
        if isinstance(text, str)
        and 0 < len(text.strip()) <= MAX_CHARACTERS
        and isinstance(confidence, int | float)
        and math.isfinite(confidence)
    ]
    return tuple(found[:MAX_LINES])


def not_understood() -> ServiceError:
    """The error for an answer that is not what the protocol says."""
    return unavailable(
        NAME, "the model server's answer is not understood", retry_after_seconds=None
    )


def refused(why: object) -> ServiceError:
    """The error for a picture that the model server would not describe; the reason is logged."""
    _log.warning("the model server refused a picture: %.200s", why)
    return unavailable(NAME, "the model server refused the picture", retry_after_seconds=None)
