"""A real recommender on loopback over a real store, emptied after each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest

from servicekit.serving import serving
from services.recommender.assembly import assembled
from services.recommender.settings import RecommenderSettings
from tests.unit.recommender.calls import Stub
from vts.recommender.v1 import recommender_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2_grpc as rpc


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recommender")


@pytest.fixture
def settings(data_dir: Path) -> RecommenderSettings:
    return RecommenderSettings(
        data_dir=data_dir, port=0, metrics_port=0, max_upsert_tracks=600, grace_seconds=1
    )


@pytest.fixture
async def stub(settings: RecommenderSettings) -> AsyncIterator[Stub]:
    service = await assembled(settings)
    async with (
        serving(settings, service) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        stub: Stub = rpc.RecommenderServiceStub(channel)
        yield stub
        held = await stub.FindTracks(pb.FindTracksRequest(query="song", limit=100))
        while held.tracks:
            ids = [each.track.id for each in held.tracks]
            await stub.DeleteTracks(pb.DeleteTracksRequest(ids=ids))
            held = await stub.FindTracks(pb.FindTracksRequest(query="song", limit=100))
