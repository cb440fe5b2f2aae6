"""Which songs of an import are there already, and would come out the same."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence

from gateway import drafts as songs
from gateway.clients import Clients
from gateway.drafts import AUDIO, CONTENT, Draft
from gateway.failures import Unanswered
from gateway.requests import checked_id
from gateway.sounds import SoundFolder
from servicekit.errors import ServiceError, invalid
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import track_pb2

_log = logging.getLogger(__name__)

FRESH_SECONDS = 30.0
"""How long the version of the analysis is remembered before it is asked for again."""

MAX_CHECKED = 256
"""How many songs may be asked about at a time."""

_DIGEST_BYTES = 32


class Archive:
    """What is known of songs that were imported before."""

    def __init__(self, clients: Clients, sounds: SoundFolder) -> None:
        self._clients = clients
        self._sounds = sounds
        self._analyzer = ""
        self._stale_at = 0.0

    async def stored(self, drafts: Iterable[Draft]) -> dict[str, track_pb2.Track]:
        """The songs that are there already, by id.

        Raises:
            Unanswered: The recommender did not answer.
        """
        return await self._found([draft.id for draft in drafts])

    async def _found(self, ids: Sequence[str]) -> dict[str, track_pb2.Track]:
        tracks = (await self._clients.get_tracks(ids)).tracks if ids else ()
        return {each.track.id: each.track for each in tracks}

    async def is_unchanged(
        self, draft: Draft, fingerprint: str, stored: track_pb2.Track | None
    ) -> bool:
        """Whether importing a song would bring nothing new."""
        return (
            stored is not None
            and not draft.message.refresh
            and stored.model_versions.get(CONTENT) == fingerprint
            and not (draft.message.sound_follows and await self._is_outdated(stored))
            and (not draft.message.keep_sound or await self._sounds.path(draft.id) is not None)
        )

    async def check(self, request: pb.CheckTracksRequest) -> pb.CheckTracksResponse:
        """Which of some songs need not be sent, and which are not there at all.

        Raises:
            ServiceError: The request is not valid, or the recommender is unavailable.
        """
        _check_counts(request)
        fingerprints = [_fingerprint(index, song) for index, song in enumerate(request.songs)]
        drafts = [Draft(index, song.draft) for index, song in enumerate(request.songs)]
        valid = [draft for draft in drafts if songs.is_valid(draft)]
        asked = [
            checked_id(track_id, f"track_ids[{index}]")
            for index, track_id in enumerate(request.track_ids)
        ]
        try:
            stored = await self._found([*(draft.id for draft in valid), *asked])
        except Unanswered as failure:
            raise failure.error() from failure
        return pb.CheckTracksResponse(
            unchanged=await self._unchanged(valid, fingerprints, stored),
            unknown_ids=[track_id for track_id in asked if track_id not in stored],
        )

    async def _unchanged(
        self,
        drafts: Iterable[Draft],
        fingerprints: Sequence[str],
        stored: dict[str, track_pb2.Track],
    ) -> list[int]:
        return [
            draft.index
            for draft in drafts
            if await self.is_unchanged(draft, fingerprints[draft.index], stored.get(draft.id))
        ]

    async def _is_outdated(self, stored: track_pb2.Track) -> bool:
        """Whether a song's sound would be analysed otherwise today."""
        measured = stored.model_versions.get(AUDIO)
        return bool(measured) and measured != (await self._current() or measured)

    async def _current(self) -> str:
        """The analysis made today; empty if nobody tells, which is no reason to redo anything."""
        if time.monotonic() >= self._stale_at:
            try:
                self._analyzer = songs.model_name((await self._clients.analyzer()).model)
            except (Unanswered, ServiceError) as failure:
                _log.info("the analysis made today is not known", extra={"why": str(failure)})
                self._analyzer = ""
            self._stale_at = time.monotonic() + FRESH_SECONDS
        return self._analyzer


def _check_counts(request: pb.CheckTracksRequest) -> None:
    for field, count in (("songs", len(request.songs)), ("track_ids", len(request.track_ids))):
        if count > MAX_CHECKED:
            raise invalid(field, f"may hold {MAX_CHECKED} at most", limit=MAX_CHECKED)
    if not (request.songs or request.track_ids):
        raise invalid("songs", "is empty, and so is track_ids")


def _fingerprint(index: int, song: pb.TrackCheck) -> str:
    length = _DIGEST_BYTES if song.draft.sound_follows else 0
    if len(song.sound_sha256) != length:
        wanted = "32 bytes if a sound follows, none if not"
        raise invalid(f"songs[{index}].sound_sha256", f"must have {wanted}")
    return songs.fingerprint(song.draft, song.sound_sha256)
