"""Puts the mood service together from its settings."""

import grpc

from servicekit.serving import Service
from services.mood.backends import opened
from services.mood.domain import TextLimits
from services.mood.reading import MoodReading
from services.mood.servicer import MoodServicer
from services.mood.settings import MoodSettings
from vts.mood.v1 import mood_service_pb2_grpc as rpc

SERVICE_NAME = "vts.mood.v1.MoodService"


async def assembled(settings: MoodSettings) -> Service:
    """The service, not yet warm; must be called on the event loop it will run on."""
    reader = opened(settings)
    reading = MoodReading(
        reader,
        limits=TextLimits(settings.max_texts, settings.max_text_characters),
        max_batch=settings.max_batch_calls,
        max_wait_seconds=settings.max_wait_seconds,
        max_queue=settings.max_queue,
    )

    def register(server: grpc.aio.Server) -> None:
        rpc.add_MoodServiceServicer_to_server(MoodServicer(reading), server)

    return Service(SERVICE_NAME, register, warm_up=reading.warm_up, close=reading.close)
