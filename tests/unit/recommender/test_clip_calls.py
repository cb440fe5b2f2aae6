"""Clips, windows and digests as callers meet them: a real server over the real store."""

from collections.abc import Sequence

import grpc
import numpy as np
import pytest
from google.protobuf.message import Message

from tests.unit.recommender.calls import Stub, stored, violations
from tests.unit.recommender.messages import message
from tests.unit.recommender.songs import unit
from vts.identities import track_id
from vts.moods import WINDOW_DIMENSIONS
from vts.recommender.v1 import recommender_service_pb2 as pb
from vts.recommender.v1 import track_pb2

NAN = float("nan")


def windowed(number: int, count: int = 3, **fields: object) -> pb.UpsertTracksRequest:
    """A song with windows 5 s apart."""
    request = message(number, **fields)
    for at in range(count):
        values = unit(WINDOW_DIMENSIONS, 100 * number + at).tolist()
        request.vectors.windows.add(start_seconds=5 * at, end_seconds=5 * at + 10, values=values)
    return request


def asked(*seeds: int, **fields: object) -> pb.FindWindowsRequest:
    embeddings = [pb.Embedding(values=unit(WINDOW_DIMENSIONS, seed).tolist()) for seed in seeds]
    return pb.FindWindowsRequest(embeddings=embeddings, **fields)  # type: ignore[arg-type]


async def test_a_clip_finds_the_song_and_the_stretch_it_was_cut_from(stub: Stub) -> None:
    await stored(stub, [windowed(n) for n in range(8)])
    answer = await stub.FindWindows(asked(502, 501))
    assert answer.hits[0].track.title == "Song 5"
    assert set(answer.hits[0].start_seconds[:2]) == {5, 10}
    assert answer.hits[0].score == pytest.approx(1, abs=1e-3)
    assert len(answer.hits) == 8
    assert (await stub.GetCatalogue(pb.GetCatalogueRequest())).windows == 24


async def test_filters_and_excluded_songs_hold_for_clips_too(stub: Stub) -> None:
    await stored(stub, [windowed(n) for n in range(8)])
    korean = await stub.FindWindows(asked(401, filters=pb.Filters(languages=["ko"]), limit=3))
    assert {hit.track.language for hit in korean.hits} == {"ko"}
    assert len(korean.hits) == 3
    excluded = [str(track_id("made-up", "4"))]
    rest = await stub.FindWindows(asked(401, excluded_track_ids=excluded))
    assert "Song 4" not in {hit.track.title for hit in rest.hits}


async def test_a_clip_likeness_puts_the_found_song_first(stub: Stub) -> None:
    await stored(stub, [windowed(n) for n in range(8)])
    likenesses = [
        pb.TrackLikeness(track_id=str(track_id("made-up", str(n))), likeness=value)
        for n, value in ((3, 1.0), (6, 0.5))
    ]
    evidence = pb.WeightedEvidence(label="clip", likenesses=likenesses)
    answer = await stub.Recommend(pb.RecommendRequest(evidence=[evidence]))
    assert [each.track.title for each in answer.tracks] == ["Song 3", "Song 6"]
    assert answer.tracks[0].components[0].component == "clip"


async def test_songs_are_told_by_the_digest_of_their_sound(stub: Stub) -> None:
    given = [message(n, sound_digest=f"d{n}", sound_id=f"a{n}") for n in range(4)]
    await stored(stub, given)
    ids = [str(track_id("made-up", "0"))]
    digests = ["d2", "absent", "d0"]
    got = await stub.GetTracks(pb.GetTracksRequest(ids=ids, sound_digests=digests))
    assert [each.track.sound_id for each in got.tracks] == ["a0", "a2"]
    alone = await stub.GetTracks(pb.GetTracksRequest(sound_digests=["d3"], include_vectors=True))
    assert [each.track.sound_digest for each in alone.tracks] == ["d3"]
    assert not alone.tracks[0].vectors.windows


async def test_songs_of_many_windows_are_stored_in_smaller_batches(stub: Stub) -> None:
    long = [windowed(n, 1440) for n in range(8)]
    answer = await stored(stub, [*long, message(9)])
    assert len(answer.stored_ids) == 9
    assert (await stub.GetCatalogue(pb.GetCatalogueRequest())).windows == 8 * 1440


def bad_windows() -> Sequence[tuple[str, track_pb2.WindowVector]]:
    values = unit(WINDOW_DIMENSIONS, 1).tolist()

    def window(**fields: object) -> track_pb2.WindowVector:
        usual: dict[str, object] = {"start_seconds": 0, "end_seconds": 10, "values": values}
        return track_pb2.WindowVector(**(usual | fields))  # type: ignore[arg-type]

    return [
        ("end_seconds", window(start_seconds=10)),
        ("end_seconds", window(end_seconds=NAN)),
        ("start_seconds", window(start_seconds=-1)),
        ("start_seconds", window(start_seconds=float("inf"))),
        ("values", window(values=values[1:])),
        ("values", window(values=[])),
        ("values", window(values=[NAN] * WINDOW_DIMENSIONS)),
        ("values", window(values=(3 * np.array(values)).tolist())),
    ]


async def test_a_song_with_a_bad_window_is_rejected_whole(stub: Stub) -> None:
    songs = []
    for number, (_, window) in enumerate(bad_windows()):
        songs.append(windowed(number, 2))
        songs[-1].vectors.windows.append(window)
    many = windowed(20, 1441)
    answer = await stored(stub, [*songs, many])
    blamed = [each.field for each in answer.rejections]
    expected = [f"vectors.windows[2].{field}" for field, _ in bad_windows()]
    assert blamed == [*expected, "vectors.windows"]
    assert not answer.stored_ids


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.FindWindowsRequest(), "embeddings"),
        (asked(*range(17)), "embeddings"),
        (asked(1, limit=201), "limit"),
        (asked(1, limit=-1), "limit"),
        (asked(1, excluded_track_ids=["x"]), "excluded_track_ids[0]"),
        (asked(1, filters=pb.Filters(groups=["x"] * 33)), "filters.groups"),
        (pb.FindWindowsRequest(embeddings=[pb.Embedding(values=[1])]), "embeddings[0].values"),
        (pb.FindWindowsRequest(embeddings=[pb.Embedding()]), "embeddings[0].values"),
    ],
)
async def test_bad_fields_of_a_clip_are_named(stub: Stub, request_: Message, field: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.FindWindows(request_)  # type: ignore[arg-type]
    assert violations(caught.value)[0] == "FIELD_INVALID"
    assert list(violations(caught.value)[1]) == [field]


@pytest.mark.parametrize(
    ("likenesses", "field"),
    [
        ([pb.TrackLikeness(track_id="x")], "[0].track_id"),
        ([pb.TrackLikeness(track_id=str(track_id("a", "b")))] * 2, "[1].track_id"),
        ([pb.TrackLikeness(track_id=str(track_id("a", "b")), likeness=1.1)], "[0].likeness"),
        ([pb.TrackLikeness(track_id=str(track_id("a", "b")), likeness=NAN)], "[0].likeness"),
        ([pb.TrackLikeness()] * 201, ""),
    ],
)
async def test_bad_likenesses_are_named(
    stub: Stub, likenesses: Sequence[pb.TrackLikeness], field: str
) -> None:
    evidence = pb.WeightedEvidence(label="clip", likenesses=likenesses)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.Recommend(pb.RecommendRequest(evidence=[evidence]))
    assert list(violations(caught.value)[1]) == [f"evidence[0].likenesses{field}"]
