"""The gateway's backends: the four services, each asked within a time limit."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from gateway.failures import ServiceName, understood
from gateway.settings import GatewaySettings
from servicekit import calls
from servicekit.auth import read_tokens
from servicekit.channels import open_channel
from servicekit.errors import not_found
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as audio_rpc
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.captioner.v1 import captioner_service_pb2_grpc as captioner_rpc
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.media.v1 import media_pb2
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.mood.v1 import mood_service_pb2_grpc as mood_rpc
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import recommender_service_pb2_grpc as recommender_rpc
from vts.recommender.v1 import track_pb2

if TYPE_CHECKING:
    from gateway.uploads import Upload

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
    "audio_features": (),
    "recommender": ("Recommend", "GetTracks", "FindTracks", "GetCatalogue"),
}
_RANKING_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Health:
    """How a service answered its health check; `state` as in `ServiceStatus`."""

    name: ServiceName
    state: str
    address: str
    check_seconds: float


class Clients:
    """The four services.

    Every method raises `Unanswered` if the service is down, slow, full or faulty, and
    `ServiceError` if it refuses what the caller gave.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._addresses: dict[ServiceName, str] = {
            "captioner": settings.captioner_address,
            "mood": settings.mood_address,
            "audio_features": settings.audio_features_address,
            "recommender": settings.recommender_address,
        }
        file = settings.services_token_file
        token = read_tokens(file)[0] if file else None
        self._channels = {
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
        self._captioner = captioner_rpc.CaptionerServiceStub(self._channels["captioner"])
        self._mood = mood_rpc.MoodServiceStub(self._channels["mood"])
        self._audio = audio_rpc.AudioFeaturesServiceStub(self._channels["audio_features"])
        self._recommender = recommender_rpc.RecommenderServiceStub(self._channels["recommender"])

    async def describe_image(self, image: bytes) -> captioner_pb.DescribeImageResponse:
        """What a photo shows."""
        request = captioner_pb.DescribeImageRequest(image=image)
        async with self._asking("captioner", self._settings.photo_seconds) as seconds:
            return await self._captioner.DescribeImage(request, timeout=seconds)

    async def describe_video(
        self, upload: Upload
    ) -> AsyncGenerator[captioner_pb.DescribeVideoResponse, None]:
        """What a video shows, as it is found; the whole comes last."""

        async def pieces() -> AsyncIterator[captioner_pb.DescribeVideoRequest]:
            async for data in upload.chunks():
                yield captioner_pb.DescribeVideoRequest(chunk=media_pb2.MediaChunk(data=data))

        async with self._asking("captioner", self._settings.video_seconds) as seconds:
            call = self._captioner.DescribeVideo(pieces(), timeout=seconds)
            try:
                async for news in call:
                    yield news
            finally:
                call.cancel()

    async def analyze_audio(self, upload: Upload) -> audio_pb.AnalyzeAudioResponse:
        """What is heard in a sound or in a video."""

        async def pieces() -> AsyncIterator[audio_pb.AnalyzeAudioRequest]:
            async for data in upload.chunks():
                yield audio_pb.AnalyzeAudioRequest(chunk=media_pb2.MediaChunk(data=data))

        async with self._asking("audio_features", self._settings.sound_seconds) as seconds:
            return await self._audio.AnalyzeAudio(pieces(), timeout=seconds)

    async def read_mood(self, texts: Sequence[str], language: str = "") -> list[mood_pb.Reading]:
        """The mood of each text."""
        request = mood_pb.ReadMoodRequest(texts=texts, language=language)
        async with self._asking("mood", self._settings.mood_seconds) as seconds:
            return list((await self._mood.ReadMood(request, timeout=seconds)).readings)

    async def read_context(self, situation: mood_pb.Situation) -> mood_pb.ReadContextResponse:
        """What a situation calls for."""
        request = mood_pb.ReadContextRequest(situation=situation)
        async with self._asking("mood", self._settings.mood_seconds) as seconds:
            return await self._mood.ReadContext(request, timeout=seconds)

    async def summarize_sentences(
        self, sentences: Sequence[tuple[str, float]]
    ) -> mood_pb.SummarizeSentencesResponse:
        """The words and the mood of many sentences, each with its weight."""
        request = mood_pb.SummarizeSentencesRequest()
        for text, weight in sentences:
            request.sentences.add(text=text, weight=weight)
        async with self._asking("mood", self._settings.mood_seconds) as seconds:
            return await self._mood.SummarizeSentences(request, timeout=seconds)

    async def embed_texts(self, texts: Sequence[str]) -> mood_pb.EmbedTextsResponse:
        """The embedding of each English text."""
        request = mood_pb.EmbedTextsRequest(texts=texts, language="en")
        async with self._asking("mood", self._settings.mood_seconds) as seconds:
            return await self._mood.EmbedTexts(request, timeout=seconds)

    async def recommend(
        self, request: recommender_pb.RecommendRequest
    ) -> recommender_pb.RecommendResponse:
        """Songs that fit, best first."""
        async with self._asking_recommender() as seconds:
            return await self._recommender.Recommend(request, timeout=seconds)

    async def get_tracks(self, ids: Iterable[str]) -> recommender_pb.GetTracksResponse:
        """Songs by id."""
        request = recommender_pb.GetTracksRequest(ids=ids)
        async with self._asking_recommender() as seconds:
            return await self._recommender.GetTracks(request, timeout=seconds)

    async def track(self, track_id: str, field: str) -> track_pb2.Track:
        """One song.

        Raises:
            ServiceError: `TRACK_NOT_FOUND`, blaming `field`.
        """
        found = await self.get_tracks([track_id])
        if not found.tracks:
            error = not_found(
                ErrorReason.ERROR_REASON_TRACK_NOT_FOUND,
                f"{field}: no song has this id",
                track_id=track_id,
            )
            error.fields = {field: "no song has this id"}
            raise error
        return found.tracks[0].track

    async def find_tracks(self, query: str, limit: int) -> recommender_pb.FindTracksResponse:
        """Songs by name."""
        request = recommender_pb.FindTracksRequest(query=query, limit=limit)
        async with self._asking_recommender() as seconds:
            return await self._recommender.FindTracks(request, timeout=seconds)

    async def upsert_tracks(
        self, songs: Iterable[recommender_pb.UpsertTracksRequest]
    ) -> recommender_pb.UpsertTracksResponse:
        """Stores songs; what is named as stored is on disk."""
        async with self._asking("recommender", self._settings.video_seconds) as seconds:
            return await self._recommender.UpsertTracks(iter(list(songs)), timeout=seconds)

    async def catalogue(self) -> recommender_pb.GetCatalogueResponse:
        """What the catalogue holds."""
        async with self._asking("recommender", self._settings.health_seconds) as seconds:
            return await self._recommender.GetCatalogue(
                recommender_pb.GetCatalogueRequest(), timeout=seconds
            )

    async def record_feedback(self, request: recommender_pb.RecordFeedbackRequest) -> None:
        """Keeps a listener's opinion; it is on disk when this returns."""
        async with self._asking_recommender() as seconds:
            await self._recommender.RecordFeedback(request, timeout=seconds)

    async def health(self) -> list[Health]:
        """How all services are, asked at the same time."""
        return list(await asyncio.gather(*(self._health(name) for name in self._addresses)))

    async def close(self) -> None:
        """Hangs up."""
        await asyncio.gather(*(channel.close(None) for channel in self._channels.values()))

    async def _health(self, name: ServiceName) -> Health:
        began = time.perf_counter()
        request = health_pb2.HealthCheckRequest(service=_FULL_NAMES[name])
        check = health_pb2_grpc.HealthStub(self._channels[name]).Check
        try:
            answer = await check(request, timeout=self._settings.health_seconds)
            serving = answer.status == health_pb2.HealthCheckResponse.SERVING
            state = "SERVING" if serving else "NOT_SERVING"
        except grpc.aio.AioRpcError:
            state = "UNREACHABLE"
        return Health(name, state, self._addresses[name], time.perf_counter() - began)

    def _asking_recommender(self) -> AbstractAsyncContextManager[float]:
        return self._asking("recommender", self._settings.recommender_seconds)

    @asynccontextmanager
    async def _asking(self, service: ServiceName, at_most: float) -> AsyncIterator[float]:
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
            _log.warning("a service did not answer", extra=_facts(service, error))
            raise understood(service, error) from error


def _facts(service: str, error: grpc.aio.AioRpcError) -> dict[str, object]:
    return {"service": service, "code": error.code().name, "details": error.details()}
