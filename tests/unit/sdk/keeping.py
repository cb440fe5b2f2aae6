"""A gateway on loopback that keeps the songs it is sent, and fails when a test says so."""

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field

import grpc

from tests.unit.sdk.scripted import ScriptedGateway
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.gateway.v1 import gateway_service_pb2_grpc as rpc
from vts.identities import track_id

GONE = grpc.StatusCode.UNAVAILABLE


@dataclass
class KeepingGateway(ScriptedGateway):
    """Songs by id with the digest of their sound; `fails` is asked before each verdict."""

    kept: dict[str, tuple[pb.TrackDraft, bytes]] = field(default_factory=dict)
    same_sound: dict[bytes, str] = field(default_factory=dict)
    fails: Callable[[str], grpc.StatusCode | None] = lambda _: None
    checks: bool = True
    sent: Counter[str] = field(default_factory=Counter)
    most_at_a_time: int = 0
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ImportTracks(self, request_iterator, context):
        with self.lock:
            self.under_way += 1
            self.most_at_a_time = max(self.most_at_a_time, self.under_way)
        try:
            for index, (draft, sound) in enumerate(whole(request_iterator)):
                failure = self.fails(draft.track.title)
                if failure is not None:
                    context.abort(failure, "a test wants it so")
                yield self._verdict(index, draft, sound)
        finally:
            with self.lock:
                self.under_way -= 1

    def _verdict(self, index: int, draft: pb.TrackDraft, sound: bytes) -> pb.ImportTracksResponse:
        known_as = str(track_id(draft.track.source, draft.track.source_id))
        self.sent[draft.track.title] += 1
        if sound.startswith(b"bad"):
            return pb.ImportTracksResponse(
                index=index, outcome=pb.IMPORT_OUTCOME_REFUSED, problem="sound: is bad"
            )
        digest = hashlib.sha256(sound).digest() if sound else b""
        tail = sound[-8:]  # two files with the same end are the same sound here
        other = self.same_sound.get(tail)
        if other is not None and other != known_as and draft.skip_duplicates:
            reason = evidence_pb2.Bilingual(en="It sounds the same.", ko="소리가 같습니다.")
            same = pb.Duplicate(
                track_id=other,
                title="the first",
                kind=pb.DUPLICATE_KIND_SAME_SOUND,
                confidence=1,
                reason=reason,
            )
            return pb.ImportTracksResponse(
                index=index, outcome=pb.IMPORT_OUTCOME_DUPLICATE, duplicates=[same]
            )
        outcome = pb.IMPORT_OUTCOME_UPDATED if known_as in self.kept else pb.IMPORT_OUTCOME_ADDED
        self.kept[known_as] = (draft, digest)
        self.same_sound[tail] = known_as
        return pb.ImportTracksResponse(index=index, track_id=known_as, outcome=outcome)

    def CheckTracks(self, request, context):
        if not self.checks:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, "an older gateway")
        unchanged = []
        for at, song in enumerate(request.songs):
            track = song.draft.track
            kept = self.kept.get(str(track_id(track.source, track.source_id)))
            if kept and kept[0].track == track and kept[1] == song.sound_sha256:
                unchanged.append(at)
        unknown = [each for each in request.track_ids if each not in self.kept]
        return pb.CheckTracksResponse(unchanged=unchanged, unknown_ids=unknown)

    def GetStatus(self, request, context):
        return pb.GetStatusResponse(services=[pb.ServiceStatus(name="mood", state="SERVING")])


def whole(pieces) -> Iterator[tuple[pb.TrackDraft, bytes]]:
    """Each draft with all of its sound, once the next begins."""
    current: tuple[pb.TrackDraft, bytes] | None = None
    for piece in pieces:
        if piece.HasField("draft"):
            if current:
                yield current
            current = (piece.draft, b"")
        elif current:
            current = (current[0], current[1] + piece.chunk.data)
    if current:
        yield current


@contextmanager
def serving(gateway: rpc.GatewayServiceServicer, port: int = 0) -> Iterator[str]:
    """The gateway on a port of its own, or on one that was free before."""
    server = grpc.server(futures.ThreadPoolExecutor(8))
    rpc.add_GatewayServiceServicer_to_server(gateway, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        server.stop(None).wait()
