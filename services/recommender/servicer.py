"""The recommender's gRPC face: messages in, one domain call, messages out."""

# ruff: noqa: ARG002  # gRPC passes a request and a context, needed or not.

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from servicekit.errors import not_found
from servicekit.interception import Context
from servicekit.working import Worker
from services.recommender import checks
from services.recommender.answers import answer_to_pb, summary_to_pb
from services.recommender.cataloguing import Catalogue
from services.recommender.checks import FieldError
from services.recommender.clips import clip_from, hit_to_pb
from services.recommender.domain import Feedback
from services.recommender.failures import told
from services.recommender.grouping import Grouping
from services.recommender.maps import map_to_pb, order_from, progress_to_pb, sound_from
from services.recommender.ports import FeedbackLog
from services.recommender.recommending import Recommender
from services.recommender.songs import digests_from, song_from, track_to_pb, vectors_to_pb
from services.recommender.tracks import StoredTrack
from services.recommender.wishes import feedback_from, limit_from, wish_from
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.recommender.v1 import recommender_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2_grpc as rpc

NAME = "vts.recommender.v1.RecommenderService"
MOST_IDS = 1000
LONGEST_QUERY = 200

UPSERT_BATCH = 512
"""Songs stored and flushed together."""

UPSERT_WINDOWS = 8192
"""Windows from which on fewer songs are: they take 4 MB, and ten times that on their way."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Where blocking work is done: reads several at a time, writes one after the other."""

    reads: Worker
    writes: Worker


