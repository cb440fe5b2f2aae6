"""The recommender as its callers meet it: a real server on loopback over the real store."""

import asyncio
from collections.abc import Iterator

import grpc
import numpy as np
import pytest
from google.protobuf.message import Message

from servicekit.serving import serving
from services.recommender.assembly import assembled
from services.recommender.domain import DEFAULT_WEIGHTS
from services.recommender.settings import RecommenderSettings
from tests.unit.recommender.calls import Stub, stored, violations
from tests.unit.recommender.messages import message
from tests.unit.recommender.songs import unit
from vts.evidence.v1 import evidence_pb2 as ev
from vts.identities import track_id
from vts.moods import AUDIO_DIMENSIONS
from vts.recommender.v1 import recommender_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2_grpc as rpc


async def test_songs_stored_can_be_got_found_ranked_and_deleted(stub: Stub) -> None:
    answer = await stored(stub, [message(n) for n in range(6)])
    wanted = [str(track_id("made-up", str(n))) for n in range(6)]
    assert list(answer.stored_ids) == wanted

    got = await stub.GetTracks(pb.GetTracksRequest(ids=wanted[:2], include_vectors=True))
    assert [each.track.title for each in got.tracks] == ["Song 0", "Song 1"]
    assert got.tracks[0].track.genres == ["ballad"]
    assert np.linalg.norm(got.tracks[0].vectors.text) == pytest.approx(1, abs=1e-4)
    assert len(got.tracks[0].vectors.mood) == 13

    found = await stub.FindTracks(pb.FindTracksRequest(query="sogn 3"))
    assert found.tracks[0].track.title == "Song 3"

    text = pb.WeightedEvidence(label="text", text_embedding=unit(384, 4).tolist())
    ranked = await stub.Recommend(pb.RecommendRequest(evidence=[text], limit=3))
    assert ranked.tracks[0].track.title == "Song 4"
    assert ranked.tracks[0].components[0].component == "text"
    assert ranked.catalogue_size == 6

    gone = await stub.DeleteTracks(pb.DeleteTracksRequest(ids=[wanted[0], wanted[0][::-1]]))
    assert gone.deleted == 1
    assert len(gone.unknown_ids) == 1


async def test_a_bad_song_is_reported_and_the_rest_stored(stub: Stub) -> None:
    short, not_a_number, long = message(1), message(2), message(3)
    del short.vectors.text[0]
    not_a_number.vectors.text[7] = float("nan")
    long.vectors.text[:] = [value * 2 for value in long.vectors.text]
    nameless, by_nobody = message(4, title=""), message(5, artists=[])
    odd_licence, odd_language = message(6, licence="free!"), message(7, language="xx")
    bad = [short, not_a_number, long, nameless, by_nobody, odd_licence, odd_language]
    answer = await stored(stub, [message(0), *bad, message(8)])
    rejected = [(each.index, each.field, each.description) for each in answer.rejections]
    assert rejected[:3] == [
        (1, "vectors.text", "must have 384 numbers or none, has 383"),
        (2, "vectors.text", "must hold finite numbers only"),
        (3, "vectors.text", "must have length 1 (L2), has 2"),
    ]
    fields = [field for _, field, _ in rejected[3:]]
    assert fields == ["track.title", "track.artists", "track.licence", "track.language"]
    assert len(answer.stored_ids) == 2


async def test_a_stream_longer_than_a_batch_is_stored_whole(stub: Stub) -> None:
    answer = await stored(stub, [message(n) for n in range(300)])
    summary = await stub.GetCatalogue(pb.GetCatalogueRequest())
    assert len(answer.stored_ids) == summary.tracks == 300
    assert dict(summary.languages) == {"ko": 150, "en": 150}
    assert (summary.year_from, summary.year_to) == (2000, 2009)
    assert summary.store.name == "edge"


