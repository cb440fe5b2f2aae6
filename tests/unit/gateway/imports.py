"""Imports as tests make them: drafts, sounds after them, and the verdicts."""

from collections.abc import Iterable
from typing import Any

import grpc

from tests.unit.gateway.house import SOUND, House
from vts.errors import from_rpc_error
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.media.v1 import media_pb2
from vts.recommender.v1 import track_pb2

ADDED, UPDATED = pb.IMPORT_OUTCOME_ADDED, pb.IMPORT_OUTCOME_UPDATED
UNCHANGED, REFUSED = pb.IMPORT_OUTCOME_UNCHANGED, pb.IMPORT_OUTCOME_REFUSED


def song(name: str = "one", **fields: Any) -> track_pb2.Track:
    known: dict[str, Any] = {"title": f"Song {name}", "artists": ["Somebody"], "tags_en": ["rain"]}
    return track_pb2.Track(source="test", source_id=name, **{**known, **fields})


def draft(track: track_pb2.Track, **flags: bool) -> pb.ImportTracksRequest:
    return pb.ImportTracksRequest(draft=pb.TrackDraft(track=track, **flags))


def sung(track: track_pb2.Track, *chunks: bytes, **flags: bool) -> list[pb.ImportTracksRequest]:
    follows = [
        pb.ImportTracksRequest(chunk=media_pb2.MediaChunk(data=data)) for data in chunks or [SOUND]
    ]
    return [draft(track, sound_follows=True, **flags), *follows]


async def imported(
    home: House, pieces: Iterable[pb.ImportTracksRequest]
) -> list[pb.ImportTracksResponse]:
    try:
        return [each async for each in home.stub.ImportTracks(iter(list(pieces)), timeout=20)]
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error) from None


def stored(home: House, verdict: pb.ImportTracksResponse) -> track_pb2.Track:
    return home.recommender.songs[verdict.track_id].track
