"""A gateway on loopback that answers from the test's own script."""

import threading
from collections.abc import Iterator
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.cli import main
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.moods.messages import taxonomy_message
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import track_pb2


def song(title: str = "밤편지", artist: str = "아이유") -> track_pb2.Track:
    return track_pb2.Track(
        id="6b8f1f0e-2d3c-5a4b-9c8d-7e6f5a4b3c2d",
        title=title,
        artists=[artist],
        year=2017,
        links=[track_pb2.Link(kind="search", label="YouTube", url="https://example.org/q")],
    )


def playlist() -> pb.Playlist:
    both = evidence_pb2.Bilingual(en="Calm songs", ko="차분한 노래")
    reason = evidence_pb2.Bilingual(en="Calm like your words.", ko="글처럼 차분합니다.")
    return pb.Playlist(
        id="p1",
        title=both,
        items=[
            pb.PlaylistItem(track=song(), score=0.83, reason=reason),
            pb.PlaylistItem(
                track=song("Sketch [1]", "VTS"),
                score=0.5,
                reason=reason,
                sound_path="/v1/tracks/1/sound",
            ),
        ],
        evidence=[
            pb.InputEvidence(
                kind=pb.INPUT_KIND_TEXT,
                summary=both,
                moods=[evidence_pb2.MoodScore(mood="calm", score=0.7)],
            ),
            video(),
            clip(),
        ],
    )


def reading(request: pb.ReadMoodsRequest) -> mood_pb.Reading:
    """A calm reading, told in the vocabularies asked for."""
    return mood_pb.Reading(
        language="en",
        moods=[evidence_pb2.MoodScore(mood="calm", score=0.7)],
        affect=evidence_pb2.Affect(valence=0.4, arousal=-0.6, confidence=0.8),
        reason=evidence_pb2.Bilingual(en="“Quiet” sounds calm.", ko="‘조용’이 차분하게 들립니다."),
        taxonomies=[
            taxonomy_message(name, {"calmness": 0.8}, measured=False) for name in request.taxonomies
        ],
    )


def clip() -> pb.InputEvidence:
    """A sound that was found in a song, and belongs to a group."""
    match = pb.SoundMatch(track=song(), start_seconds=42, end_seconds=48, confidence=0.97)
    return pb.InputEvidence(
        kind=pb.INPUT_KIND_AUDIO,
        summary=evidence_pb2.Bilingual(en="Guitars.", ko="기타 소리입니다."),
        matches=[match],
        group=groups().groups[0],
    )


def groups() -> recommender_pb.GroupMap:
    """Two groups, of which one has an awkward name, and a song in each."""
    return recommender_pb.GroupMap(
        groups=[
            recommender_pb.Group(
                id="1",
                name=evidence_pb2.Bilingual(en="Quiet evenings", ko="조용한 저녁"),
                tracks=1200,
                moods=[evidence_pb2.MoodScore(mood="calm", score=0.8)],
                tempo_bpm=72.4,
                x=-0.5,
                y=0.5,
            ),
            recommender_pb.Group(
                id="2", name=evidence_pb2.Bilingual(en="Rock & <Roll>"), tracks=34, x=2, y=-1
            ),
        ],
        points=[
            recommender_pb.MapPoint(
                track_id="a", title="밤편지", artists="아이유", group_id="1", x=-0.4, y=0.6
            ),
            recommender_pb.MapPoint(track_id="b", title='"A" & <b>', group_id="2", x=0.9, y=-0.9),
        ],
        quality=recommender_pb.GroupQuality(
            silhouette=0.412,
            elbow=8,
            network_accuracy=0.953,
            trees_accuracy=0.948,
            majority_accuracy=0.21,
            held_out_tracks=321,
        ),
    )


def video() -> pb.InputEvidence:
    """A video of two scenes; somebody talks in the second."""
    beach = evidence_pb2.Bilingual(en="Waves on a beach", ko="해변에 파도가 친다")
    dog = evidence_pb2.Bilingual(en="A dog [brown] runs", ko="개가 달린다")
    return pb.InputEvidence(
        kind=pb.INPUT_KIND_VIDEO,
        summary=evidence_pb2.Bilingual(en="A video in 2 scenes.", ko="장면 2개입니다."),
        scenes=[
            captioner_pb.Scene(
                start_seconds=0,
                end_seconds=62,
                captions=[captioner_pb.SceneCaption(sentence=beach)],
            ),
            captioner_pb.Scene(
                start_seconds=62,
                end_seconds=70,
                description=captioner_pb.Description(caption=dog),
            ),
        ],
        scene_meanings=[
            pb.SceneMeaning(moods=[evidence_pb2.MoodScore(mood="dreamy", score=0.7)]),
            pb.SceneMeaning(
                moods=[evidence_pb2.MoodScore(mood="joyful", score=0.7)],
                sound_kind=audio_pb.SOUND_KIND_SPEECH,
            ),
        ],
    )


