"""A fake recommender behind a real gRPC server."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from servicekit.errors import invalid, not_found
from servicekit.interception import Context
from tests.unit.gateway.fakes import Moody
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.identities import track_id
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import recommender_service_pb2_grpc as recommender_rpc
from vts.recommender.v1 import track_pb2


class FakeRecommender(Moody, recommender_rpc.RecommenderServiceServicer):
    """Keeps songs in a dictionary and likes them all alike."""

    def __init__(self) -> None:
        super().__init__()
        self.songs: dict[str, recommender_pb.StoredTrack] = {}
        self.asked = recommender_pb.RecommendRequest()
        self.feedback: list[recommender_pb.RecordFeedbackRequest] = []
        self.upserts = 0
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
        left = [
            song.track
            for song in self.songs.values()
            if song.track.id not in request.seed_track_ids
        ]
        return recommender_pb.RecommendResponse(
            tracks=[self.scored(track, labels[0]) for track in left[: request.limit or 10]],
            catalogue_size=len(self.songs),
        )

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
        return recommender_pb.GetTracksResponse(
            tracks=[self.songs[each] for each in request.ids if each in self.songs],
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
