"""The client for plain Python; `vts.aio` has the same for asyncio.

Example:
    >>> import vts
    >>> with vts.Client() as client:  # doctest: +SKIP
    ...     playlist = client.recommend(vts.Media("photo.jpg"), vts.text("but calmer"))
    ...     for item in playlist.items:
    ...         print(item.track.title, item.reason.en)
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Self

import grpc

from vts.connections import DEFAULT_ADDRESS, Connection
from vts.errors import VtsError, from_rpc_error
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc
from vts.inputs import Draft, Media, Sent, draft_pieces, pieces
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

Listener = Callable[[pb.RecommendStreamResponse], None]


@contextmanager
def _translated(sent: Sent[Any] | None = None) -> Iterator[None]:
    try:
        yield
    except grpc.RpcError as error:
        if sent is not None and sent.failure is not None:
            raise sent.failure from None
        raise from_rpc_error(error) from None


class Client:
    """Speaks to a gateway. Safe to share between threads; close it when done.

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
        self._metadata = connection.metadata
        self._timeout_seconds = timeout_seconds
        self._channel = (
            grpc.secure_channel(
                address, grpc.ssl_channel_credentials(root_certificates), connection.options
            )
            if tls
            else grpc.insecure_channel(address, connection.options)
        )
        self._stub = rpc.GatewayServiceStub(self._channel)

    def recommend(
        self,
        *inputs: Media | pb.Input,
        options: pb.Options | None = None,
        listener: Listener | None = None,
    ) -> pb.Playlist:
        """The playlist for the inputs; `listener` hears progress, scenes and evidence meanwhile.

        Args:
            inputs: 1 to 8, made by `vts.Media`, `vts.text`, `vts.situation` and `vts.track`.
            options: Length, filters, weights; see `vts.gateway.v1.Options`.
            listener: Called in this thread with each piece of news; what it raises ends the call.
        """
        with closing(self.recommend_stream(inputs, options)) as stream:
            for news in stream:
                if listener is not None:
                    listener(news)
                if news.WhichOneof("news") == "playlist":
                    return news.playlist
        raise VtsError(grpc.StatusCode.INTERNAL, "the gateway sent no playlist")

    def recommend_stream(
        self, inputs: Sequence[Media | pb.Input], options: pb.Options | None = None
    ) -> Generator[pb.RecommendStreamResponse, None, None]:
        """Progress, scenes, evidence and at last the playlist, as they come.

        Closing it, or leaving the loop over it for good, ends the call.

        Example:
            >>> for news in client.recommend_stream([vts.Media("vlog.mp4")]):  # doctest: +SKIP
            ...     if news.HasField("scene"):
            ...         scene = news.scene.scene
            ...         print(f"{scene.start_seconds:.0f} s", scene.description.caption.en)
        """
        sent = Sent(pieces(inputs, options))
        with _translated(sent):
            call = self._stub.RecommendStream(
                sent, timeout=self._timeout_seconds, metadata=self._metadata
            )
            try:
                yield from call
            finally:
                # Of a call that has ended, this does nothing.
                call.cancel()  # type: ignore[no-untyped-call]

    def find(self, query: str, *, limit: int = 10) -> Sequence[recommender_pb.FoundTrack]:
        """Songs whose title or artist is like `query`, best first."""
        with _translated():
            return self._stub.FindTracks(
                pb.FindTracksRequest(query=query, limit=limit),
                timeout=self._timeout_seconds,
                metadata=self._metadata,
            ).tracks

    def read_moods(
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
                self._stub.ReadMoods(
                    request, timeout=self._timeout_seconds, metadata=self._metadata
                )
            ).readings

    def similar(self, track_id: str, *, options: pb.Options | None = None) -> pb.Playlist:
        """Songs like one of the catalogue."""
        with _translated():
            return self._stub.SimilarTracks(
                pb.SimilarTracksRequest(track_id=track_id, options=options),
                timeout=self._timeout_seconds,
                metadata=self._metadata,
            ).playlist

    def send_feedback(
        self,
        user_id: str,
        track_id: str,
        kind: recommender_pb.FeedbackKind,
        *,
        playlist_id: str = "",
    ) -> None:
        """Remembers what a listener thought of a song; returns once it is on disk."""
        with _translated():
            self._stub.SendFeedback(
                pb.SendFeedbackRequest(
                    user_id=user_id, track_id=track_id, kind=kind, playlist_id=playlist_id
                ),
                timeout=self._timeout_seconds,
                metadata=self._metadata,
            )

    def import_tracks(
        self, drafts: Iterable[Draft], *, timeout_seconds: float | None = None
    ) -> Iterator[pb.ImportTracksResponse]:
        """Imports songs; yields a verdict for each, in order, once it is safe on disk."""
        sent = Sent(draft_pieces(drafts))
        with _translated(sent):
            yield from self._stub.ImportTracks(
                sent, timeout=timeout_seconds, metadata=self._metadata
            )

    def check_tracks(self, request: pb.CheckTracksRequest) -> pb.CheckTracksResponse:
        """Which songs an import would leave as they are, so that they need not be sent."""
        with _translated():
            return self._stub.CheckTracks(
                request, timeout=self._timeout_seconds, metadata=self._metadata
            )

    def groups(self, *, include_points: bool = False) -> recommender_pb.GroupMap | None:
        """The groups of songs that sound alike, or None if they were never built.

        Args:
            include_points: Whether the places of all songs on the map are wanted too.
        """
        with _translated():
            answer = self._stub.GetGroups(
                pb.GetGroupsRequest(include_points=include_points),
                timeout=self._timeout_seconds,
                metadata=self._metadata,
            )
        return answer.map if answer.HasField("map") else None

    def build_groups(
        self, groups: int = 0, *, random_seed: int = 0, timeout_seconds: float | None = None
    ) -> Generator[pb.BuildGroupsResponse, None, None]:
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
                yield from call
            finally:
                call.cancel()  # type: ignore[no-untyped-call]

    def status(self) -> pb.GetStatusResponse:
        """How the services are and what the catalogue holds."""
        with _translated():
            return self._stub.GetStatus(
                pb.GetStatusRequest(), timeout=self._timeout_seconds, metadata=self._metadata
            )

    def close(self) -> None:
        """Closes the connection; calls under way fail."""
        self._channel.close()

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Closes the client."""
        self.close()
