"""A gateway that answers from the test's own script."""

import threading
from dataclasses import dataclass, field

import grpc
from google.rpc import status_pb2
from grpc_status import rpc_status

from tests.unit.sdk.answers import groups, playlist, reading, song, video
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb


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
