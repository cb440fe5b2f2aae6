"""The gateway's gRPC face: messages in, the same use cases as over REST, messages out."""
# ruff: noqa: ARG002  # the signatures are gRPC's

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing

from gateway.arriving import each_in_time, patience
from gateway.browsing import Library
from gateway.grouping import Groups
from gateway.importing import Importer
from gateway.orchestrating import Orchestrator
from gateway.readings import Readings
from gateway.receiving import Receiver, close_all, inline
from gateway.unchanged import Archive
from servicekit.interception import Context
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc

IMPORT_IDLE_SECONDS = 300.0
"""How long an import may send nothing; each holds a place among the requests."""


class GatewayServicer(rpc.GatewayServiceServicer):
    """Checks and translates; what a playlist holds is the `Orchestrator`'s business."""

    def __init__(
        self,
        orchestrator: Orchestrator,
        importer: Importer,
        archive: Archive,
        library: Library,
        groups: Groups,
        readings: Readings,
        max_upload_bytes: int,
        upload_idle_seconds: float,
    ) -> None:
        self._orchestrator = orchestrator
        self._importer = importer
        self._archive = archive
        self._library = library
        self._groups = groups
        self._readings = readings
        self._max_upload_bytes = max_upload_bytes
        self._upload_idle_seconds = upload_idle_seconds

    async def Recommend(
        self, request: pb.RecommendRequest, context: Context
    ) -> pb.RecommendResponse:
        """Answers with the playlist alone."""
        with self._orchestrator.place():
            inputs = await inline(request.inputs, self._max_upload_bytes)
            try:
                playlist = await self._orchestrator.playlist(inputs, request.options)
            finally:
                close_all(inputs)
        return pb.RecommendResponse(playlist=playlist)

    async def RecommendStream(
        self, request_iterator: AsyncIterator[pb.RecommendStreamRequest], context: Context
    ) -> AsyncIterator[pb.RecommendStreamResponse]:
        """Receives the inputs, then tells how the work goes."""
        receiver = Receiver(self._max_upload_bytes)
        with self._orchestrator.place():
            try:
                arriving = each_in_time(
                    request_iterator, lambda: patience(self._upload_idle_seconds)
                )
                async for news in receiver.receive(arriving):
                    yield pb.RecommendStreamResponse(progress=news)
                work = self._orchestrator.recommend(receiver.inputs, receiver.options)
                async with aclosing(work):
                    async for response in work:
                        yield response
            finally:
                receiver.close()

    async def FindTracks(
        self, request: pb.FindTracksRequest, context: Context
    ) -> pb.FindTracksResponse:
        """Finds songs by name."""
        return await self._library.find(request)

    async def SimilarTracks(
        self, request: pb.SimilarTracksRequest, context: Context
    ) -> pb.SimilarTracksResponse:
        """Recommends by a single song."""
        with self._orchestrator.place():
            return pb.SimilarTracksResponse(
                playlist=await self._orchestrator.similar(request.track_id, request.options)
            )

    async def SendFeedback(
        self, request: pb.SendFeedbackRequest, context: Context
    ) -> pb.SendFeedbackResponse:
        """Remembers an opinion."""
        await self._library.send_feedback(request)
        return pb.SendFeedbackResponse()

    async def ImportTracks(
        self, request_iterator: AsyncIterator[pb.ImportTracksRequest], context: Context
    ) -> AsyncIterator[pb.ImportTracksResponse]:
        """Gives a verdict per song."""
        with self._orchestrator.place(is_limited=False):
            arriving = each_in_time(request_iterator, lambda: IMPORT_IDLE_SECONDS)
            async with aclosing(self._importer.run(arriving)) as verdicts:
                async for verdict in verdicts:
                    yield verdict

    async def CheckTracks(
        self, request: pb.CheckTracksRequest, context: Context
    ) -> pb.CheckTracksResponse:
        """Tells which songs need not be sent."""
        return await self._archive.check(request)

    async def GetStatus(
        self, request: pb.GetStatusRequest, context: Context
    ) -> pb.GetStatusResponse:
        """Tells how everything is."""
        return await self._library.status()

    async def GetGroups(
        self, request: pb.GetGroupsRequest, context: Context
    ) -> pb.GetGroupsResponse:
        """Gets the groups."""
        return await self._groups.all(request)

    async def BuildGroups(
        self, request: pb.BuildGroupsRequest, context: Context
    ) -> AsyncIterator[pb.BuildGroupsResponse]:
        """Tells how the work goes."""
        with self._orchestrator.place(is_limited=False):
            async with aclosing(self._groups.build(request)) as work:
                async for news in work:
                    yield news

    async def ReadMoods(
        self, request: pb.ReadMoodsRequest, context: Context
    ) -> pb.ReadMoodsResponse:
        """Reads the mood of texts."""
        with self._orchestrator.place():
            return await self._readings.read(request)
