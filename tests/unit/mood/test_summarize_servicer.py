"""Summaries as callers meet them: a real server on loopback."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeAlias

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from servicekit.serving import Service, serving
from services.mood.assembly import SERVICE_NAME
from services.mood.backends.fake import FakeReader
from services.mood.domain import Reading, Text, TextLimits
from services.mood.reading import MOST_SENTENCES_AT_ONCE, MoodReading
from services.mood.servicer import MoodServicer
from services.mood.settings import MoodSettings
from vts.mood.v1 import mood_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2_grpc as rpc
from vts.moods import MOODS

Stub: TypeAlias = "rpc.MoodServiceAsyncStub"


class WatchedReader(FakeReader):
    """Notes how many texts it reads at once, and waits until it is `free` to read."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []
        self.held = threading.Event()
        self.free = threading.Event()
        self.free.set()

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        self.sizes.append(len(texts))
        if not self.free.is_set():
            self.held.set()
        self.free.wait(timeout=10)
        return super().read(texts)


@pytest.fixture
def reader() -> WatchedReader:
    return WatchedReader()


@pytest.fixture
async def stub(reader: WatchedReader) -> AsyncIterator[Stub]:
    reading = MoodReading(
        reader, limits=TextLimits(), max_batch=4, max_wait_seconds=0.001, max_queue=8
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


def asked(*texts: str, weight: float | None = None) -> pb.SummarizeSentencesRequest:
    return pb.SummarizeSentencesRequest(
        sentences=[pb.WeightedSentence(text=text, weight=weight) for text in texts]
    )


async def test_a_summary_has_every_part(stub: Stub) -> None:
    answer = await stub.SummarizeSentences(asked("brown horses", "brown horses", "quiet rivers"))
    assert sorted(i for group in answer.groups for i in group.sentences) == [0, 1, 2]
    assert sum(group.share for group in answer.groups) == pytest.approx(1.0)
    assert answer.groups[0].sentences == [0, 1]
    assert answer.keywords[0].weight == 1.0
    assert [score.mood for score in answer.whole.moods] == list(MOODS)
    assert len(answer.whole.text_embedding) == 384
    assert answer.whole.model.name == "fake"


async def test_single_readings_carry_no_keywords_and_vectors(stub: Stub) -> None:
    answer = await stub.SummarizeSentences(asked("one", "two"))
    assert [reading.understood_as for reading in answer.readings] == ["one", "two"]
    assert all(not reading.keywords for reading in answer.readings)
    assert all(not reading.text_embedding for reading in answer.readings)


async def test_a_sentence_without_a_weight_counts_one(stub: Stub) -> None:
    unset = await stub.SummarizeSentences(asked("one", "two"))
    ones = await stub.SummarizeSentences(asked("one", "two", weight=1.0))
    assert unset == ones


@pytest.mark.parametrize(
    ("request_", "reason", "field"),
    [
        (asked(), "INPUT_MISSING", "sentences"),
        (asked("a", "b", "c", ""), "INPUT_MISSING", "sentences[3].text"),
        (asked("a", "b", "c", "d" * 501), "FIELD_INVALID", "sentences[3].text"),
        (asked(*["a"] * 201), "FIELD_INVALID", "sentences"),
        (asked("a", weight=0.0), "FIELD_INVALID", "sentences[0].weight"),
        (asked("a", weight=-1.0), "FIELD_INVALID", "sentences[0].weight"),
    ],
)
async def test_a_rejection_names_the_field(
    stub: Stub, request_: pb.SummarizeSentencesRequest, reason: str, field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.SummarizeSentences(request_)
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    trailing: Any = caught.value.trailing_metadata() or ()
    status = next(value for key, value in trailing if key == "grpc-status-details-bin")
    for detail in status_pb2.Status.FromString(status).details:
        detail.Unpack(info)
        detail.Unpack(bad)
    assert info.reason == reason
    assert [violation.field for violation in bad.field_violations] == [field]


async def test_as_many_sentences_as_allowed_are_read_some_at_a_time(
    stub: Stub, reader: WatchedReader
) -> None:
    reader.sizes.clear()
    answer = await stub.SummarizeSentences(asked(*(f"sentence number {i}" for i in range(200))))
    assert len(answer.readings) == 200
    assert len(answer.keywords) <= 20
    assert max(reader.sizes) <= MOST_SENTENCES_AT_ONCE
    assert sum(reader.sizes) == 200


async def test_another_call_is_answered_before_a_long_summary(
    stub: Stub, reader: WatchedReader
) -> None:
    reader.free.clear()
    long = asyncio.ensure_future(
        stub.SummarizeSentences(asked(*(f"sentence number {i}" for i in range(200))))
    )
    short = asyncio.ensure_future(stub.ReadMood(pb.ReadMoodRequest(texts=["short"])))
    assert await asyncio.to_thread(reader.held.wait, 10)
    reader.free.set()
    await short
    assert not long.done()
    assert len((await long).readings) == 200
