"""The mood service as its callers meet it: a real server on loopback."""

from collections.abc import AsyncIterator
from typing import Any, TypeAlias

import grpc
import numpy as np
import pytest
from google.rpc import error_details_pb2, status_pb2

from servicekit.serving import Service, serving
from services.mood.assembly import SERVICE_NAME
from services.mood.backends.fake import FakeReader
from services.mood.domain import NoteCode, TextLimits
from services.mood.reading import MoodReading
from services.mood.servicer import MoodServicer, note_to_pb
from services.mood.settings import MoodSettings
from vts.mood.v1 import mood_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2_grpc as rpc
from vts.moods import MOODS

Stub: TypeAlias = "rpc.MoodServiceAsyncStub"


@pytest.fixture
def reader() -> FakeReader:
    return FakeReader()


@pytest.fixture
async def stub(reader: FakeReader) -> AsyncIterator[Stub]:
    reading = MoodReading(
        reader,
        limits=TextLimits(texts=3, characters=20),
        max_batch=4,
        max_wait_seconds=0.001,
        max_queue=8,
    )

    def register(server: grpc.aio.Server) -> None:
        rpc.add_MoodServiceServicer_to_server(MoodServicer(reading), server)

    service = Service(SERVICE_NAME, register, warm_up=reading.warm_up, close=reading.close)
    settings = MoodSettings(port=0, metrics_port=0, grace_seconds=1)
    async with (
        serving(settings, service) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        yield rpc.MoodServiceStub(channel)


def refusal(error: grpc.aio.AioRpcError) -> tuple[str, dict[str, str]]:
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
                    fields = {each.field: each.description for each in bad.field_violations}
    return reason, fields


async def test_texts_are_read_in_order_with_all_13_moods(stub: Stub) -> None:
    answer = await stub.ReadMood(pb.ReadMoodRequest(texts=["one", "둘"]))
    assert [reading.understood_as for reading in answer.readings] == ["one", "둘"]
    assert [score.mood for score in answer.readings[0].moods] == list(MOODS)
    assert answer.readings[1].language == "ko"
    assert len(answer.readings[0].text_embedding) == 384
    assert answer.readings[0].model.name == "fake"


async def test_embeddings_are_those_of_the_readings(stub: Stub) -> None:
    embedded = await stub.EmbedTexts(pb.EmbedTextsRequest(texts=["one", "two"]))
    read = await stub.ReadMood(pb.ReadMoodRequest(texts=["two"]))
    assert list(embedded.embeddings[1].values) == list(read.readings[0].text_embedding)
    assert embedded.model.name == "fake"


async def test_a_situation_is_read_with_its_reasons(stub: Stub) -> None:
    situation = pb.Situation(
        local_time="23:10", weather="rain", activity="driving", speed_kmh=60, weekday=5
    )
    answer = await stub.ReadContext(pb.ReadContextRequest(situation=situation))
    rules = [phrase.rule for phrase in answer.phrases]
    assert {"rain", "driving", "alert_at_the_wheel", "late_night_drive"} <= set(rules)
    assert "late_night" not in rules
    assert all(phrase.reason.en and phrase.reason.ko for phrase in answer.phrases)
    assert np.linalg.norm(answer.reading.text_embedding) == pytest.approx(1.0, abs=1e-5)
    assert answer.reading.affect.arousal >= 0.15 - 1e-6
    assert "rainy day" in answer.reading.understood_as
    assert answer.reading.model.name == "situations"


async def test_a_situation_at_zero_is_set(stub: Stub) -> None:
    answer = await stub.ReadContext(
        pb.ReadContextRequest(situation=pb.Situation(temperature_celsius=0.0))
    )
    assert [phrase.rule for phrase in answer.phrases] == ["freezing"]


@pytest.mark.parametrize(
    ("texts", "language", "reason", "field", "said"),
    [
        ([], "", "INPUT_MISSING", "texts", "1 to 3"),
        (["a", " \n"], "", "INPUT_MISSING", "texts[1]", "empty"),
        (["a"] * 4, "", "FIELD_INVALID", "texts", "3"),
        (["a", "b" * 21], "", "FIELD_INVALID", "texts[1]", "20 characters"),
        (["a"], "fr", "FIELD_INVALID", "language", "en, ko"),
    ],
)
async def test_a_rejection_names_the_field_and_the_limit(
    stub: Stub, texts: list[str], language: str, reason: str, field: str, said: str
) -> None:
    for call in (
        stub.ReadMood(pb.ReadMoodRequest(texts=texts, language=language)),
        stub.EmbedTexts(pb.EmbedTextsRequest(texts=texts, language=language)),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        given, fields = refusal(caught.value)
        assert given == reason
        assert said in fields[field]


@pytest.mark.parametrize(
    ("situation", "reason", "field", "said"),
    [
        (pb.Situation(), "INPUT_MISSING", "situation", "at least one"),
        (pb.Situation(weather="hail"), "FIELD_INVALID", "situation.weather", "drizzle"),
        (pb.Situation(month=0), "FIELD_INVALID", "situation.month", "1 to 12"),
    ],
)
async def test_a_situation_that_cannot_be_is_refused(
    stub: Stub, situation: pb.Situation, reason: str, field: str, said: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.ReadContext(pb.ReadContextRequest(situation=situation))
    given, fields = refusal(caught.value)
    assert given == reason
    assert said in fields[field]


async def test_the_reader_is_loaded_before_the_first_call(stub: Stub, reader: FakeReader) -> None:
    await stub.ReadMood(pb.ReadMoodRequest(texts=["one"]))
    assert reader.loaded
    assert not reader.closed


def test_a_note_is_said_in_both_languages() -> None:
    for code in NoteCode:
        note = note_to_pb(code)
        assert note.code == code.value
        assert note.message.en
        assert note.message.ko
