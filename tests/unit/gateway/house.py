"""A whole house on loopback: four fake services, and the real gateway before them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import httpx
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from gateway.assembly import Gateway
from gateway.settings import GatewaySettings
from servicekit.failures import ErrorsInterceptor
from servicekit.listening import interceptors
from tests.unit.gateway.fake_audio_features import FakeAudioFeatures
from tests.unit.gateway.fake_captioner import FakeCaptioner
from tests.unit.gateway.fake_recommender import FakeRecommender
from tests.unit.gateway.fakes import FakeMood
from vts.audio_features.v1 import audio_features_service_pb2_grpc as audio_rpc
from vts.captioner.v1 import captioner_service_pb2_grpc as captioner_rpc
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc
from vts.mood.v1 import mood_service_pb2_grpc as mood_rpc
from vts.recommender.v1 import recommender_service_pb2_grpc as recommender_rpc

PHOTO = b"\xff\xd8\xff\xe0 a photo"
VIDEO = b"\x00\x00\x00\x18ftypisom a video"
WEBM = b"\x1aE\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x1fwebm NO PICTURES"
SOUND = b"RIFF\x00\x00\x00\x00WAVEfmt a sound"
NOWHERE = "127.0.0.1:1"

_SERVICES: dict[str, tuple[str, Any]] = {
    "captioner": (
        "vts.captioner.v1.CaptionerService",
        captioner_rpc.add_CaptionerServiceServicer_to_server,
    ),
    "mood": ("vts.mood.v1.MoodService", mood_rpc.add_MoodServiceServicer_to_server),
    "audio_features": (
        "vts.audio_features.v1.AudioFeaturesService",
        audio_rpc.add_AudioFeaturesServiceServicer_to_server,
    ),
    "recommender": (
        "vts.recommender.v1.RecommenderService",
        recommender_rpc.add_RecommenderServiceServicer_to_server,
    ),
}


@dataclass
class House:
    captioner: FakeCaptioner = field(default_factory=FakeCaptioner)
    mood: FakeMood = field(default_factory=FakeMood)
    audio_features: FakeAudioFeatures = field(default_factory=FakeAudioFeatures)
    recommender: FakeRecommender = field(default_factory=FakeRecommender)
    sound_dir: Path = Path()
    gateway: Gateway = field(init=False)
    stub: rpc.GatewayServiceAsyncStub = field(init=False)
    web: httpx.AsyncClient = field(init=False)


@asynccontextmanager
async def house(
    folder: Path, *, down: Collection[str] = (), **variables: Any
) -> AsyncIterator[House]:
    """Opens a house; services in `down` are looked for where nothing listens."""
    home = House(sound_dir=folder / "sounds")
    async with AsyncExitStack() as stack:
        addresses = {
            f"{name}_address": NOWHERE
            if name in down
            else await _serve(stack, getattr(home, name), *about)
            for name, about in _SERVICES.items()
        }
        chosen: dict[str, Any] = {
            "port": 0,
            "http_port": 0,
            "sound_dir": home.sound_dir,
            "grace_seconds": 0,
        }
        settings = GatewaySettings(**(chosen | addresses | variables))
        home.gateway = Gateway(settings)
        home.stub = rpc.GatewayServiceStub(await _front(stack, home.gateway, settings))
        transport = httpx.ASGITransport(home.gateway.app)
        home.web = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")
        )
        yield home


async def _serve(stack: AsyncExitStack, servicer: object, name: str, add: Any) -> str:
    server = grpc.aio.server(interceptors=[ErrorsInterceptor()])
    add(servicer, server)
    checks = health.aio.HealthServicer()  # type: ignore[attr-defined]
    await checks.set(name, health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    stack.push_async_callback(server.stop, None)
    return f"127.0.0.1:{port}"


async def _front(
    stack: AsyncExitStack, gateway: Gateway, settings: GatewaySettings
) -> grpc.aio.Channel:
    server = grpc.aio.server(interceptors=interceptors(settings))
    gateway.service.register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    stack.push_async_callback(gateway.service.close)
    stack.push_async_callback(server.stop, None)
    channel = grpc.aio.insecure_channel(f"127.0.0.1:{port}")
    stack.push_async_callback(channel.close, None)
    return channel
