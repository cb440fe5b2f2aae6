"""What every command knows: the connection and the language of the answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from vts.aio import AsyncClient
from vts.client import Client
from vts.evidence.v1 import evidence_pb2


@dataclass(frozen=True, slots=True)
class State:
    """The options that stand before the command."""

    address: str
    token: str | None = field(repr=False)
    tls: bool
    web_address: str
    locale: str

    def client(self, timeout_seconds: float = 600.0) -> Client:
        """A client for the chosen gateway."""
        return Client(self.address, token=self.token, tls=self.tls, timeout_seconds=timeout_seconds)

    def async_client(self, timeout_seconds: float = 600.0) -> AsyncClient:
        """The same for asyncio."""
        return AsyncClient(
            self.address, token=self.token, tls=self.tls, timeout_seconds=timeout_seconds
        )

    def said(self, sentence: evidence_pb2.Bilingual) -> str:
        """The sentence in the chosen language, or in the other if that is all there is."""
        first, second = (
            (sentence.ko, sentence.en) if self.locale == "ko" else (sentence.en, sentence.ko)
        )
        return first or second
