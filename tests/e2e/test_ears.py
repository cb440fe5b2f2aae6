"""Clips, duplicates and groups over gRPC and the command, against the real services."""

import io
from collections.abc import Iterator

import av
import grpc
import numpy as np
import pytest

from tests.e2e.conftest import OFFSET, SAMPLES, Stack
from tests.unit.gateway.imports import song, sung
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import recommender_service_pb2_grpc as recommender_rpc

pytestmark = pytest.mark.timeout(900)

PIECE, CLIP_START_SECONDS = "Lamp Low", 2.6


@pytest.fixture
def gateway(stack: Stack) -> Iterator[rpc.GatewayServiceStub]:
    with grpc.insecure_channel(stack.address) as channel:
        yield rpc.GatewayServiceStub(channel)


@pytest.fixture
def imported(stack: Stack, gateway: rpc.GatewayServiceStub) -> Iterator:
    """Imports songs, and deletes them after the test."""
    ids: list[str] = []

    def run(*pieces: pb.ImportTracksRequest) -> list[pb.ImportTracksResponse]:
        verdicts = list(gateway.ImportTracks(iter(pieces), timeout=300))
        ids.extend(each.track_id for each in verdicts if each.track_id)
        return verdicts

    yield run
    with grpc.insecure_channel(f"127.0.0.1:{50054 + OFFSET}") as channel:
        store = recommender_rpc.RecommenderServiceStub(channel)
        if ids:
            store.DeleteTracks(recommender_pb.DeleteTracksRequest(ids=ids))


def held_sound(stack: Stack, playlist: dict) -> bytes:
    """The sound of the song that was found, as the gateway keeps it."""
    track = playlist["evidence"][0]["matches"][0]["track"]["id"]
    [path] = (stack.data / "sounds").glob(f"{track}.*")
    return path.read_bytes()


def as_mp3(sound: bytes) -> bytes:
    """The same recording in another format."""
    out = io.BytesIO()
    with av.open(io.BytesIO(sound), "r") as source, av.open(out, "w", format="mp3") as target:
        stream = target.add_stream("mp3", rate=44_100, layout="stereo")
        resampler = av.AudioResampler(format="s16p", layout="stereo", rate=44_100)
        for frame in source.decode(audio=0):
            for each in resampler.resample(frame):
                target.mux(stream.encode(each))
        target.mux(stream.encode())
    return out.getvalue()


def test_a_clip_finds_its_song_and_its_place(ask) -> None:
    playlist = ask(SAMPLES / "clip.ogg")
    evidence = playlist["evidence"][0]
    found = evidence["matches"][0]
    assert found["track"]["title"] == PIECE
    assert found["start_seconds"] == pytest.approx(CLIP_START_SECONDS, abs=1)
    assert found["end_seconds"] - found["start_seconds"] == pytest.approx(10, abs=1)
    assert playlist["items"][0]["track"]["title"] == PIECE
    assert PIECE in evidence["summary"]["ko"]


def test_a_clip_of_no_song_says_so_and_gets_music_alike(ask, tmp_path) -> None:
    import soundfile

    rng = np.random.default_rng(4)
    at = np.arange(8 * 22_050) / 22_050
    tones = sum(
        np.sin(2 * np.pi * hertz * at + phase)
        for hertz, phase in zip(rng.uniform(150, 2500, 9), rng.uniform(0, 6, 9), strict=True)
    )
    soundfile.write(tmp_path / "tones.wav", 0.05 * tones * (1 + np.sin(9 * at)), 22_050)
    playlist = ask(tmp_path / "tones.wav")
    assert not playlist["evidence"][0].get("matches")
    assert "CLIP_NOT_FOUND" in {note["code"] for note in playlist["notes"]}
    assert len(playlist["items"]) == 10


def test_the_same_sound_is_left_out_and_the_same_recording_told(
    ask, stack: Stack, imported
) -> None:
    sound = held_sound(stack, ask(SAMPLES / "clip.ogg"))
    [twin] = imported(*sung(song("twin"), sound, skip_duplicates=True))
    assert twin.outcome == pb.IMPORT_OUTCOME_DUPLICATE
    assert [each.title for each in twin.duplicates] == [PIECE]
    [copy] = imported(*sung(song("copy"), as_mp3(sound), skip_duplicates=True))
    assert copy.outcome == pb.IMPORT_OUTCOME_ADDED
    [told] = copy.duplicates
    assert (told.title, told.kind) == (PIECE, pb.DUPLICATE_KIND_SAME_RECORDING)
    assert "of 12 places match in time" in told.reason.en
