"""Puts the service together from its settings; nothing else knows which parts are used."""

import asyncio

import grpc
import numpy as np

from servicekit import scratch
from servicekit.sandbox import Limits, Sandbox
from servicekit.scratch import Scratch
from servicekit.serving import Service
from servicekit.working import Worker
from services.captioner import isolation
from services.captioner.backends import (
    open_captioner,
    open_event_finder,
    open_face_finder,
    open_retelling,
)
from services.captioner.captioning import Captioning
from services.captioner.domain import Captioner, EventFinder, FaceFinder
from services.captioner.retelling import RetoldCaptioner, RetoldEvents
from services.captioner.servicer import NAME, CaptionerServicer, MediaLimits
from services.captioner.settings import Settings
from services.captioner.videos import VideoLimits
from services.captioner.watching import Watching
from vts.captioner.v1 import captioner_service_pb2_grpc as rpc


async def build(settings: Settings) -> Service:
    """Opens the backends that the settings name, off the event loop, and assembles the service."""
    captioner = await asyncio.to_thread(open_captioner, settings)
    faces = await asyncio.to_thread(open_face_finder)
    finder = await asyncio.to_thread(open_event_finder, settings)
    retelling = await asyncio.to_thread(open_retelling, settings)
    if retelling is not None:
        least = settings.least_confidence
        captioner = RetoldCaptioner(captioner, retelling, least_confidence=least)
        finder = finder and RetoldEvents(finder, retelling)
    return assembled(settings, captioner, faces, finder)


def assembled(
    settings: Settings,
    captioner: Captioner,
    faces: FaceFinder,
    finder: EventFinder | None = None,
) -> Service:
    """The service around a captioner and a finder of events, which it closes at its end."""
    sandbox = _sandbox(settings)
    worker = Worker(isolation.NAME, settings.max_queue, settings.decode_threads)
    # Who waits for a video computes nothing, and must keep no photo waiting.
    waiting = Worker(f"{isolation.NAME}-video", settings.max_queue, settings.max_decoding)
    captioning = Captioning(
        captioner,
        faces,
        sandbox,
        worker,
        max_image_pixels=settings.max_image_pixels,
        least_confidence=settings.least_confidence,
    )
    video = VideoLimits(settings.max_video_seconds, settings.max_frame_pixels, settings.max_scenes)
    watching = Watching(captioning, sandbox, waiting, video, finder)
    limits = MediaLimits(settings.max_image_bytes, settings.max_video_bytes)
    uploads = Scratch(settings.scratch_dir, settings.max_decoding, "captioner-uploads")
    servicer = CaptionerServicer(captioning, watching, limits, uploads)

    def register(server: grpc.aio.Server) -> None:
        rpc.add_CaptionerServiceServicer_to_server(servicer, server)

    async def warm_up() -> None:
        await asyncio.to_thread(scratch.swept, settings.scratch_dir)
        await asyncio.to_thread(sandbox.start)
        await captioning.describe(np.full((64, 96, 3), 127, dtype=np.uint8))

    async def close() -> None:
        await asyncio.to_thread(sandbox.close)
        await waiting.close()
        await worker.close()
        await captioner.close()
        if finder is not None:
            await finder.close()

    return Service(NAME, register, warm_up, close)


def _sandbox(settings: Settings) -> Sandbox:
    return Sandbox(
        isolation.MODULE,
        Limits(settings.decode_seconds, settings.decode_memory_bytes),
        name=isolation.NAME,
        max_jobs=settings.max_decoding,
    )