class RecommenderServicer(rpc.RecommenderServiceServicer):
    """Checks and translates; what fits is the `Recommender`'s business."""

    def __init__(
        self,
        catalogue: Catalogue,
        recommender: Recommender,
        feedback: FeedbackLog,
        grouping: Grouping,
        workers: Workers,
        *,
        max_upsert_tracks: int,
    ) -> None:
        self._catalogue = catalogue
        self._recommender = recommender
        self._feedback = feedback
        self._grouping = grouping
        self._reads, self._writes = workers.reads, workers.writes
        self._max_upsert_tracks = max_upsert_tracks

    async def Recommend(
        self, request: pb.RecommendRequest, context: Context
    ) -> pb.RecommendResponse:
        """Ranks songs by evidence."""
        with told():
            return await self._reads.run(self._recommended, request)

    async def UpsertTracks(
        self, request_iterator: AsyncIterator[pb.UpsertTracksRequest], context: Context
    ) -> pb.UpsertTracksResponse:
        """Stores songs batch by batch; a batch is on disk before the next is read."""
        response = pb.UpsertTracksResponse()
        batch: list[pb.UpsertTracksRequest] = []
        seen = windows = 0
        with told():
            async for request in request_iterator:
                if seen == self._max_upsert_tracks:
                    limit = f"one call may bring {seen} songs; those are stored"
                    raise FieldError("track", limit)
                batch.append(request)
                seen += 1
                windows += len(request.vectors.windows)
                if len(batch) == UPSERT_BATCH or windows >= UPSERT_WINDOWS:
                    response.MergeFrom(await self._writes.run(self._stored, batch, seen))
                    batch, windows = [], 0
            response.MergeFrom(await self._writes.run(self._stored, batch, seen))
            await self._writes.run(self._catalogue.settle)
        return response

    async def GetTracks(
        self, request: pb.GetTracksRequest, context: Context
    ) -> pb.GetTracksResponse:
        """Gets songs by id, then those with certain sounds."""
        with told():
            least = 0 if request.sound_digests else 1
            ids = checks.song_ids("ids", request.ids, most=MOST_IDS, least=least)
            digests = digests_from(request.sound_digests)
            found, unknown = await self._reads.run(self._catalogue.get, ids)
            if digests:
                alike = await self._reads.run(self._catalogue.with_digests, digests)
                found += [song for song in alike if song.track.id not in ids]
        return pb.GetTracksResponse(
            tracks=[_stored_to_pb(song, request.include_vectors) for song in found],
            unknown_ids=map(str, unknown),
        )

    async def FindWindows(
        self, request: pb.FindWindowsRequest, context: Context
    ) -> pb.FindWindowsResponse:
        """Finds songs of which a stretch sounds like a clip."""
        with told():
            return await self._reads.run(self._found_windows, request)

    async def FindTracks(
        self, request: pb.FindTracksRequest, context: Context
    ) -> pb.FindTracksResponse:
        """Finds songs by name."""
        with told():
            query = checks.text("query", request.query, longest=LONGEST_QUERY, shortest=1)
            limit = limit_from(request.limit)
            found = await self._reads.run(self._catalogue.find, query, limit)
        return pb.FindTracksResponse(
            tracks=[pb.FoundTrack(track=track_to_pb(track), score=s) for track, s in found]
        )

    async def DeleteTracks(
        self, request: pb.DeleteTracksRequest, context: Context
    ) -> pb.DeleteTracksResponse:
        """Deletes songs."""
        with told():
            ids = checks.song_ids("ids", request.ids, most=MOST_IDS, least=1)
            deleted, unknown = await self._writes.run(self._catalogue.delete, ids)
        return pb.DeleteTracksResponse(deleted=deleted, unknown_ids=map(str, unknown))

    async def GetCatalogue(
        self, request: pb.GetCatalogueRequest, context: Context
    ) -> pb.GetCatalogueResponse:
        """Counts what there is."""
        store = self._catalogue.store
        with told():
            summary = await self._reads.run(self._catalogue.summary)
        return summary_to_pb(summary, store.name, store.version)

    async def RecordFeedback(
        self, request: pb.RecordFeedbackRequest, context: Context
    ) -> pb.RecordFeedbackResponse:
        """Keeps feedback on a song that there is."""
        with told():
            feedback = feedback_from(request)
            known = await self._reads.run(self._recorded, feedback)
        if not known:
            error = not_found(
                ErrorReason.ERROR_REASON_TRACK_NOT_FOUND,
                "track_id: no song has this id",
                track_id=feedback.track_id,
            )
            error.fields = {"track_id": "no song has this id"}
            raise error
        return pb.RecordFeedbackResponse()

    async def BuildGroups(
        self, request: pb.BuildGroupsRequest, context: Context
    ) -> AsyncIterator[pb.BuildGroupsResponse]:
        """Divides the songs into groups, which replace those of before at the end."""
        with told():
            async with aclosing(self._grouping.build(order_from(request))) as news:
                async for progress in news:
                    yield progress_to_pb(progress)
        membership = self._catalogue.membership
        yield pb.BuildGroupsResponse(map=map_to_pb(membership, include_points=False))

    async def GetGroups(
        self, request: pb.GetGroupsRequest, context: Context
    ) -> pb.GetGroupsResponse:
        """Gets the groups with the songs they have now."""
        membership = self._catalogue.membership
        points = request.include_points
        found = await self._reads.run(map_to_pb, membership, include_points=points)
        return pb.GetGroupsResponse(map=found)

    async def PredictGroup(
        self, request: pb.PredictGroupRequest, context: Context
    ) -> pb.PredictGroupResponse:
        """Tells to which group a sound belongs."""
        with told():
            sound = sound_from(request, self._catalogue.store.dimensions["audio"])
            scores = await self._reads.run(self._grouping.scores, sound)
        return pb.PredictGroupResponse(
            scores=[pb.GroupScore(group_id=group, score=score) for group, score in scores]
        )

    def _recommended(self, request: pb.RecommendRequest) -> pb.RecommendResponse:
        wish = wish_from(request, self._catalogue.store.dimensions["audio"])
        return answer_to_pb(self._recommender.recommend(wish))

    def _found_windows(self, request: pb.FindWindowsRequest) -> pb.FindWindowsResponse:
        clip = clip_from(request)
        found = self._catalogue.find_windows(clip.embeddings, clip.filters, clip.limit)
        return pb.FindWindowsResponse(hits=[hit_to_pb(song, hit) for song, hit in found])

    def _recorded(self, feedback: Feedback) -> bool:
        found, _ = self._catalogue.get([feedback.track_id])
        if found:
            self._feedback.record(feedback)
        return bool(found)

    def _stored(
        self, batch: Sequence[pb.UpsertTracksRequest], seen: int
    ) -> pb.UpsertTracksResponse:
        """Stores the songs of a batch that are valid; `seen` counts the stream up to its end."""
        songs: list[StoredTrack] = []
        response = pb.UpsertTracksResponse()
        for index, request in enumerate(batch, seen - len(batch)):
            try:
                songs.append(song_from(request, self._catalogue.store.dimensions["audio"]))
            except FieldError as error:
                response.rejections.add(
                    index=index, field=error.field, description=error.description
                )
        if songs:
            self._catalogue.upsert(songs)
        response.stored_ids.extend(str(song.track.id) for song in songs)
        return response


def _stored_to_pb(song: StoredTrack, include_vectors: bool) -> pb.StoredTrack:
    vectors = vectors_to_pb(song.vectors) if include_vectors else None
    return pb.StoredTrack(track=track_to_pb(song.track), vectors=vectors)
