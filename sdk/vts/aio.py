"""The client for asyncio; the same calls as `vts.client`.

Example:
    >>> async def play(path: str) -> None:
    ...     async with AsyncClient() as client:
    ...         playlist = await client.recommend(vts.Media(path))
    ...         print(playlist.title.en)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import Any, Self

import grpc
import grpc.aio

from vts.client import Listener
from vts.connections import DEFAULT_ADDRESS, Connection
from vts.errors import VtsError, from_rpc_error
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc
from vts.inputs import (
    Draft,
    Media,
    SentAsync,
    draft_pieces_as_they_come,
    pieces_as_they_come,
)
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb


@contextmanager
def _translated(sent: SentAsync[Any] | None = None) -> Iterator[None]:
    try:
        yield
    except (grpc.aio.AioRpcError, asyncio.CancelledError) as error:
        if sent is not None and sent.failure is not None:  # gRPC cancels the call for that
            raise sent.failure from None
        if isinstance(error, asyncio.CancelledError):
            raise
        raise from_rpc_error(error) from None


class AsyncClient:
    """Speaks to a gateway from one event loop; close it when done.

    Every call raises `vts.errors.VtsError` or one of its subclasses.
    """

    def __init__(
        self,
        address: str = DEFAULT_ADDRESS,
        *,
        token: str | None = None,
        tls: bool = False,
        root_certificates: bytes | None = None,
        timeout_seconds: float = 600.0,
    ) -> None:
        connection = Connection(address, token, tls, root_certificates)
        self._metadata = grpc.aio.Metadata(*connection.metadata)
        self._timeout_seconds = timeout_seconds
        self._channel = (
            grpc.aio.secure_channel(
                address, grpc.ssl_channel_credentials(root_certificates), connection.options
            )
            if tls
            else grpc.aio.insecure_channel(address, connection.options)
        )
        self._stub: rpc.GatewayServiceAsyncStub = rpc.GatewayServiceStub(self._channel)

    async def recommend(
        self,
        *inputs: Media | pb.Input,
        options: pb.Options | None = None,
        listener: Listener | None = None,
    ) -> pb.Playlist:
        """The playlist for the inputs; `listener` hears progress, scenes and evidence meanwhile.

        What the listener raises ends the call.
        """
        async with aclosing(self.recommend_stream(inputs, options)) as stream:
            async for news in stream:
                if listener is not None:
                    listener(news)
                if news.WhichOneof("news") == "playlist":
                    return news.playlist
        raise VtsError(grpc.StatusCode.INTERNAL, "the gateway sent no playlist")

    async def recommend_stream(
        self, inputs: Sequence[Media | pb.Input], options: pb.Options | None = None
    ) -> AsyncGenerator[pb.RecommendStreamResponse, None]:
        """Progress, scenes, evidence and at last the playlist, as they come."""
        sent = SentAsync(pieces_as_they_come(inputs, options))
        with _translated(sent):
            call = self._stub.RecommendStream(
                sent, timeout=self._timeout_seconds, metadata=self._metadata
            )
            try:
                async for news in call:
                    yield news
            finally:
                call.cancel()  # of a call that has ended, this does nothing

    async def find(self, query: str, *, limit: int = 10) -> Sequence[recommender_pb.FoundTrack]:
        """Songs whose title or artist is like `query`, best first."""
        with _translated():
            response = await self._stub.FindTracks(
                pb.FindTracksRequest(query=query, limit=limit),
                timeout=self._timeout_seconds,
                metadata=self._metadata,
            )
        return response.tracks

    async def read_moods(
        self, texts: Sequence[str], *, language: str = "", taxonomies: Sequence[str] = ()
    ) -> Sequence[mood_pb.Reading]:
        """What each text feels like, without any music.

        Args:
            texts: 1 to 64, in English or Korean.
            language: `en` or `ko`; detected for each text where it is left out.
            taxonomies: Names of `vts.moods.taxonomies.TAXONOMIES` to tell the feeling in too.

        Example:
            >>> client.read_moods(["rain on the window"])[0].reason.en  # doctest: +SKIP
        """
        request = pb.ReadMoodsRequest(texts=texts, language=language, taxonomies=taxonomies)
        with _translated():
            return (
                await self._stub.ReadMoods(
                    request, timeout=self._timeout_seconds, metadata=self._metadata
                )
            ).readings

    async def similar(self, track_id: str, *, options: pb.Options | None = None) -> pb.Playlist:
        """Songs like one of the catalogue."""
        with _translated():
            response = await self._stub.SimilarTracks(
                pb.SimilarTracksRequest(track_id=track_id, options=options),
                timeout=self._timeout_seconds,
                metadata=self._metadata,
            )
        return response.playlist

    async def send_feedback(
        self,
        user_id: str,
        track_id: str,
        kind: recommender_pb.FeedbackKind,
        *,
        playlist_id: str = "",
    ) -> None:
        """Remembers what a listener thought of a song; returns once it is on disk."""
        with _translated():
            await self._stub.SendFeedback(
                pb.SendFeedbackRequest(
                    user_id=user_id, track_id=track_id, kind=kind, playlist_id=playlist_id
                ),
                timeout=self._timeout_seconds,
                metadata=self._metadata,
            )

    async def import_tracks(
        self,
        drafts: Iterable[Draft] | AsyncIterable[Draft],
        *,
        timeout_seconds: float | None = None,
    ) -> AsyncGenerator[pb.ImportTracksResponse, None]:
        """Imports songs; yields a verdict for each, in order, once it is safe on disk."""
        sent = SentAsync(draft_pieces_as_they_come(drafts))
        with _translated(sent):
            call = self._stub.ImportTracks(sent, timeout=timeout_seconds, metadata=self._metadata)
            try:
                async for verdict in call:
                    yield verdict
            finally:
                call.cancel()

    async def check_tracks(self, request: pb.CheckTracksRequest) -> pb.CheckTracksResponse:
        """Which songs an import would leave as they are, so that they need not be sent."""
        with _translated():
            return await self._stub.CheckTracks(
                request, timeout=self._timeout_seconds, metadata=self._metadata
            )

    async def groups(self, *, include_points: bool = False) -> recommender_pb.GroupMap | None:
        """The groups of songs that sound alike, or None if they were never built.

        Args:
            include_points: Whether the places of all songs on the map are wanted too.
        """
        with _translated():
            answer = await self._stub.GetGroups(
                pb.GetGroupsRequest(include_points=include_points),
                timeout=self._timeout_seconds,
                metadata=self._metadata,
            )
        return answer.map if answer.HasField("map") else None

    async def build_groups(
        self, groups: int = 0, *, random_seed: int = 0, timeout_seconds: float | None = None
    ) -> AsyncGenerator[pb.BuildGroupsResponse, None]:
        """Divides the catalogue into groups anew: progress, and at last the groups.

        Args:
            groups: How many, 2 to 50; 0 means 10.
            random_seed: The same seed, songs and versions give the same groups.
            timeout_seconds: How long it may take; without end where it is left out.
        """
        with _translated():
            call = self._stub.BuildGroups(
                pb.BuildGroupsRequest(groups=groups, random_seed=random_seed),
                timeout=timeout_seconds,
                metadata=self._metadata,
            )
            try:
                async for news in call:
                    yield news
            finally:
                call.cancel()

    async def status(self) -> pb.GetStatusResponse:
        """How the services are and what the catalogue holds."""
        with _translated():
            return await self._stub.GetStatus(
                pb.GetStatusRequest(), timeout=self._timeout_seconds, metadata=self._metadata
            )

    async def close(self) -> None:
        """Closes the connection; calls under way fail."""
        await self._channel.close(None)

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes the client."""
        await self.close()
