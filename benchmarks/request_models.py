"""The model calls of a request: the services' use cases, called in this process.

`ModelCalls` stands where the gateway has its clients, so the gateway's own code decides which
calls a request needs and none is forgotten.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from pydantic import SecretStr

from gateway.clients import Clients
from gateway.uploads import Upload
from servicekit.media import SNIFF_BYTES, Kind, recognised
from servicekit.sandbox import Sandbox
from servicekit.working import Worker
from services.audio_features.backends import open_analyzer
from services.audio_features.backends import open_store as open_analyses
from services.audio_features.extracting import Extractor
from services.audio_features.known import KnownSounds, RecentAnalyses
from services.audio_features.responses import analysis_to_pb, model_to_pb
from services.audio_features.settings import AudioFeaturesSettings
from services.captioner import isolation
from services.captioner.backends import open_captioner, open_face_finder
from services.captioner.captioning import Captioning
from services.captioner.domain import Video
from services.captioner.responses import description_to_pb, notes_to_pb, video_to_pb
from services.captioner.settings import Settings as CaptionerSettings
from services.captioner.videos import DEMUXERS, VideoLimits
from services.captioner.watching import Watching
from services.mood.backends import opened as open_mood_reader
from services.mood.domain import Sentence, TextLimits
from services.mood.reading import SITUATION_MODEL, MoodReading
from services.mood.servicer import phrase_to_pb, reading_to_pb, situation_from_pb, summary_to_pb
from services.mood.settings import MoodSettings
from services.recommender.answers import answer_to_pb
from services.recommender.backends import open_feedback, open_store
from services.recommender.cataloguing import Catalogue
from services.recommender.recommending import Recommender
from services.recommender.settings import RecommenderSettings
from services.recommender.wishes import wish_from
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

_VIDEOS: tuple[Kind, ...] = ("video",)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the four services do, without the services."""

    captioning: Captioning
    watching: Watching
    reading: MoodReading
    extractor: Extractor
    recommender: Recommender


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

    async def analyze_audio(self, upload: Upload) -> audio_pb.AnalyzeAudioResponse:
        """What is heard."""
        sound = await upload.whole()
        extractor = self._use_cases.extractor
        found = await self._timed(asyncio.to_thread(extractor.analyze, sound))
        return analysis_to_pb(found, model_to_pb(extractor.analyzer))

    async def read_mood(self, texts: Sequence[str], language: str = "") -> list[mood_pb.Reading]:
        """The mood of each text."""
        reading = self._use_cases.reading
        found = await self._timed(reading.read(texts, language))
        return [reading_to_pb(each, reading.model) for each in found]

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
        found, rules = await self._timed(self._use_cases.reading.read_situation(given))
        return mood_pb.ReadContextResponse(
            reading=reading_to_pb(found, SITUATION_MODEL),
            phrases=[phrase_to_pb(rule) for rule in rules],
        )

    async def recommend(
        self, request: recommender_pb.RecommendRequest
    ) -> recommender_pb.RecommendResponse:
        """Songs that fit, best first."""
        wish = wish_from(request)
        recommend = self._use_cases.recommender.recommend
        return answer_to_pb(await self._timed(asyncio.to_thread(recommend, wish)))

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


@asynccontextmanager
async def opened(data: Path, threads: Mapping[str, int]) -> AsyncIterator[ModelCalls]:
    """The use cases with the services' settings, but for batching: no call waits for company.

    Args:
        data: The recommender's directory; no other process may use it.
        threads: How many each service computes with, by name.
    """
    async with (
        _captioning(threads["captioner"]) as (captioning, watching),
        _reading(threads["mood"]) as reading,
        _recommender(data, threads["recommender"]) as recommender,
    ):
        settings = AudioFeaturesSettings(
            threads=threads["audio_features"],
            store_url=SecretStr(
                f"sqlite:///{quote(str(data.parent))}/audio_features/analyses.sqlite3"
            ),
        )
        analyzer = await asyncio.to_thread(open_analyzer, settings)
        analyses = await asyncio.to_thread(open_analyses, settings)
        known = KnownSounds(RecentAnalyses(settings.recent_analyses), analyses)
        extractor = Extractor(analyzer, known)
        gc.freeze()  # as the recommender does when its songs are read
        yield ModelCalls(UseCases(captioning, watching, reading, extractor, recommender))


@asynccontextmanager
async def _captioning(threads: int) -> AsyncIterator[tuple[Captioning, Watching]]:
    settings = CaptionerSettings(threads=threads, max_batch=1, max_wait_seconds=0)
    captioner = await asyncio.to_thread(open_captioner, settings)
    worker = Worker("captioner-decode", settings.max_queue, settings.decode_threads)
    sandbox = Sandbox(isolation.MODULE, name=isolation.NAME)
    limits = VideoLimits(settings.max_video_seconds, settings.max_frame_pixels, settings.max_scenes)
    try:
        await asyncio.to_thread(sandbox.start)
        captioning = Captioning(
            captioner,
            await asyncio.to_thread(open_face_finder),
            sandbox,
            worker,
            max_image_pixels=settings.max_image_pixels,
            least_confidence=settings.least_confidence,
        )
        yield captioning, Watching(captioning, sandbox, worker, limits)
    finally:
        await asyncio.to_thread(sandbox.close)
        await worker.close()
        await captioner.close()


@asynccontextmanager
async def _reading(threads: int) -> AsyncIterator[MoodReading]:
    settings = MoodSettings(threads=threads)
    reading = MoodReading(
        open_mood_reader(settings.backend, threads=threads, cached_texts=settings.cached_texts),
        limits=TextLimits(settings.max_texts, settings.max_text_characters),
        max_batch=1,
        max_wait_seconds=0,
        max_queue=settings.max_queue,
    )
    try:
        await reading.warm_up()
        yield reading
    finally:
        await reading.close()


@asynccontextmanager
async def _recommender(data: Path, threads: int) -> AsyncIterator[Recommender]:
    settings = RecommenderSettings(threads=threads, data_dir=data)
    store = open_store(
        settings.backend, data, threads=threads, min_free_bytes=settings.min_free_bytes
    )
    feedback = open_feedback(
        data, per_user=settings.feedback_per_user, in_all=settings.feedback_in_all
    )
    try:
        catalogue = Catalogue(
            store, names_limit=settings.names_limit, cached_songs=settings.cached_songs
        )
        await asyncio.to_thread(catalogue.load)
        yield Recommender(catalogue, feedback, candidates_limit=settings.candidates_limit)
    finally:
        await asyncio.to_thread(store.close)
        feedback.close()
