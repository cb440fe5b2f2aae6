"""Browsing: songs by name or id, what listeners think of them, and how everything is."""

from __future__ import annotations

import asyncio
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gateway import requests
from gateway.clients import Clients
from gateway.failures import Unanswered
from gateway.sounds import SoundFolder
from servicekit.errors import ServiceError, invalid, not_found
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import track_pb2

_MAX_QUERY_CHARACTERS = 200
_MAX_USER_CHARACTERS = 128
_TRACK_NOT_FOUND = ErrorReason.ERROR_REASON_TRACK_NOT_FOUND


class Library:
    """The catalogue and the state of the house, as callers see them.

    Every method raises `ServiceError`, also if a service is unavailable.
    """

    def __init__(self, clients: Clients, sounds: SoundFolder) -> None:
        self._clients = clients
        self._sounds = sounds

    async def find(self, request: pb.FindTracksRequest) -> pb.FindTracksResponse:
        """Songs by name."""
        query = request.query.strip()
        if not query:
            raise invalid("query", "is empty", reason=ErrorReason.ERROR_REASON_INPUT_MISSING)
        if len(query) > _MAX_QUERY_CHARACTERS:
            raise invalid("query", f"may have {_MAX_QUERY_CHARACTERS} characters at most")
        requests.check_limit(request.limit, "limit")
        try:
            found = await self._clients.find_tracks(query, request.limit)
        except Unanswered as failure:
            raise failure.error() from failure
        return pb.FindTracksResponse(tracks=found.tracks)

    async def track(self, track_id: str) -> track_pb2.Track:
        """One song."""
        try:
            return await self._clients.track(requests.checked_id(track_id, "track_id"), "track_id")
        except Unanswered as failure:
            raise failure.error() from failure

    async def sound(self, track_id: str) -> tuple[Path, str]:
        """The file of a song's sound, and its MIME type."""
        song = requests.checked_id(track_id, "track_id")
        path = await self._sounds.path(song)
        if path is None:
            raise not_found(_TRACK_NOT_FOUND, "no sound of this song is held here", track_id=song)
        return path, self._sounds.mime_type(path)

    async def send_feedback(self, request: pb.SendFeedbackRequest) -> None:
        """Remembers an opinion; it is on disk when this returns."""
        if not 1 <= len(request.user_id) <= _MAX_USER_CHARACTERS:
            raise invalid("user_id", f"must have 1 to {_MAX_USER_CHARACTERS} characters")
        if request.kind == recommender_pb.FEEDBACK_KIND_UNSPECIFIED:
            raise invalid("kind", "is missing: LIKE, DISLIKE, SKIP or USED")
        message = recommender_pb.RecordFeedbackRequest(
            user_id=request.user_id,
            track_id=requests.checked_id(request.track_id, "track_id"),
            kind=request.kind,
            playlist_id=request.playlist_id,
        )
        try:
            await self._clients.record_feedback(message)
        except Unanswered as failure:
            raise failure.error() from failure

    async def status(self) -> pb.GetStatusResponse:
        """How the services are and what the catalogue holds; never fails."""
        health, catalogue, sound_bytes = await asyncio.gather(
            self._clients.health(),
            self._catalogue(),
            asyncio.to_thread(self._sounds.total_bytes),
        )
        services = [
            pb.ServiceStatus(
                name=each.name,
                state=each.state,
                address=each.address,
                check_seconds=each.check_seconds,
            )
            for each in health
        ]
        return pb.GetStatusResponse(
            services=services, catalogue=catalogue, version=own_version(), sound_bytes=sound_bytes
        )

    async def _catalogue(self) -> recommender_pb.GetCatalogueResponse | None:
        try:
            return await self._clients.catalogue()
        except (Unanswered, ServiceError):
            return None


@cache
def own_version() -> str:
    """The version of the installed gateway; `0` in a checkout that was not installed."""
    try:
        return version("vts-services")
    except PackageNotFoundError:
        return "0"
