"""The whole mood service on a language model, from settings to answers over gRPC."""

from collections.abc import AsyncIterator, Iterator
from typing import TypeAlias

import grpc
import pytest

from servicekit.serving import serving
from services.mood.assembly import assembled
from services.mood.settings import MoodSettings
from tests.unit.mood.scripted_endpoint import ScriptedEndpoint, endpoint, honest
from vts.mood.v1 import mood_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2_grpc as rpc

Stub: TypeAlias = "rpc.MoodServiceAsyncStub"


@pytest.fixture
def house() -> Iterator[ScriptedEndpoint]:
    with endpoint(honest) as made:
        yield made


@pytest.fixture
async def stub(house: ScriptedEndpoint) -> AsyncIterator[Stub]:
    settings = MoodSettings(
        port=0, metrics_port=0, backend="llm", llm_url=house.url, llm_model="scripted"
    )
    service = await assembled(settings)
    async with (
        serving(settings, service) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        yield rpc.MoodServiceStub(channel)


async def test_callers_get_the_models_reading_and_its_reason_or_a_note(
    house: ScriptedEndpoint, stub: Stub
) -> None:
    texts = ["rainy drive home", "비 오는 밤"]
    first, second = (await stub.ReadMood(pb.ReadMoodRequest(texts=texts))).readings
    assert first.model.name == "llm"
    assert first.reason.en == 'The words "rainy" say so.'
    assert second.reason.ko == '"비"라는 말에서 느껴집니다.'
    assert first.affect.valence == pytest.approx(-0.6)
    assert len(first.text_embedding) == 384
    assert [note.code for note in first.notes] == []

    house.script = lambda _: lambda talk: talk.answer(500, b"")
    (third,) = (await stub.ReadMood(pb.ReadMoodRequest(texts=["a sunny field"]))).readings
    assert [note.code for note in third.notes] == ["MOOD_FALLBACK"]
    assert "say so" not in third.reason.en
