"""The services' use cases opened in this process, with their settings, without the services."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pydantic import SecretStr

from servicekit.sandbox import Sandbox
from servicekit.working import Worker
from services.audio_features.backends import open_analyzer
from services.audio_features.backends import open_store as open_analyses
from services.audio_features.extracting import Extractor
from services.audio_features.known import KnownSounds, RecentAnalyses
from services.audio_features.matching import Matcher
from services.audio_features.settings import AudioFeaturesSettings
from services.audio_features.warming import warm_up_comparisons
from services.captioner import isolation
from services.captioner.backends import open_captioner, open_face_finder
from services.captioner.captioning import Captioning
from services.captioner.settings import Settings as CaptionerSettings
from services.captioner.videos import VideoLimits
from services.captioner.watching import Watching
from services.mood.backends import opened as open_mood_reader
from services.mood.domain import TextLimits
from services.mood.reading import MoodReading
from services.mood.settings import MoodSettings
from services.recommender.backends import open_feedback, open_groups, open_store
from services.recommender.cataloguing import Catalogue
from services.recommender.grouping import Grouping
from services.recommender.recommending import Recommender
from services.recommender.settings import RecommenderSettings
from services.recommender.tracks import dimensions


@dataclass(frozen=True, slots=True)
class Songs:
    """What the recommender does: ranks songs, finds stretches of them, and tells groups apart."""

    recommender: Recommender
    catalogue: Catalogue
    grouping: Grouping

    @property
    def audio_dimensions(self) -> int:
        """How many numbers the embedding of a sound has."""
        return self.catalogue.store.dimensions["audio"]


@dataclass(frozen=True, slots=True)
class Sounds:
    """What audio_features does: analyses sounds, and looks for clips in those that are kept."""

    extractor: Extractor
    matcher: Matcher


@dataclass(frozen=True, slots=True)
class UseCases:
    """What the four services do, without the services."""

    captioning: Captioning
    watching: Watching
    reading: MoodReading
    sounds: Sounds
    songs: Songs


@asynccontextmanager
async def opened(data: Path, threads: Mapping[str, int]) -> AsyncIterator[UseCases]:
    """The use cases with the services' settings, but for batching: no call waits for company.

    Args:
        data: The recommender's directory; no other process may use it. Beside its folder is that
            of audio_features, whose store may be in use.
        threads: How many each service computes with, by name.
    """
    async with (
        _captioning(threads["captioner"]) as (captioning, watching),
        _reading(threads["mood"]) as reading,
        _sounds(data.parent / "audio_features", threads["audio_features"]) as sounds,
        _songs(data, threads["recommender"]) as songs,
    ):
        gc.freeze()  # as the recommender does when its songs are read
        yield UseCases(captioning, watching, reading, sounds, songs)


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
        open_mood_reader(settings),
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
async def _sounds(data: Path, threads: int) -> AsyncIterator[Sounds]:
    url = f"sqlite:///{quote(str(data))}/analyses.sqlite3"
    settings = AudioFeaturesSettings(threads=threads, store_url=SecretStr(url))
    analyzer = await asyncio.to_thread(open_analyzer, settings)
    try:
        store = await asyncio.to_thread(open_analyses, settings)
        try:
            await asyncio.to_thread(warm_up_comparisons)
            known = KnownSounds(RecentAnalyses(settings.recent_analyses), store)
            yield Sounds(Extractor(analyzer, known), Matcher(known))
        finally:
            await asyncio.to_thread(store.close)
    finally:
        await asyncio.to_thread(analyzer.close)


@asynccontextmanager
async def _songs(data: Path, threads: int) -> AsyncIterator[Songs]:
    settings = RecommenderSettings(threads=threads, data_dir=data)
    store = open_store(
        settings.backend,
        data,
        dimensions=dimensions(settings.audio_dimensions),
        threads=threads,
        min_free_bytes=settings.min_free_bytes,
    )
    feedback = open_feedback(
        data, per_user=settings.feedback_per_user, in_all=settings.feedback_in_all
    )
    groups = open_groups(
        data,
        audio_dimensions=settings.audio_dimensions,
        memory_bytes=settings.groups_memory_bytes,
        seconds=settings.groups_seconds,
        threads=settings.groups_threads,
    )
    worker = Worker("recommender_groups", 1)
    try:
        catalogue = Catalogue(
            store, names_limit=settings.names_limit, cached_songs=settings.cached_songs
        )
        await asyncio.to_thread(lambda: catalogue.load(groups.load()))
        recommender = Recommender(catalogue, feedback, candidates_limit=settings.candidates_limit)
        yield Songs(recommender, catalogue, Grouping(catalogue, groups, worker))
    finally:
        await worker.close()
        await asyncio.to_thread(store.close)
        feedback.close()
