"""The recommender put together from its settings."""

import asyncio
import gc

import grpc

from servicekit.serving import Service
from servicekit.working import Worker
from services.recommender.backends import open_feedback, open_groups, open_store
from services.recommender.cataloguing import Catalogue
from services.recommender.grouping import Grouping
from services.recommender.ports import FeedbackLog, GroupBuilder, TrackStore
from services.recommender.recommending import Recommender
from services.recommender.servicer import NAME, RecommenderServicer, Workers
from services.recommender.settings import RecommenderSettings
from services.recommender.tracks import dimensions
from vts.recommender.v1 import recommender_service_pb2_grpc as rpc


async def assembled(settings: RecommenderSettings) -> Service:
    """Opens the store and the feedback, which this process then holds until it is closed.

    Raises:
        StoreError: The directory is in use, newer than this program, or damaged.
    """
    store, feedback = await asyncio.to_thread(_opened, settings)
    catalogue = Catalogue(
        store, names_limit=settings.names_limit, cached_songs=settings.cached_songs
    )
    workers = Workers(
        reads=Worker("recommender_reads", settings.max_queue, settings.read_threads),
        writes=Worker("recommender_writes", settings.max_queue),
    )
    groups = _groups(settings)
    grouping_worker = Worker("recommender_groups", 1)
    servicer = RecommenderServicer(
        catalogue,
        Recommender(catalogue, feedback, candidates_limit=settings.candidates_limit),
        feedback,
        Grouping(catalogue, groups, grouping_worker),
        workers,
        max_upsert_tracks=settings.max_upsert_tracks,
    )

    def register(server: grpc.aio.Server) -> None:
        rpc.add_RecommenderServiceServicer_to_server(servicer, server)

    async def warm_up() -> None:
        await workers.writes.run(_loaded, catalogue, groups)

    async def close() -> None:
        await grouping_worker.close()
        await workers.reads.close()
        await workers.writes.close()
        await asyncio.to_thread(store.close)
        feedback.close()

    return Service(NAME, register, warm_up, close)


def _opened(settings: RecommenderSettings) -> tuple[TrackStore, FeedbackLog]:
    store = open_store(
        settings.backend,
        settings.data_dir,
        dimensions=dimensions(settings.audio_dimensions),
        threads=settings.threads,
        min_free_bytes=settings.min_free_bytes,
    )
    feedback = open_feedback(
        settings.data_dir,
        per_user=settings.feedback_per_user,
        in_all=settings.feedback_in_all,
    )
    return store, feedback


def _groups(settings: RecommenderSettings) -> GroupBuilder:
    return open_groups(
        settings.data_dir,
        audio_dimensions=settings.audio_dimensions,
        memory_bytes=settings.groups_memory_bytes,
        seconds=settings.groups_seconds,
        threads=settings.groups_threads,
    )


def _loaded(catalogue: Catalogue, groups: GroupBuilder) -> None:
    catalogue.load(groups.load())
    # What was read lives as long as the process: looking through it again and again for garbage
    # would hold up requests.
    gc.freeze()
