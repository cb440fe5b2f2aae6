"""Readings: the mood of texts, for those who want moods and no music."""

from __future__ import annotations

from gateway.clients import Clients
from gateway.failures import Unanswered
from vts.gateway.v1 import gateway_service_pb2 as pb


class Readings:
    """What the mood service says of texts; it knows what may be asked, and names the fields."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients

    async def read(self, request: pb.ReadMoodsRequest) -> pb.ReadMoodsResponse:
        """The mood of each text.

        Raises:
            ServiceError: A field is at fault, or the mood service did not answer.
        """
        try:
            found = await self._clients.read_mood(
                request.texts, request.language, request.taxonomies
            )
        except Unanswered as failure:
            raise failure.error() from failure
        for reading in found:
            reading.ClearField("text_embedding")
        return pb.ReadMoodsResponse(readings=found)
