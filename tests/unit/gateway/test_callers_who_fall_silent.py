"""Callers who begin a request and send no more: they lose their place."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from gateway import servicer
from tests.unit.gateway.house import house
from vts.errors import from_rpc_error
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import track_pb2


async def then_silence(*pieces: Any) -> AsyncIterator[Any]:
    for piece in pieces:
        yield piece
    await asyncio.Event().wait()


async def answers(call: Any) -> list[Any]:
    return [each async for each in call]


async def refused(call: Any) -> str:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asyncio.wait_for(answers(call), 10)
    return from_rpc_error(caught.value).reason


async def test_a_stream_that_stops_halfway_ends_with_the_requests_time(tmp_path: Path) -> None:
    async with house(tmp_path, request_seconds=1, max_concurrent_requests=1) as home:
        begun = pb.RecommendStreamRequest(input=pb.Input(media=b"\xff\xd8\xff"))
        assert await refused(home.stub.RecommendStream(then_silence(begun))) == "DEADLINE_EXCEEDED"
        words = pb.RecommendRequest(inputs=[pb.Input(text="calm")])
        assert (await home.stub.Recommend(words)).playlist.id


async def test_an_upload_that_brings_nothing_is_given_up(tmp_path: Path) -> None:
    async with house(tmp_path, upload_idle_seconds=0.2, max_concurrent_requests=1) as home:
        begun = pb.RecommendStreamRequest(input=pb.Input(media=b"\xff\xd8\xff"))
        assert await refused(home.stub.RecommendStream(then_silence(begun))) == "DEADLINE_EXCEEDED"
        head = b'--b\r\ncontent-disposition: form-data; name="text"\r\n\r\nrain'
        response = await home.web.post(
            "/v1/recommendations",
            content=then_silence(head),
            headers={"content-type": "multipart/form-data; boundary=b"},
        )
        assert (response.status_code, response.json()["reason"]) == (504, "DEADLINE_EXCEEDED")


async def test_an_import_that_stops_halfway_keeps_what_had_a_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servicer, "IMPORT_IDLE_SECONDS", 0.5)
    async with house(tmp_path) as home:
        track = track_pb2.Track(
            source="test", source_id="one", title="One", artists=["A"], tags_en=["rain"]
        )
        draft = pb.ImportTracksRequest(draft=pb.TrackDraft(track=track))
        assert await refused(home.stub.ImportTracks(then_silence(draft))) == "DEADLINE_EXCEEDED"
        assert len(home.recommender.songs) == 1