async def test_a_stream_over_the_limit_is_refused_and_what_came_before_is_kept(stub: Stub) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stored(stub, [message(n % 300) for n in range(601)])
    assert violations(caught.value)[1] == {
        "track": "one call may bring 600 songs; those are stored"
    }
    assert (await stub.GetCatalogue(pb.GetCatalogueRequest())).tracks == 300


async def test_songs_and_feedback_survive_a_restart(settings: RecommenderSettings) -> None:
    for first in (True, False):
        service = await assembled(settings)
        async with (
            serving(settings, service) as listener,
            grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
        ):
            stub: Stub = rpc.RecommenderServiceStub(channel)
            if first:
                await stored(stub, [message(n) for n in range(3)])
                liked = str(track_id("made-up", "1"))
                await stub.RecordFeedback(
                    pb.RecordFeedbackRequest(
                        user_id="mina", track_id=liked, kind=pb.FEEDBACK_KIND_LIKE
                    )
                )
            found = await stub.FindTracks(pb.FindTracksRequest(query="song 2"))
            assert found.tracks[0].track.title == "Song 2"
            text = pb.WeightedEvidence(label="text", text_embedding=unit(384, 2).tolist())
            answer = await stub.Recommend(pb.RecommendRequest(evidence=[text], user_id="mina"))
            assert "likes" in {part.evidence for part in answer.tracks[0].components}
            if not first:
                ids = [str(track_id("made-up", str(n))) for n in range(3)]
                await stub.DeleteTracks(pb.DeleteTracksRequest(ids=ids))


EVIDENCE = pb.WeightedEvidence(label="text", text_embedding=[1.0] + [0.0] * 383)


def bad_requests() -> Iterator[tuple[str, pb.RecommendRequest]]:
    def asked(**fields: object) -> pb.RecommendRequest:
        values: dict[str, object] = {"evidence": [EVIDENCE], **fields}
        return pb.RecommendRequest(**values)  # type: ignore[arg-type]

    def part(**fields: object) -> pb.RecommendRequest:
        return asked(evidence=[EVIDENCE, pb.WeightedEvidence(**fields)])  # type: ignore[arg-type]

    nan = float("nan")
    yield "limit", asked(limit=101)
    yield "limit", asked(limit=-1)
    yield "diversity", asked(diversity=1.5)
    yield "diversity", asked(diversity=nan)
    yield "user_id", asked(user_id="x" * 129)
    yield "seed_track_ids[0]", asked(seed_track_ids=["not an id"])
    yield "seed_track_ids", asked(seed_track_ids=[str(track_id("a", "b"))] * 33)
    yield "evidence", asked(evidence=[EVIDENCE] * 17)
    yield "weights.text", asked(weights=pb.ComponentWeights(text=1.01))
    yield (
        "weights",
        asked(weights=pb.ComponentWeights(**dict.fromkeys(DEFAULT_WEIGHTS, 0.0))),
    )
    yield "filters.languages[0]", asked(filters=pb.Filters(languages=["korean!"]))
    yield "filters.licences[1]", asked(filters=pb.Filters(licences=["CC0-1.0", "CC BY"]))
    yield "filters.sources[0]", asked(filters=pb.Filters(sources=["A"]))
    yield "filters.year_from", asked(filters=pb.Filters(year_from=2001, year_to=2000))
    yield "filters.year_to", asked(filters=pb.Filters(year_to=3000))
    yield "filters.tags", asked(filters=pb.Filters(tags=["x"] * 33))
    yield "evidence[1].weight", part(weight=-0.1)
    yield "evidence[1].label", part(label="x" * 65)
    yield "evidence[1].text_embedding", part(text_embedding=[1.0])
    yield "evidence[1].audio_embedding", part(audio_embedding=[nan] * AUDIO_DIMENSIONS)
    yield "evidence[1].text_embedding", part(text_embedding=[0.0] * 384)
    yield "evidence[1].moods[0].score", part(moods=[ev.MoodScore(mood="sad", score=2)])
    yield "evidence[1].moods[0].mood", part(moods=[ev.MoodScore(mood="blue", score=1)])
    yield "evidence[1].affect.arousal", part(affect=ev.Affect(arousal=1.5))
    yield "evidence[1].keywords[0].weight", part(keywords=[ev.Keyword(text="a", weight=nan)])
    yield "evidence[1].affect", part(is_shift=True)


