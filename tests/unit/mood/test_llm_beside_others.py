"""What needs no language model does not wait for one, however long that takes."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import TypeAlias

import grpc
import pytest

from servicekit.serving import Service, serving
from services.mood.assembly import SERVICE_NAME
from services.mood.backends.fake import FakeReader
from services.mood.domain import RemoteReader, Text, TextLimits
from services.mood.reading import MoodReading
from services.mood.servicer import MoodServicer
from services.mood.settings import MoodSettings
from tests.unit.mood.llm_readers import reading_by
from tests.unit.mood.scripted_endpoint import Asked, ScriptedEndpoint, honest
from vts.mood.v1 import mood_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2_grpc as rpc

Stub: TypeAlias = "rpc.MoodServiceAsyncStub"

HANG_SECONDS = 60.0
SOON_SECONDS = 20.0
"""Far below the time that the endpoint hangs, and enough on a machine that is busy."""


class Hanging:
    """A script that answers nobody before it is free to, and then honestly."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.free = threading.Event()

    def __call__(self, asked: Asked) -> str:
        self.reached.set()
        self.free.wait(HANG_SECONDS)
        return honest(asked)


@pytest.fixture
def script() -> Hanging:
    return Hanging()


@pytest.fixture
def asking(script: Hanging) -> Iterator[tuple[MoodReading, ScriptedEndpoint]]:
    with reading_by(script, call_seconds=HANG_SECONDS, seconds=HANG_SECONDS) as (reader, house):
        reading = MoodReading(
            reader, limits=TextLimits(), max_batch=4, max_wait_seconds=0.001, max_queue=8
        )
        yield reading, house
        script.free.set()


@pytest.fixture
async def served(
    asking: tuple[MoodReading, ScriptedEndpoint],
) -> AsyncIterator[tuple[Stub, ScriptedEndpoint]]:
    reading, house = asking

    def register(server: grpc.aio.Server) -> None:
        rpc.add_MoodServiceServicer_to_server(MoodServicer(reading), server)

    service = Service(SERVICE_NAME, register, warm_up=reading.warm_up, close=reading.close)
    settings = MoodSettings(port=0, metrics_port=0, grace_seconds=1)
    async with (
        serving(settings, service) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        yield rpc.MoodServiceStub(channel), house


async def reached(script: Hanging) -> None:
    assert await asyncio.to_thread(script.reached.wait, SOON_SECONDS)


async def test_nothing_is_asked_at_start(served: tuple[Stub, ScriptedEndpoint]) -> None:
    stub, house = served  # the endpoint hangs, and yet all is ready
    await stub.EmbedTexts(pb.EmbedTextsRequest(texts=["ready"]), timeout=SOON_SECONDS)
    assert house.asked == []


async def test_vectors_and_situations_are_had_while_the_endpoint_hangs(
    served: tuple[Stub, ScriptedEndpoint], script: Hanging
) -> None:
    stub, _ = served
    slow = asyncio.ensure_future(stub.ReadMood(pb.ReadMoodRequest(texts=["rainy drive home"])))
    await reached(script)
    embedded = await stub.EmbedTexts(pb.EmbedTextsRequest(texts=["calm"]), timeout=SOON_SECONDS)
    situation = pb.Situation(weather="rain")
    context = await stub.ReadContext(
        pb.ReadContextRequest(situation=situation), timeout=SOON_SECONDS
    )
    assert not slow.done()
    assert len(embedded.embeddings[0].values) == 384
    assert len(context.reading.text_embedding) == 384
    script.free.set()
    (reading,) = (await slow).readings
    assert reading.reason.en == 'The words "rainy" say so.'


async def test_a_summary_has_its_words_and_the_models_readings(
    served: tuple[Stub, ScriptedEndpoint], script: Hanging
) -> None:
    stub, _ = served
    script.free.set()
    texts = ["brown horses", "quiet rivers"]
    sentences = [pb.WeightedSentence(text=text) for text in texts]
    answer = await stub.SummarizeSentences(pb.SummarizeSentencesRequest(sentences=sentences))
    assert [each.reason.en.split('"')[1] for each in answer.readings] == ["brown", "quiet"]
    assert {"horses", "rivers"} <= {word.text for word in answer.keywords}
    assert answer.whole.affect.valence == pytest.approx(-0.6)


async def test_calls_that_wait_together_each_get_their_own(
    asking: tuple[MoodReading, ScriptedEndpoint], script: Hanging
) -> None:
    reading, _ = asking
    calls = [["first night"], ["second night", "third night"], ["fourth night"]]
    waiting = [asyncio.ensure_future(reading.read(calls[0], ""))]
    await reached(script)
    waiting += [asyncio.ensure_future(reading.read(texts, "")) for texts in calls[1:]]
    await reading.embed(["here before the others"], "")
    script.free.set()
    found = await asyncio.gather(*waiting)
    assert [[each.understood_as for each in own] for own in found] == calls
    said = [[each.reason.en.split('"')[1] for each in own if each.reason] for own in found]
    assert said == [[text.split()[0] for text in texts] for texts in calls]
    await reading.close()


async def test_what_was_taken_is_finished_before_the_end(
    asking: tuple[MoodReading, ScriptedEndpoint], script: Hanging
) -> None:
    reading, _ = asking
    slow = asyncio.ensure_future(reading.read(["rainy drive home"], ""))
    await reached(script)
    closing = asyncio.ensure_future(reading.close())
    script.free.set()
    assert (await slow)[0].notes == ()
    await closing


def test_a_reading_is_one_step_after_the_other() -> None:
    texts = [Text("rainy drive home"), Text("비 오는 밤")]
    with reading_by(honest) as (reader, _):
        assert isinstance(reader, RemoteReader)
        here = reader.read_here(texts)
        assert [each.moods for each in here] == [each.moods for each in FakeReader().read(texts)]
        told = reader.consult(texts, here)
        assert [each.moods for each in told] == [each.moods for each in reader.read(texts)]
        assert [each.moods for each in told] != [each.moods for each in here]


def test_a_reader_that_asks_nobody_is_read_with_in_one_step() -> None:
    assert not isinstance(FakeReader(), RemoteReader)
