"""Calls to a recommender, and what they fail with."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import grpc
from google.rpc import error_details_pb2, status_pb2

from vts.recommender.v1 import recommender_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2_grpc as rpc

Stub: TypeAlias = "rpc.RecommenderServiceAsyncStub"


async def stored(stub: Stub, songs: Sequence[pb.UpsertTracksRequest]) -> pb.UpsertTracksResponse:
    return await stub.UpsertTracks(iter(songs))


def violations(error: grpc.aio.AioRpcError) -> tuple[str, dict[str, str]]:
    """The reason, and the fields to blame with what is wrong with each."""
    reason, fields = "", dict[str, str]()
    trailing: Any = error.trailing_metadata() or ()
    for key, value in trailing:
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
                if detail.Unpack(info):
                    reason = info.reason
                if detail.Unpack(bad):
                    fields = {v.field: v.description for v in bad.field_violations}
    return reason, fields
