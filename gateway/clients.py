"""The gateway's backends: the four services, each asked within a time limit."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING

from gateway.asking import Asking
from gateway.settings import GatewaySettings
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


class Clients(Asking):
    """The four services.

    Every method raises `Unanswered` if the service is down, slow, full or faulty, and
    `ServiceError` if it refuses what the caller gave.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        super().__init__(settings)
        self._captioner = captioner_rpc.CaptionerServiceStub(self.channels["captioner"])
        self._mood = mood_rpc.MoodServiceStub(self.channels["mood"])
        self._audio = audio_rpc.AudioFeaturesServiceStub(self.channels["audio_features"])
        self._recommender = recommender_rpc.RecommenderServiceStub(self.channels["recommender"])

    async def describe_image(self, image: bytes) -> captioner_pb.DescribeImageResponse:
        """What a photo shows."""
        request = captioner_pb.DescribeImageRequest(image=image)
        async with self.asking("captioner", self.settings.photo_seconds) as seconds:
            return await self._captioner.DescribeImage(request, timeout=seconds)

    async def describe_video(
        self, upload: Upload
    ) -> AsyncGenerator[captioner_pb.DescribeVideoResponse, None]:
        """What a video shows, as it is found; the whole comes last."""

        async def pieces() -> AsyncIterator[captioner_pb.DescribeVideoRequest]:
            async for data in upload.chunks():
                yield captioner_pb.DescribeVideoRequest(chunk=media_pb2.MediaChunk(data=data))

        async with self.asking("captioner", self.settings.video_seconds) as seconds:
            call = self._captioner.DescribeVideo(pieces(), timeout=seconds)
            try:
                async for news in call:
                    yield news
            finally:
                call.cancel()

    async def analyze_audio(
        self, upload: Upload, *, keep: bool = False
    ) -> audio_pb.AnalyzeAudioResponse:
        """What is heard in a sound or in a video; `keep` lets clips be looked for in it."""

        async def pieces() -> AsyncIterator[audio_pb.AnalyzeAudioRequest]:
            if keep:
                options = audio_pb.AnalysisOptions(keep=True)
                yield audio_pb.AnalyzeAudioRequest(options=options)
            async for data in upload.chunks():
                yield audio_pb.AnalyzeAudioRequest(chunk=media_pb2.MediaChunk(data=data))

        async with self.asking("audio_features", self.settings.sound_seconds) as seconds:
            return await self._audio.AnalyzeAudio(pieces(), timeout=seconds)

    async def match_audio(self, request: audio_pb.MatchAudioRequest) -> audio_pb.MatchAudioResponse:
        """In which kept sounds a clip is found, and where."""
        async with self.asking("audio_features", self.settings.matching_seconds) as seconds:
            return await self._audio.MatchAudio(request, timeout=seconds)

    async def analyzer(self) -> audio_pb.GetAnalyzerResponse:
        """Which analysis is made now, and how many are kept."""
        async with self.asking("audio_features", self.settings.health_seconds) as seconds:
            return await self._audio.GetAnalyzer(audio_pb.GetAnalyzerRequest(), timeout=seconds)

    async def read_mood(
        self, texts: Sequence[str], language: str = "", taxonomies: Sequence[str] = ()
    ) -> list[mood_pb.Reading]:
        """The mood of each text, in the labels of some vocabularies too."""
        request = mood_pb.ReadMoodRequest(texts=texts, language=language, taxonomies=taxonomies)
        async with self.asking("mood", self.settings.mood_seconds) as seconds:
            return list((await self._mood.ReadMood(request, timeout=seconds)).readings)

    async def read_context(self, situation: mood_pb.Situation) -> mood_pb.ReadContextResponse:
        """What a situation calls for."""
        request = mood_pb.ReadContextRequest(situation=situation)
        async with self.asking("mood", self.settings.mood_seconds) as seconds:
            return await self._mood.ReadContext(request, timeout=seconds)

    async def summarize_sentences(
        self, sentences: Sequence[tuple[str, float]]
    ) -> mood_pb.SummarizeSentencesResponse:
        """The words and the mood of many sentences, each with its weight."""
        request = mood_pb.SummarizeSentencesRequest()
        for text, weight in sentences:
            request.sentences.add(text=text, weight=weight)
        async with self.asking("mood", self.settings.mood_seconds) as seconds:
            return await self._mood.SummarizeSentences(request, timeout=seconds)

    async def embed_texts(self, texts: Sequence[str]) -> mood_pb.EmbedTextsResponse:
        """The embedding of each English text."""
        request = mood_pb.EmbedTextsRequest(texts=texts, language="en")
        async with self.asking("mood", self.settings.mood_seconds) as seconds:
            return await self._mood.EmbedTexts(request, timeout=seconds)

    async def recommend(
        self, request: recommender_pb.RecommendRequest
    ) -> recommender_pb.RecommendResponse:
        """Songs that fit, best first."""
        async with self.asking_recommender() as seconds:
            return await self._recommender.Recommend(request, timeout=seconds)

    async def find_windows(
        self, request: recommender_pb.FindWindowsRequest
    ) -> recommender_pb.FindWindowsResponse:
        """Songs with stretches like a clip, best first."""
        async with self.asking_recommender() as seconds:
            return await self._recommender.FindWindows(request, timeout=seconds)

    async def groups(self, *, include_points: bool = False) -> recommender_pb.GetGroupsResponse:
        """The groups of songs that sound alike."""
        request = recommender_pb.GetGroupsRequest(include_points=include_points)
        async with self.asking_recommender() as seconds:
            return await self._recommender.GetGroups(request, timeout=seconds)

    async def build_groups(
        self, request: recommender_pb.BuildGroupsRequest
    ) -> AsyncGenerator[recommender_pb.BuildGroupsResponse, None]:
        """News of the groups being built; the groups come last."""
        async with self.asking("recommender", self.settings.grouping_seconds) as seconds:
            call = self._recommender.BuildGroups(request, timeout=seconds)
            try:
                async for news in call:
                    yield news
            finally:
                call.cancel()

    async def predict_group(
        self, embedding: Iterable[float]
    ) -> Sequence[recommender_pb.GroupScore]:
        """To which groups a sound may belong, likeliest first."""
        request = recommender_pb.PredictGroupRequest(audio_embedding=embedding)
        async with self.asking_recommender() as seconds:
            return (await self._recommender.PredictGroup(request, timeout=seconds)).scores

    async def get_tracks(
        self, ids: Iterable[str] = (), *, sound_digests: Iterable[str] = ()
    ) -> recommender_pb.GetTracksResponse:
        """Songs by id, then those with one of the sounds."""
        request = recommender_pb.GetTracksRequest(ids=ids, sound_digests=sound_digests)
        async with self.asking_recommender() as seconds:
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
        async with self.asking_recommender() as seconds:
            return await self._recommender.FindTracks(request, timeout=seconds)

    async def upsert_tracks(
        self, songs: Iterable[recommender_pb.UpsertTracksRequest]
    ) -> recommender_pb.UpsertTracksResponse:
        """Stores songs; what is named as stored is on disk."""
        async with self.asking("recommender", self.settings.video_seconds) as seconds:
            return await self._recommender.UpsertTracks(iter(list(songs)), timeout=seconds)

    async def catalogue(self) -> recommender_pb.GetCatalogueResponse:
        """What the catalogue holds."""
        async with self.asking("recommender", self.settings.health_seconds) as seconds:
            return await self._recommender.GetCatalogue(
                recommender_pb.GetCatalogueRequest(), timeout=seconds
            )

    async def record_feedback(self, request: recommender_pb.RecordFeedbackRequest) -> None:
        """Keeps a listener's opinion; it is on disk when this returns."""
        async with self.asking_recommender() as seconds:
            await self._recommender.RecordFeedback(request, timeout=seconds)