@dataclass
class ScriptedGateway(rpc.GatewayServiceServicer):
    """Answers what a test says; keeps what it was asked."""

    failure: status_pb2.Status | None = None
    empty: bool = False
    has_groups: bool = True
    first_chunk: threading.Event = field(default_factory=threading.Event)
    built: list[pb.BuildGroupsRequest] = field(default_factory=list)
    waits: bool = False
    ended: threading.Event = field(default_factory=threading.Event)
    pieces: list[pb.RecommendStreamRequest] = field(default_factory=list)
    imported: list[pb.ImportTracksRequest] = field(default_factory=list)
    read: list[pb.ReadMoodsRequest] = field(default_factory=list)
    metadata: dict[str, str] = field(default_factory=dict)

    def _begin(self, context: grpc.ServicerContext) -> None:
        self.metadata = {str(key): str(value) for key, value in context.invocation_metadata()}
        if self.failure is not None:
            context.abort_with_status(rpc_status.to_status(self.failure))

    def Recommend(self, request, context):
        self._begin(context)
        return pb.RecommendResponse(playlist=playlist())

    def RecommendStream(self, request_iterator, context):
        for piece in request_iterator:
            self.pieces.append(piece)
            if piece.HasField("chunk"):
                self.first_chunk.set()
        self._begin(context)
        context.add_callback(self.ended.set)
        yield pb.RecommendStreamResponse(
            progress=pb.Progress(stage="reading", fraction=0.5, input_index=-1)
        )
        if self.waits:
            self.ended.wait(20)
        for at, scene in enumerate(video().scenes):
            news = pb.SceneNews(scene_index=at, scene=scene)
            yield pb.RecommendStreamResponse(scene=news)
        answer = playlist()
        if self.empty:
            del answer.items[:]
            answer.filter_effects.append(
                recommender_pb.FilterEffect(filter="language=xx", alone=0, remaining=0)
            )
        yield pb.RecommendStreamResponse(playlist=answer)

    def FindTracks(self, request, context):
        self._begin(context)
        found = [] if request.query == "nothing" else [song()]
        return pb.FindTracksResponse(
            tracks=[recommender_pb.FoundTrack(track=each, score=1.0) for each in found]
        )

    def SimilarTracks(self, request, context):
        self._begin(context)
        return pb.SimilarTracksResponse(playlist=playlist())

    def ReadMoods(self, request, context):
        self._begin(context)
        self.read.append(request)
        return pb.ReadMoodsResponse(readings=[reading(request) for _ in request.texts])

    def SendFeedback(self, request, context):
        self._begin(context)
        return pb.SendFeedbackResponse()

    def GetStatus(self, request, context):
        self._begin(context)
        return pb.GetStatusResponse(
            version="0.1.0",
            services=[pb.ServiceStatus(name="mood", state="SERVING", address="127.0.0.1:1")],
            catalogue=recommender_pb.GetCatalogueResponse(tracks=2, languages={"ko": 2}),
        )

    def CheckTracks(self, request, context):
        self._begin(context)
        return pb.CheckTracksResponse(unknown_ids=request.track_ids)

    def GetGroups(self, request, context):
        self._begin(context)
        if not self.has_groups:
            return pb.GetGroupsResponse()
        answer = groups()
        if not request.include_points:
            del answer.points[:]
        return pb.GetGroupsResponse(map=answer)

    def BuildGroups(self, request, context):
        self._begin(context)
        self.built.append(request)
        yield pb.BuildGroupsResponse(
            progress=recommender_pb.GroupingProgress(stage="mapping", fraction=0.5)
        )
        yield pb.BuildGroupsResponse(map=groups())

    def ImportTracks(self, request_iterator, context):
        self._begin(context)
        index = 0
        for piece in request_iterator:
            self.imported.append(piece)
            if piece.HasField("draft"):
                refused = piece.draft.track.title == "bad"
                yield pb.ImportTracksResponse(
                    index=index,
                    track_id="" if refused else "id",
                    outcome=pb.IMPORT_OUTCOME_REFUSED if refused else pb.IMPORT_OUTCOME_ADDED,
                    problem="title: may not be bad" if refused else "",
                )
                index += 1


def refusal(field_name: str = "options.limit") -> status_pb2.Status:
    """INVALID_ARGUMENT with all its details."""
    details = []
    for detail in (
        error_details_pb2.ErrorInfo(
            reason="FIELD_INVALID", domain="vts", metadata={"limit": "100"}
        ),
        error_details_pb2.BadRequest(
            field_violations=[
                error_details_pb2.BadRequest.FieldViolation(
                    field=field_name, description="must be 1 to 100"
                )
            ]
        ),
    ):
        packed = any_pb2.Any()
        packed.Pack(detail)
        details.append(packed)
    return status_pb2.Status(
        code=code_pb2.INVALID_ARGUMENT, message="the request is not valid", details=details
    )


@pytest.fixture
def gateway() -> ScriptedGateway:
    return ScriptedGateway()


@pytest.fixture
def address(gateway: ScriptedGateway) -> Iterator[str]:
    server = grpc.server(futures.ThreadPoolExecutor(4))
    rpc.add_GatewayServiceServicer_to_server(gateway, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(None).wait()


@pytest.fixture
def run(
    address: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
):
    """The command against that gateway: exit code, what it printed, what it said beside."""

    def command(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["vts", "--address", address, *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return command
