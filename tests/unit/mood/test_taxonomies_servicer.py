"""Other vocabularies in the mood service's answers, over a real server on loopback."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import grpc
import pytest

from servicekit.serving import Service, serving
from services.mood.assembly import SERVICE_NAME
from services.mood.backends.fake import FakeReader
from services.mood.domain import Affect, Bilingual, Reading, Text, TextLimits
from services.mood.reading import MoodReading
from services.mood.servicer import MoodServicer
from services.mood.settings import MoodSettings
from vts.evidence.v1 import evidence_pb2
from vts.mood.v1 import mood_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2_grpc as rpc
from vts.moods import MOODS
from vts.moods.taxonomies import TAXONOMIES, labels

Stub: TypeAlias = "rpc.MoodServiceAsyncStub"

EMOTIONS = dict.fromkeys(labels("goemotions"), 0.0) | {"love": 0.6, "joy": 0.3}


class TrainedReader(FakeReader):
    """Reads joy in everything, as if a head for GoEmotions had said so."""

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """One reading a text, with labels, dominance and a reason."""
        return [
            replace(
                reading,
                moods=tuple(0.9 if mood == "joyful" else 0.1 for mood in MOODS),
                affect=Affect(0.8, 0.4, 0.7, dominance=0.25),
                labels={"goemotions": EMOTIONS},
                reason=Bilingual("It sounds so.", "그렇게 들립니다."),
            )
            for reading in super().read(texts)
        ]


@pytest.fixture
async def stub() -> AsyncIterator[Stub]:
    reading = MoodReading(
        TrainedReader(), limits=TextLimits(), max_batch=4, max_wait_seconds=0.001, max_queue=8
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


async def read(stub: Stub, *taxonomies: str) -> pb.Reading:
    answer = await stub.ReadMood(pb.ReadMoodRequest(texts=["such joy"], taxonomies=taxonomies))
    return answer.readings[0]


def strongest(told: evidence_pb2.TaxonomyScores) -> str:
    return told.labels[0].label


async def test_nothing_is_told_that_was_not_asked_for(stub: Stub) -> None:
    assert not (await read(stub)).taxonomies


async def test_vocabularies_come_in_the_order_asked_with_every_label(stub: Stub) -> None:
    wanted = list(reversed(TAXONOMIES))
    told = (await read(stub, *wanted)).taxonomies
    assert [each.taxonomy for each in told] == wanted
    assert [len(each.labels) for each in told] == [len(labels(name)) for name in wanted]
    for each in told:
        scores = [label.score for label in each.labels]
        assert scores == sorted(scores, reverse=True)


async def test_a_head_is_heard_where_there_is_one(stub: Stub) -> None:
    told = (await read(stub, "goemotions", "gems")).taxonomies
    assert [each.measured for each in told] == [True, False]
    assert strongest(told[0]) == "love"
    assert told[0].labels[0].score == pytest.approx(0.6)
    assert strongest(told[1]) == "joyful_activation"


async def test_the_five_moods_are_gathered_from_the_heads_emotions(stub: Stub) -> None:
    told = (await read(stub, "moods5")).taxonomies[0]
    assert told.measured
    assert [(each.label, round(each.score, 3)) for each in told.labels][:2] == [
        ("romantic", 0.6),
        ("happy", 0.3),
    ]


async def test_dominance_and_the_reason_are_told(stub: Stub) -> None:
    reading = await read(stub)
    assert reading.affect.dominance == pytest.approx(0.25)
    assert (reading.reason.en, reading.reason.ko) == ("It sounds so.", "그렇게 들립니다.")


async def test_a_situation_is_told_in_labels_too(stub: Stub) -> None:
    request = pb.ReadContextRequest(
        situation=pb.Situation(activity="running", local_time="07:00"), taxonomies=["lastfm"]
    )
    told = (await stub.ReadContext(request)).reading.taxonomies[0]
    assert not told.measured
    assert strongest(told) in {"Energetic", "Driving", "Exciting"}


@pytest.mark.parametrize(
    ("taxonomies", "said"),
    [
        (["gems", "plutchik"], "taxonomies[1]: must be one of: mirex, mirex18, moods5"),
        (["gems", "gems"], "taxonomies[1]: is named twice"),
        (["gems"] * 9, "taxonomies: may hold 8 names at most, not 9"),
    ],
)
async def test_what_cannot_be_asked_for_is_refused_by_both_calls(
    stub: Stub, taxonomies: list[str], said: str
) -> None:
    situation = pb.Situation(activity="running")
    for call in (
        stub.ReadMood(pb.ReadMoodRequest(texts=["x"], taxonomies=taxonomies)),
        stub.ReadContext(pb.ReadContextRequest(situation=situation, taxonomies=taxonomies)),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call
        assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert said in (refused.value.details() or "")
