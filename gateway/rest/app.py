"""The HTTP application: every route, and what surrounds them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from gateway.browsing import Library
from gateway.grouping import Groups
from gateway.orchestrating import Orchestrator
from gateway.readings import Readings
from gateway.rest.errors import http_problem
from gateway.rest.forms import RequestReader
from gateway.rest.groups import GroupsEndpoint
from gateway.rest.guarding import Guard, Surroundings
from gateway.rest.moods import Moods
from gateway.rest.pages import page_routes
from gateway.rest.recommendations import Recommendations
from gateway.rest.recordings import Limits, Recordings
from gateway.rest.tracks import Tracks
from gateway.settings import GatewaySettings
from servicekit.auth import AuthInterceptor
from servicekit.settings import is_loopback


def application(
    settings: GatewaySettings,
    orchestrator: Orchestrator,
    library: Library,
    groups: Groups,
    readings: Readings,
    *,
    tokens: Sequence[SecretStr] = (),
    is_ready: Callable[[], bool],
) -> Starlette:
    """The application, with all it needs passed in."""
    reader = RequestReader(
        settings.max_upload_bytes, settings.max_json_bytes, settings.upload_idle_seconds
    )
    tracks = Tracks(library, orchestrator, settings.max_json_bytes)
    recommendations = Recommendations(orchestrator, reader)
    groups_endpoint = GroupsEndpoint(groups, orchestrator, settings.max_json_bytes)
    moods = Moods(readings, orchestrator, settings.max_json_bytes)
    recordings = _recordings(settings, orchestrator, tokens)
    only_loopback_names = is_loopback(settings.host) and not tokens
    return Starlette(
        routes=[
            Route("/v1/recommendations", recommendations, methods=["POST"]),
            WebSocketRoute("/v1/recommendations/recording", recordings),
            Route("/v1/tracks", tracks.find),
            Route("/v1/tracks/{track_id}", tracks.get),
            Route("/v1/tracks/{track_id}/similar", tracks.similar),
            Route("/v1/tracks/{track_id}/sound", tracks.sound),
            Route("/v1/feedback", tracks.send_feedback, methods=["POST"]),
            Route("/v1/groups", groups_endpoint, methods=["GET", "POST"]),
            Route("/v1/status", tracks.status),
            Route("/v1/moods", moods.answer, methods=["GET", "POST"]),
            *page_routes(is_ready),
        ],
        middleware=[
            Middleware(Surroundings),
            Middleware(Guard, tokens, only_loopback_names=only_loopback_names),
        ],
        exception_handlers={HTTPException: _http_problem},
    )


def _recordings(
    settings: GatewaySettings, orchestrator: Orchestrator, tokens: Sequence[SecretStr]
) -> Recordings:
    limits = Limits(
        settings.max_recording_bytes, settings.recording_seconds, settings.upload_idle_seconds
    )
    return Recordings(orchestrator, limits, AuthInterceptor(tokens) if tokens else None)


async def _http_problem(_: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return http_problem(error.status_code, error.detail, dict(error.headers or {}))
