"""A fake recommender behind a real gRPC server."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import grpc

from servicekit.errors import ServiceError, invalid, not_found
from servicekit.interception import Context
from tests.unit.gateway.fakes import Moody, affect, moods, unit
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.identities import track_id
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import recommender_service_pb2_grpc as recommender_rpc
from vts.recommender.v1 import track_pb2


def group_map() -> recommender_pb.GroupMap:
    """Two groups and three songs on their map."""
    quiet = recommender_pb.Group(
        id="g1",
        name=evidence_pb2.Bilingual(en="Quiet nights", ko="고요한 밤"),
        tracks=2,
        tracks_by_sound=2,
        moods=moods(calm=0.9),
        affect=affect(0.3, -0.7),
        tags=[evidence_pb2.Keyword(text="night", weight=1, language="en")],
        audio_embedding=unit("quiet", 128),
        x=-0.5,
        y=-0.5,
    )
    lively = recommender_pb.Group(
        id="g2",
        name=evidence_pb2.Bilingual(en="Full of go", ko="신나는 한때"),
        tracks=1,
        tracks_by_sound=1,
        moods=moods(energizing=0.9),
        affect=affect(0.6, 0.7),
        audio_embedding=unit("lively", 128),
        x=0.5,
        y=0.5,
    )
    places = (("Waves", "g1", -0.6, -0.4), ("Tides", "g1", -0.4, -0.6), ("Go", "g2", 0.5, 0.5))
    points = [
        recommender_pb.MapPoint(
            track_id=str(track_id("test", title)),
            title=title,
            artists="Somebody",
            group_id=group,
            x=x,
            y=y,
        )
        for title, group, x, y in places
    ]
    return recommender_pb.GroupMap(groups=[quiet, lively], points=points, built_unix_seconds=1)


class FakeRecommender(Moody, recommender_rpc.RecommenderServiceServicer):
    """Keeps songs in a dictionary and likes them all alike."""

    def __init__(self) -> None:
        super().__init__()
        self.songs: dict[str, recommender_pb.StoredTrack] = {}
        self.asked = recommender_pb.RecommendRequest()
        self.feedback: list[recommender_pb.RecordFeedbackRequest] = []
        self.upserts = 0
        self.hits: list[recommender_pb.WindowHit] = []
        self.windows_asked = recommender_pb.FindWindowsRequest()
        self.window_failure: ServiceError | None = None
        self.map: recommender_pb.GroupMap | None = None
        self.building_failure: ServiceError | None = None
        self.speaks_of: dict[str, str] = {}
        self.components: Sequence[tuple[str, float, float]] = (("mood", 0.9, 0.7),)

    def add(self, title: str, **fields: Any) -> track_pb2.Track:
        """Puts a song into the catalogue."""
        song_id = str(track_id("test", title))
        track = track_pb2.Track(
            id=song_id, source="test", source_id=title, title=title, artists=["Somebody"], **fields
        )
        self.songs[song_id] = recommender_pb.StoredTrack(track=track)
        return track

    async def Recommend(
        self, request: recommender_pb.RecommendRequest, context: Context
    ) -> recommender_pb.RecommendResponse:
        await self.mood()
        if "xx-" in request.filters.languages:
            raise invalid("filters.languages[0]", "must be a BCP 47 code")
        self.asked = request
        labels = [part.label for part in request.evidence] or ["likes"]
        out = {*request.seed_track_ids, *request.excluded_track_ids}
        genres = set(request.filters.genres)
        left = [
            song.track
            for song in self.songs.values()
            if song.track.id not in out and genres <= set(song.track.genres)
        ]
        answer = recommender_pb.RecommendResponse(catalogue_size=len(self.songs))
        if request.filters.HasField("bounds"):
            least = request.filters.bounds.least_arousal
            left = [track for track in left if track.affect.arousal >= least]
            answer.filter_effects.add(
                filter=f"bounds=arousal>={least:g}", alone=len(left), remaining=len(left)
            )
        chosen = left[: request.limit or 10]
        answer.tracks.extend(self.scored(track, labels[0]) for track in chosen)
        return answer

    def scored(self, track: track_pb2.Track, label: str) -> recommender_pb.ScoredTrack:
        return recommender_pb.ScoredTrack(
            track=track,
            score=0.8,
            components=[
                recommender_pb.ComponentScore(
                    component=name,
                    evidence=self.speaks_of.get(name, label),
                    score=score,
                    share=share,
                )
                for name, score, share in self.components
            ],
            matched_tags=[evidence_pb2.Keyword(text="sunset", weight=0.7, language="en")],
            shared_moods=[evidence_pb2.MoodScore(mood="calm", score=0.7)],
        )

    async def UpsertTracks(
        self,
        request_iterator: AsyncIterator[recommender_pb.UpsertTracksRequest],
        context: Context,
    ) -> recommender_pb.UpsertTracksResponse:
        await self.mood()
        response = recommender_pb.UpsertTracksResponse()
        index = 0
        async for request in request_iterator:
            if request.track.year == 1:
                response.rejections.add(
                    index=index, field="track.year", description="must be from 1000"
                )
            else:
                self.upserts += 1
                self.songs[request.track.id] = recommender_pb.StoredTrack(
                    track=request.track, vectors=request.vectors
                )
                response.stored_ids.append(request.track.id)
            index += 1
        return response

    async def GetTracks(
        self, request: recommender_pb.GetTracksRequest, context: Context
    ) -> recommender_pb.GetTracksResponse:
        await self.mood()
        with_sound = [
            song
            for song in self.songs.values()
            if song.track.sound_digest and song.track.sound_digest in request.sound_digests
        ]
        return recommender_pb.GetTracksResponse(
            tracks=[
                *(self.songs[each] for each in request.ids if each in self.songs),
                *with_sound,
            ],
            unknown_ids=[each for each in request.ids if each not in self.songs],
        )

    async def FindTracks(
        self, request: recommender_pb.FindTracksRequest, context: Context
    ) -> recommender_pb.FindTracksResponse:
        await self.mood()
        found = [
            recommender_pb.FoundTrack(track=song.track, score=1)
            for song in self.songs.values()
            if request.query.lower() in song.track.title.lower()
        ]
        return recommender_pb.FindTracksResponse(tracks=found)

    async def FindWindows(
        self, request: recommender_pb.FindWindowsRequest, context: Context
    ) -> recommender_pb.FindWindowsResponse:
        """The hits that were set, and with vectors of the very same value all songs."""
        if self.window_failure:
            raise self.window_failure
        self.windows_asked = request
        wanted = [list(each.values) for each in request.embeddings]
        alike = [
            recommender_pb.WindowHit(track=song.track, score=1.0, start_seconds=[0])
            for song in self.songs.values()
            if any(list(window.values) in wanted for window in song.vectors.windows)
        ]
        return recommender_pb.FindWindowsResponse(hits=[*self.hits, *alike])

    async def GetGroups(
        self, request: recommender_pb.GetGroupsRequest, context: Context
    ) -> recommender_pb.GetGroupsResponse:
        if self.map is None:
            return recommender_pb.GetGroupsResponse()
        told = recommender_pb.GroupMap()
        told.CopyFrom(self.map)
        if not request.include_points:
            told.ClearField("points")
        return recommender_pb.GetGroupsResponse(map=told)

    async def BuildGroups(
        self, request: recommender_pb.BuildGroupsRequest, context: Context
    ) -> AsyncIterator[recommender_pb.BuildGroupsResponse]:
        if self.building_failure:
            raise self.building_failure
        message = evidence_pb2.Bilingual(en="Drawing the map", ko="지도를 그리는 중입니다")
        progress = recommender_pb.GroupingProgress(stage="mapping", fraction=0.5, message=message)
        yield recommender_pb.BuildGroupsResponse(progress=progress)
        self.map = group_map()
        yield recommender_pb.BuildGroupsResponse(map=self.map)

    async def PredictGroup(
        self, request: recommender_pb.PredictGroupRequest, context: Context
    ) -> recommender_pb.PredictGroupResponse:
        if self.map is None:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "there are no groups")
        score = recommender_pb.GroupScore(group_id="g2", score=0.8)
        return recommender_pb.PredictGroupResponse(scores=[score])

    async def GetCatalogue(
        self, request: recommender_pb.GetCatalogueRequest, context: Context
    ) -> recommender_pb.GetCatalogueResponse:
        await self.mood()
        return recommender_pb.GetCatalogueResponse(tracks=len(self.songs))

    async def RecordFeedback(
        self, request: recommender_pb.RecordFeedbackRequest, context: Context
    ) -> recommender_pb.RecordFeedbackResponse:
        await self.mood()
        if request.track_id not in self.songs:
            raise not_found(
                ErrorReason.ERROR_REASON_TRACK_NOT_FOUND, "no such song", track_id=request.track_id
            )
        self.feedback.append(request)
        return recommender_pb.RecordFeedbackResponse()
