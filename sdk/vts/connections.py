"""How clients reach a gateway: address, channel options, token."""

from __future__ import annotations

import json
from dataclasses import dataclass

DEFAULT_ADDRESS = "127.0.0.1:50050"
"""Where `make run` serves."""

MAX_MESSAGE_BYTES = 16 * 1024 * 1024

_SAFE_TO_RETRY = (
    "Recommend",
    "FindTracks",
    "SimilarTracks",
    "CheckTracks",
    "GetStatus",
    "GetGroups",
)

_SERVICE_CONFIG = {
    "methodConfig": [
        {
            "name": [
                {"service": "vts.gateway.v1.GatewayService", "method": method}
                for method in _SAFE_TO_RETRY
            ],
            "retryPolicy": {
                "maxAttempts": 3,
                "initialBackoff": "0.2s",
                "maxBackoff": "2s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
    "retryThrottling": {"maxTokens": 10, "tokenRatio": 0.1},
}


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the gateway is and how to speak to it.

    `token` is sent as a bearer token. `tls` trusts the system's certificates, or
    `root_certificates` (PEM) where given.
    """

    address: str = DEFAULT_ADDRESS
    token: str | None = None
    tls: bool = False
    root_certificates: bytes | None = None

    @property
    def options(self) -> list[tuple[str, int | str]]:
        """Channel options: bounded messages, and retries of what is safe to retry."""
        return [
            ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
            ("grpc.service_config", json.dumps(_SERVICE_CONFIG)),
        ]

    @property
    def metadata(self) -> tuple[tuple[str, str | bytes], ...]:
        """What travels with every call."""
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()

    def __repr__(self) -> str:
        """The connection without its token."""
        return f"Connection({self.address!r}, tls={self.tls})"