async def test_every_bad_field_of_a_wish_is_named(stub: Stub) -> None:
    for field, request in bad_requests():
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.Recommend(request)
        reason, fields = violations(caught.value)
        assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert (reason, list(fields)) == ("FIELD_INVALID", [field])


@pytest.mark.parametrize(
    "request_",
    [
        pb.RecommendRequest(),
        pb.RecommendRequest(evidence=[pb.WeightedEvidence(label="photo")]),
        pb.RecommendRequest(
            evidence=[pb.WeightedEvidence(text_embedding=[1.0] + [0.0] * 383, weight=0)]
        ),
    ],
    ids=["nothing", "empty evidence", "weightless evidence"],
)
async def test_a_wish_for_nothing_is_refused(stub: Stub, request_: pb.RecommendRequest) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Recommend(request_)
    assert violations(caught.value)[0] == "INPUT_MISSING"


async def test_filters_that_leave_nothing_are_named(stub: Stub) -> None:
    await stored(stub, [message(n) for n in range(4)])
    answer = await stub.Recommend(
        pb.RecommendRequest(
            evidence=[EVIDENCE], filters=pb.Filters(languages=["ko"], genres=["polka"])
        )
    )
    effects = [(each.filter, each.alone, each.remaining) for each in answer.filter_effects]
    assert effects == [("language=ko", 2, 2), ("genre=polka", 0, 0)]
    assert [(note.code, note.subject) for note in answer.notes] == [("FILTERED_OUT", "genre=polka")]
    assert not answer.tracks


async def test_feedback_on_an_unknown_song_is_not_found(stub: Stub) -> None:
    request = pb.RecordFeedbackRequest(
        user_id="mina", track_id=str(track_id("a", "b")), kind=pb.FEEDBACK_KIND_LIKE
    )
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.RecordFeedback(request)
    assert caught.value.code() is grpc.StatusCode.NOT_FOUND
    assert violations(caught.value)[0] == "TRACK_NOT_FOUND"


@pytest.mark.parametrize(
    ("method", "request_", "field"),
    [
        ("RecordFeedback", pb.RecordFeedbackRequest(user_id="a", track_id="b"), "kind"),
        ("RecordFeedback", pb.RecordFeedbackRequest(kind=pb.FEEDBACK_KIND_LIKE), "user_id"),
        ("GetTracks", pb.GetTracksRequest(), "ids"),
        ("GetTracks", pb.GetTracksRequest(ids=["x"]), "ids[0]"),
        ("DeleteTracks", pb.DeleteTracksRequest(ids=["x"] * 1001), "ids"),
        ("FindTracks", pb.FindTracksRequest(), "query"),
        ("FindTracks", pb.FindTracksRequest(query="x" * 201), "query"),
        ("FindTracks", pb.FindTracksRequest(query="x", limit=101), "limit"),
    ],
)
async def test_bad_fields_of_other_calls_are_named(
    stub: Stub, method: str, request_: Message, field: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await getattr(stub, method)(request_)
    assert violations(caught.value) == ("FIELD_INVALID", violations(caught.value)[1])
    assert list(violations(caught.value)[1]) == [field]


async def test_wishes_are_answered_while_songs_are_stored(stub: Stub) -> None:
    await stored(stub, [message(n) for n in range(50)])
    request = pb.RecommendRequest(evidence=[EVIDENCE])
    storing = asyncio.ensure_future(stored(stub, [message(n % 300) for n in range(600)]))
    answers = [await stub.Recommend(request) for _ in range(5)]
    assert all(len(answer.tracks) == 10 for answer in answers)
    assert len((await storing).stored_ids) == 600
