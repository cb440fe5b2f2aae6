"""Puts the audio_features service together from its settings."""

import asyncio
import sys
import time
from contextlib import closing

from servicekit import scratch
from servicekit.scratch import Scratch
from servicekit.serving import Service
from servicekit.working import Worker
from services.audio_features.backends import open_analyzer, open_store
from services.audio_features.extracting import Extractor
from services.audio_features.known import KnownSounds, RecentAnalyses
from services.audio_features.ports import AnalysisStore, AudioAnalyzer
from services.audio_features.servicer import NAME, AudioFeaturesServicer, Workers
from services.audio_features.settings import AudioFeaturesSettings
from services.audio_features.warming import warm_up_comparisons, warm_up_sound
from vts.audio_features.v1 import audio_features_service_pb2_grpc as rpc

LOOKUPS = 2
"""Questions to the store at a time, beside those of analyses and comparisons."""


async def assembled(settings: AudioFeaturesSettings) -> Service:
    """The service around the backend and the store that the settings name, not yet warm.

    Raises:
        StoreError: The store cannot be reached or read, or a newer version has used it.
    """
    store = await asyncio.to_thread(open_store, settings)
    return service(settings, open_analyzer(settings), store)


def service(
    settings: AudioFeaturesSettings, analyzer: AudioAnalyzer, store: AnalysisStore
) -> Service:
    """The service around them, which it owns; to be called on the event loop it will run on."""
    workers = Workers(
        analyses=Worker("audio_analysis", settings.max_queue, settings.workers),
        lookups=Worker("audio_lookups", settings.max_concurrent_calls, LOOKUPS),
    )
    known = KnownSounds(RecentAnalyses(settings.recent_analyses), store)
    extractor = Extractor(analyzer, known)
    # Whoever comes when all of these are taken would be refused by the worker after the upload.
    uploads = Scratch(settings.scratch_dir, settings.max_queue + settings.workers, "audio_uploads")
    servicer = AudioFeaturesServicer(extractor, workers, uploads, settings.max_media_bytes)

    async def warm_up() -> None:
        await asyncio.to_thread(scratch.swept, settings.scratch_dir)
        await workers.analyses.run(analyzer.analyze, warm_up_sound())
        await workers.analyses.run(warm_up_comparisons)

    async def close() -> None:
        await workers.analyses.close()
        await workers.lookups.close()
        await asyncio.to_thread(analyzer.close)
        await asyncio.to_thread(store.close)

    return Service(
        name=NAME,
        register=lambda server: rpc.add_AudioFeaturesServiceServicer_to_server(servicer, server),
        warm_up=warm_up,
        close=close,
    )


def fill_cache(settings: AudioFeaturesSettings) -> int:
    """Analyses one made-up sound, so that everything is compiled and kept; returns 0.

    The first time takes up to half a minute, and what is compiled stays in `numba_cache_dir`.
    """
    began = time.monotonic()
    with closing(open_analyzer(settings)) as analyzer:
        analyzer.analyze(warm_up_sound())
        warm_up_comparisons()
    sys.stderr.write(
        f"compiled into {settings.numba_cache_dir} in {time.monotonic() - began:.1f} s\n"
    )
    return 0
