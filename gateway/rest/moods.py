"""`/v1/moods`: the moods and vocabularies there are, and what texts feel like."""

from __future__ import annotations

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from gateway.arriving import in_time
from gateway.orchestrating import Orchestrator
from gateway.readings import Readings
from gateway.rest.forms import json_body
from gateway.rest.messages import message_response, parsed
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.moods import moods
from vts.moods.taxonomies import TAXONOMIES, vocabularies

_BODY_SECONDS = 20.0


class Moods:
    """The endpoints that are about moods alone."""

    def __init__(self, readings: Readings, orchestrator: Orchestrator, max_json_bytes: int) -> None:
        self._readings = readings
        self._orchestrator = orchestrator
        self._max_json_bytes = max_json_bytes

    async def answer(self, request: Request) -> Response:
        """`GET /v1/moods`, or `POST /v1/moods` with a `ReadMoodsRequest`."""
        return await self._read(request) if request.method == "POST" else _known()

    async def _read(self, request: Request) -> Response:
        with self._orchestrator.place():
            body = await in_time(json_body(request, self._max_json_bytes), _BODY_SECONDS)
            return message_response(await self._readings.read(parsed(body, pb.ReadMoodsRequest)))


def _known() -> Response:
    """The 13 moods, their places, and the vocabularies to be asked for."""
    taxonomies = [
        {"name": name, "en": known.en, "ko": known.ko, "labels": len(known.labels)}
        for name, known in vocabularies().items()
        if name in TAXONOMIES
    ]
    return JSONResponse({"moods": [asdict(mood) for mood in moods()], "taxonomies": taxonomies})
