"""Songs, feedback and the state of things over HTTP."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from gateway.arriving import in_time
from gateway.browsing import Library
from gateway.failures import renamed
from gateway.orchestrating import Orchestrator
from gateway.rest.forms import json_body
from gateway.rest.messages import from_json, message_response, parsed
from gateway.rest.queries import known, number, truth, whole
from servicekit.errors import ServiceError
from vts.gateway.v1 import gateway_service_pb2 as pb

_LISTS = {"language": "languages", "genre": "genres", "licence": "licences", "source": "sources"}
_LISTS |= {"tag": "tags"}
_PARAMETERS = {field: name for name, field in _LISTS.items()} | {
    "query": "q",
    "taxonomies": "taxonomy",
}
_WHOLE_FILTERS = ("year_from", "year_to")
_WHOLE_OPTIONS = ("limit", "random_seed")
_BODY_SECONDS = 20.0


class Tracks:
    """The endpoints below `/v1` that are about the catalogue."""

    def __init__(self, library: Library, orchestrator: Orchestrator, max_json_bytes: int) -> None:
        self._library = library
        self._orchestrator = orchestrator
        self._max_json_bytes = max_json_bytes

    async def find(self, request: Request) -> Response:
        """`GET /v1/tracks?q=&limit=`: songs by name."""
        query = known(request.query_params, ("q", "limit"))
        message = from_json(
            {"query": query.get("q", ""), "limit": whole(query.get("limit", "0"), "limit")},
            pb.FindTracksRequest,
        )
        try:
            return message_response(await self._library.find(message))
        except ServiceError as error:
            raise renamed(error, _parameter) from error

    async def get(self, request: Request) -> Response:
        """`GET /v1/tracks/{id}`: one song."""
        return message_response(await self._library.track(request.path_params["track_id"]))

    async def similar(self, request: Request) -> Response:
        """`GET /v1/tracks/{id}/similar`: songs like it."""
        try:
            options = _options(request.query_params)
            with self._orchestrator.place():
                song = request.path_params["track_id"]
                playlist = await self._orchestrator.similar(song, options)
        except ServiceError as error:
            raise renamed(error, _parameter) from error
        return message_response(pb.SimilarTracksResponse(playlist=playlist))

    async def sound(self, request: Request) -> Response:
        """`GET /v1/tracks/{id}/sound`: the sound that is kept, in ranges if wanted."""
        path, mime = await self._library.sound(request.path_params["track_id"])
        headers = {"cache-control": "private, max-age=3600"}
        return FileResponse(path, media_type=mime, headers=headers)

    async def send_feedback(self, request: Request) -> Response:
        """`POST /v1/feedback`: remembers an opinion."""
        body = await in_time(json_body(request, self._max_json_bytes), _BODY_SECONDS)
        await self._library.send_feedback(parsed(body, pb.SendFeedbackRequest))
        return message_response(pb.SendFeedbackResponse())

    async def status(self, _: Request) -> Response:
        """`GET /v1/status`: how the services are and what the catalogue holds."""
        return message_response(await self._library.status())


def _options(query: QueryParams) -> pb.Options:
    """The options of a query; lists are repeated: `language=ko&language=en`."""
    given = known(
        query,
        (
            *_LISTS,
            *_WHOLE_FILTERS,
            *_WHOLE_OPTIONS,
            "diversity",
            "only_with_sound",
            "user_id",
            "taxonomy",
        ),
    )
    filters: dict[str, Any] = {
        field: query.getlist(name) for name, field in _LISTS.items() if name in given
    }
    filters |= {name: whole(given[name], name) for name in _WHOLE_FILTERS if name in given}
    if "only_with_sound" in given:
        filters["only_with_sound"] = truth(given["only_with_sound"], "only_with_sound")
    values: dict[str, Any] = {
        name: whole(given[name], name) for name in _WHOLE_OPTIONS if name in given
    }
    if "taxonomy" in given:
        values["taxonomies"] = query.getlist("taxonomy")
    if "diversity" in given:
        values["diversity"] = number(given["diversity"], "diversity")
    return from_json(
        {**values, "user_id": given.get("user_id", ""), "filters": filters}, pb.Options
    )


def _parameter(field: str) -> str:
    """The query parameter that a field of a message came from."""
    name, bracket, index = field.removeprefix("options.").removeprefix("filters.").partition("[")
    return f"{_PARAMETERS.get(name, name)}{bracket}{index}"
