"""Channels to other services: deadline, request id and token travel; safe calls are retried."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import grpc
from pydantic import SecretStr

from servicekit import calls

_DEFAULT_MAX_MESSAGE_BYTES = 32 * 1024 * 1024
_RETRY = {
    "maxAttempts": 3,
    "initialBackoff": "0.1s",
    "maxBackoff": "1s",
    "backoffMultiplier": 2,
    "retryableStatusCodes": ["UNAVAILABLE"],
}
# Ten failures use the budget up; each success earns a tenth of a retry back.
_RETRY_BUDGET = {"maxTokens": 10, "tokenRatio": 0.1}


def open_channel(
    target: str,
    *,
    idempotent_methods: Iterable[str] = (),
    max_message_bytes: int = _DEFAULT_MAX_MESSAGE_BYTES,
    token: SecretStr | None = None,
    keepalive_seconds: float = 30.0,
) -> grpc.aio.Channel:
    """Opens a channel to another service; it connects at the first call.

    Calls made while answering a call inherit its request id and the time it has left; a shorter
    `timeout` of their own stands. Addresses are balanced in turn.

    Args:
        target: `host:port`, or any gRPC name such as `dns:///mood:50052`.
        idempotent_methods: `vts.mood.v1.MoodService/ReadMood`, each safe to send again. They are
            tried up to 3 times while the answer is `UNAVAILABLE`, within the deadline and a
            shared retry budget. No other method ever is.
        max_message_bytes: Largest message sent or taken.
        token: Sent as `authorization: Bearer`. The channel is not encrypted: use it where the
            network is trusted, or behind a mesh that encrypts.
        keepalive_seconds: How long a call may be silent before the server is pinged. Servers that
            are not ours hang up on whoever pings more often than every 300 s, gRPC's own limit.
    """
    options: Sequence[tuple[str, Any]] = (
        ("grpc.service_config", service_config(idempotent_methods)),
        ("grpc.service_config_disable_resolution", 1),  # no DNS TXT look-ups
        ("grpc.enable_retries", 1),
        ("grpc.max_send_message_length", max_message_bytes),
        ("grpc.max_receive_message_length", max_message_bytes),
        ("grpc.keepalive_time_ms", round(keepalive_seconds * 1000)),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.initial_reconnect_backoff_ms", 100),
        ("grpc.min_reconnect_backoff_ms", 3_000),  # how long one attempt to connect may take
        ("grpc.max_reconnect_backoff_ms", 2_000),
    )
    return _TravellingChannel(grpc.aio.insecure_channel(target, options=options), token)


def service_config(idempotent_methods: Iterable[str]) -> str:
    """Returns the gRPC service config (JSON) with a retry policy for the methods named."""
    names = [
        {"service": service, "method": method}
        for service, _, method in (name.strip("/").partition("/") for name in idempotent_methods)
    ]
    config: dict[str, Any] = {"loadBalancingConfig": [{"round_robin": {}}]}
    if names:
        config["methodConfig"] = [{"name": names, "retryPolicy": _RETRY}]
        config["retryThrottling"] = _RETRY_BUDGET
    return json.dumps(config)


class _TravellingChannel(grpc.aio.Channel):
    """A channel whose every call carries what the current call carries.

    The four kinds of call differ only in what they return, so one wrapper serves all; gRPC's own
    client interceptors would need a class for each.
    """

    def __init__(self, channel: grpc.aio.Channel, token: SecretStr | None) -> None:
        self._channel = channel
        self._token = token

    def unary_unary(self, *args: Any, **kwargs: Any) -> Any:
        return self._travelling(self._channel.unary_unary(*args, **kwargs))

    def unary_stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._travelling(self._channel.unary_stream(*args, **kwargs))

    def stream_unary(self, *args: Any, **kwargs: Any) -> Any:
        return self._travelling(self._channel.stream_unary(*args, **kwargs))

    def stream_stream(self, *args: Any, **kwargs: Any) -> Any:
        return self._travelling(self._channel.stream_stream(*args, **kwargs))

    async def close(self, grace: float | None = None) -> None:
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._channel.channel_ready()

    async def __aenter__(self) -> grpc.aio.Channel:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    def _travelling(self, call: Any) -> Any:
        def start(*args: Any, timeout: float | None = None, metadata: Any = None, **kw: Any) -> Any:
            return call(*args, timeout=_shorter(timeout), metadata=self._metadata(metadata), **kw)

        return start

    def _metadata(self, given: Iterable[tuple[str, str | bytes]] | None) -> grpc.aio.Metadata:
        metadata = grpc.aio.Metadata(*(given or ()))
        if request_id := calls.request_id.get():
            metadata.add(calls.REQUEST_ID_HEADER, request_id)
        if self._token is not None:
            metadata.add("authorization", f"Bearer {self._token.get_secret_value()}")
        return metadata


def _shorter(timeout: float | None) -> float | None:
    limits = [limit for limit in (timeout, calls.remaining_seconds()) if limit is not None]
    return min(limits, default=None)
