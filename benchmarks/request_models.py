"""The model calls of a request: the services' use cases, called in this process.

`ModelCalls` stands where the gateway has its clients, so the gateway's own code decides which
calls a request needs and none is forgotten.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncGenerator, Awaitable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from benchmarks.request_use_cases import UseCases
from gateway.clients import Clients
from gateway.uploads import Upload
from servicekit.media import SNIFF_BYTES, Kind, recognised
from services.audio_features.domain import content_digest
from services.audio_features.extracting import Answer, Wishes
from services.audio_features.matches import (
    candidates_from_pb,
    clip_from_pb,
    found_to_pb,
    limit_from_pb,
)
from services.audio_features.responses import analysis_to_pb, model_to_pb
from services.captioner.domain import Video
from services.captioner.responses import description_to_pb, notes_to_pb, video_to_pb
from services.captioner.videos import DEMUXERS
from services.mood.domain import Sentence
from services.mood.servicer import context_to_pb, reading_to_pb, situation_from_pb, summary_to_pb
from services.recommender.answers import answer_to_pb
from services.recommender.clips import clip_from, hit_to_pb
from services.recommender.maps import map_to_pb, sound_from
from services.recommender.wishes import wish_from
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

_VIDEOS: tuple[Kind, ...] = ("video",)

T = TypeVar("T")


class ModelCalls(Clients):
    """Answers like the gateway's clients, from use cases in this process.

    `seconds` adds up what the use cases took. They run one after the other even where the gateway
    asks for several at a time, and turning messages into arguments and back is not counted.
    """

    def __init__(self, use_cases: UseCases) -> None:  # without `super()`: no channel is opened
        self.seconds = 0.0
        self._use_cases = use_cases
        self._turn = asyncio.Lock()

    async def describe_image(self, image: bytes) -> captioner_pb.DescribeImageResponse:
        """What a photo shows."""
        found = await self._timed(self._use_cases.captioning.describe_image(image))
        return captioner_pb.DescribeImageResponse(
            description=description_to_pb(found), notes=notes_to_pb(found.notes, found)
        )

    async def describe_video(
        self, upload: Upload
    ) -> AsyncGenerator[captioner_pb.DescribeVideoResponse, None]:
        """What a video shows; only the whole is told."""
        video = await upload.whole()
        form = recognised(video[:SNIFF_BYTES], "media", _VIDEOS)
        with tempfile.NamedTemporaryFile(prefix="vts-") as file:
            file.write(video)
            file.flush()
            whole = await self._timed(self._described(Path(file.name), DEMUXERS[form.name]))
        yield captioner_pb.DescribeVideoResponse(video=video_to_pb(whole))

    async def analyze_audio(
        self, upload: Upload, *, keep: bool = False
    ) -> audio_pb.AnalyzeAudioResponse:
        """What is heard."""
        sound = await upload.whole()
        found = await self._timed(asyncio.to_thread(self._analyzed, sound, Wishes(keep)))
        return analysis_to_pb(found, model_to_pb(self._use_cases.sounds.extractor.analyzer))

    async def match_audio(self, request: audio_pb.MatchAudioRequest) -> audio_pb.MatchAudioResponse:
        """In which kept sounds a clip is found, and where."""
        sought = clip_from_pb(request), candidates_from_pb(request), limit_from_pb(request)
        match = self._use_cases.sounds.matcher.match
        return found_to_pb(await self._timed(asyncio.to_thread(match, *sought)))

    async def read_mood(
        self, texts: Sequence[str], language: str = "", taxonomies: Sequence[str] = ()
    ) -> list[mood_pb.Reading]:
        """The mood of each text, in the labels of some vocabularies too."""
        reading = self._use_cases.reading
        found = await self._timed(reading.read(texts, language))
        return [reading_to_pb(each, reading.model, taxonomies) for each in found]

    async def summarize_sentences(
        self, sentences: Sequence[tuple[str, float]]
    ) -> mood_pb.SummarizeSentencesResponse:
        """The words and the mood of many sentences."""
        reading = self._use_cases.reading
        given = [Sentence(text, weight) for text, weight in sentences]
        return summary_to_pb(await self._timed(reading.summarize(given)), reading.model)

    async def read_context(self, situation: mood_pb.Situation) -> mood_pb.ReadContextResponse:
        """What a situation calls for."""
        given = situation_from_pb(situation)
        return context_to_pb(*await self._timed(self._use_cases.reading.read_situation(given)))

    async def recommend(
        self, request: recommender_pb.RecommendRequest
    ) -> recommender_pb.RecommendResponse:
        """Songs that fit, best first."""
        songs = self._use_cases.songs
        wish = wish_from(request, songs.audio_dimensions)
        recommend = songs.recommender.recommend
        return answer_to_pb(await self._timed(asyncio.to_thread(recommend, wish)))

    async def find_windows(
        self, request: recommender_pb.FindWindowsRequest
    ) -> recommender_pb.FindWindowsResponse:
        """Songs with stretches like a clip, best first."""
        clip, find = clip_from(request), self._use_cases.songs.catalogue.find_windows
        sought = clip.embeddings, clip.filters, clip.limit
        found = await self._timed(asyncio.to_thread(find, *sought))
        return recommender_pb.FindWindowsResponse(hits=[hit_to_pb(*each) for each in found])

    async def groups(self, *, include_points: bool = False) -> recommender_pb.GetGroupsResponse:
        """The groups of songs that sound alike; of messages alone, so nothing is counted."""
        membership = self._use_cases.songs.catalogue.membership
        return recommender_pb.GetGroupsResponse(
            map=map_to_pb(membership, include_points=include_points)
        )

    async def predict_group(
        self, embedding: Iterable[float]
    ) -> Sequence[recommender_pb.GroupScore]:
        """To which groups a sound may belong, likeliest first."""
        songs = self._use_cases.songs
        request = recommender_pb.PredictGroupRequest(audio_embedding=embedding)
        sound = sound_from(request, songs.audio_dimensions)
        scores = await self._timed(asyncio.to_thread(songs.grouping.scores, sound))
        return [recommender_pb.GroupScore(group_id=group, score=score) for group, score in scores]

    def _analyzed(self, sound: bytes, wishes: Wishes) -> Answer:
        """Asks the store first, as the service does."""
        digest = content_digest()
        digest.update(sound)
        extractor = self._use_cases.sounds.extractor
        return extractor.kept(digest.hexdigest(), wishes) or extractor.analyze(sound, wishes)

    async def _described(self, path: Path, demuxer: str) -> Video:
        news = [each async for each in self._use_cases.watching.describe(path, demuxer)]
        whole = news[-1]
        if not isinstance(whole, Video):
            raise TypeError("a video's description ended without the whole")
        return whole

    async def _timed(self, call: Awaitable[T]) -> T:
        async with self._turn:
            began = time.perf_counter()
            try:
                return await call
            finally:
                self.seconds += time.perf_counter() - began
