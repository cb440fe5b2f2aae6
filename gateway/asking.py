"""Asking: the channels to the four services, and what surrounds every call to one of them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from gateway.failures import ServiceName, Unanswered, understood
from gateway.settings import GatewaySettings
from servicekit import calls
from servicekit.auth import read_tokens
from servicekit.channels import open_channel

_log = logging.getLogger(__name__)

_FULL_NAMES: dict[ServiceName, str] = {
    "captioner": "vts.captioner.v1.CaptionerService",
    "mood": "vts.mood.v1.MoodService",
    "audio_features": "vts.audio_features.v1.AudioFeaturesService",
    "recommender": "vts.recommender.v1.RecommenderService",
}
_SAFE_TO_RETRY: dict[ServiceName, tuple[str, ...]] = {
    "captioner": ("DescribeImage",),
    "mood": ("ReadMood", "ReadContext", "SummarizeSentences", "EmbedTexts"),
    "audio_features": ("MatchAudio", "GetAnalyzer"),
    "recommender": (
        "Recommend",
        "GetTracks",
        "FindTracks",
        "GetCatalogue",
        "FindWindows",
        "GetGroups",
        "PredictGroup",
    ),
}
_RANKING_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Health:
    """How a service answered its health check; `state` as in `ServiceStatus`."""

    name: ServiceName
    state: str
    address: str
    check_seconds: float


class Asking:
    """The four services' channels; every call goes through `asking`."""

    def __init__(self, settings: GatewaySettings) -> None:
        self.settings = settings
        self._addresses: dict[ServiceName, str] = {
            "captioner": settings.captioner_address,
            "mood": settings.mood_address,
            "audio_features": settings.audio_features_address,
            "recommender": settings.recommender_address,
        }
        file = settings.services_token_file
        token = read_tokens(file)[0] if file else None
        self.channels = {
            name: open_channel(
                address,
                idempotent_methods=[
                    f"{_FULL_NAMES[name]}/{method}" for method in _SAFE_TO_RETRY[name]
                ],
                max_message_bytes=settings.max_message_bytes,
                token=token,
            )
            for name, address in self._addresses.items()
        }

    async def health(self) -> list[Health]:
        """How all services are, asked at the same time."""
        return list(await asyncio.gather(*(self._health(name) for name in self._addresses)))

    async def close(self) -> None:
        """Hangs up."""
        await asyncio.gather(*(channel.close(None) for channel in self.channels.values()))

    async def _health(self, name: ServiceName) -> Health:
        began = time.perf_counter()
        request = health_pb2.HealthCheckRequest(service=_FULL_NAMES[name])
        check = health_pb2_grpc.HealthStub(self.channels[name]).Check
        try:
            answer = await check(request, timeout=self.settings.health_seconds)
            serving = answer.status == health_pb2.HealthCheckResponse.SERVING
            state = "SERVING" if serving else "NOT_SERVING"
        except grpc.aio.AioRpcError:
            state = "UNREACHABLE"
        return Health(name, state, self._addresses[name], time.perf_counter() - began)

    def asking_recommender(self) -> AbstractAsyncContextManager[float]:
        """`asking` for a call that the recommender answers at once."""
        return self.asking("recommender", self.settings.recommender_seconds)

    @asynccontextmanager
    async def asking(self, service: ServiceName, at_most: float) -> AsyncIterator[float]:
        """Translates one call's failures; yields its time limit, which gRPC enforces.

        The limit is that of the settings or, if it is shorter, the time the caller has left; of
        that a share is kept back, so that a slow service leaves time to rank what there is.
        """
        seconds = at_most
        left = calls.remaining_seconds()
        if left is not None:
            seconds = min(at_most, left * (1.0 if service == "recommender" else 1 - _RANKING_SHARE))
        try:
            yield seconds
        except grpc.aio.AioRpcError as error:
            meaning = understood(service, error)
            level = logging.WARNING if isinstance(meaning, Unanswered) else logging.INFO
            _log.log(level, "a service did not answer as hoped", extra=_facts(service, error))
            raise meaning from error


def _facts(service: str, error: grpc.aio.AioRpcError) -> dict[str, object]:
    return {"service": service, "code": error.code().name, "details": error.details()}
