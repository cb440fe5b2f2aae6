"""Puts the service together from its settings; nothing else knows which parts are used."""

import asyncio

import grpc
import numpy as np

from servicekit.serving import Service
from servicekit.working import Worker
from services.captioner.backends import open_captioner, open_face_finder
from services.captioner.captioning import Captioning
from services.captioner.domain import Captioner, FaceFinder
from services.captioner.pictures import refuse_bombs
from services.captioner.servicer import NAME, CaptionerServicer, MediaLimits
from services.captioner.settings import Settings
from services.captioner.videos import VideoLimits
from vts.captioner.v1 import captioner_service_pb2_grpc as rpc


async def build(settings: Settings) -> Service:
    """Opens the backend that the settings name, off the event loop, and assembles the service."""
    captioner = await asyncio.to_thread(open_captioner, settings)
    return assembled(settings, captioner, await asyncio.to_thread(open_face_finder))


def assembled(settings: Settings, captioner: Captioner, faces: FaceFinder) -> Service:
    """The service around a captioner, which it closes at its end."""
    refuse_bombs()
    worker = Worker("captioner-decode", settings.max_queue, settings.decode_threads)
    captioning = Captioning(
        captioner,
        faces,
        worker,
        max_image_pixels=settings.max_image_pixels,
        video_limits=VideoLimits(
            settings.max_video_seconds, settings.max_frame_pixels, settings.max_scenes
        ),
    )
    limits = MediaLimits(settings.max_image_bytes, settings.max_video_bytes, settings.scratch_dir)

    def register(server: grpc.aio.Server) -> None:
        rpc.add_CaptionerServiceServicer_to_server(CaptionerServicer(captioning, limits), server)

    async def warm_up() -> None:
        await captioning.describe(np.full((64, 96, 3), 127, dtype=np.uint8))

    async def close() -> None:
        await worker.close()
        await captioner.close()

    return Service(NAME, register, warm_up, close)
