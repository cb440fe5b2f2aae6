"""The service's gRPC face: messages in, one call of the use case, messages out."""

import logging
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from servicekit import media
from servicekit.errors import ServiceError, invalid, not_found, unavailable
from servicekit.interception import Context
from servicekit.scratch import Scratch, received
from servicekit.working import Worker
from services.audio_features.domain import (
    MAX_SEQUENCE_FRAMES,
    InvalidField,
    MediaTooLarge,
    NoSound,
    StoreError,
    UnknownAnalysis,
    UnreadableMedia,
)
from services.audio_features.extracting import Answer, Extractor, Side
from services.audio_features.matches import (
    candidates_from_pb,
    clip_from_pb,
    found_to_pb,
    limit_from_pb,
)
from services.audio_features.matching import Matcher
from services.audio_features.receiving import Upload
from services.audio_features.responses import (
    alignment_to_pb,
    analysis_to_pb,
    analyzer_to_pb,
    model_to_pb,
    no_sound_to_pb,
)
from vts.audio_features.v1 import audio_features_service_pb2 as pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as rpc
from vts.errors.v1.error_reason_pb2 import ErrorReason

NAME = pb.DESCRIPTOR.services_by_name["AudioFeaturesService"].full_name
"""The full name of the gRPC service, for health checks and reflection."""

MEDIA_FIELD = "chunk"

_log = logging.getLogger(__name__)

_SOUNDS: tuple[media.Kind, ...] = ("audio", "video")


@dataclass(frozen=True, slots=True)
class Workers:
    """Where what blocks runs: analyses and comparisons; and questions to the store, apart.

    So no question to the store waits for an analysis.
    """

    analyses: Worker
    lookups: Worker


class AudioFeaturesServicer(rpc.AudioFeaturesServiceServicer):
    """Checks and translates; what a sound says is the `Extractor`'s business."""

    def __init__(
        self, extractor: Extractor, workers: Workers, scratch: Scratch, max_media_bytes: int
    ) -> None:
        self._extractor = extractor
        self._matcher = Matcher(extractor.known)
        self._workers = workers
        self._scratch = scratch
        self._max_media_bytes = max_media_bytes

    async def AnalyzeAudio(
        self,
        request_iterator: AsyncIterator[pb.AnalyzeAudioRequest],
        context: Context,  # noqa: ARG002 - gRPC's signature
    ) -> pb.AnalyzeAudioResponse:
        """Writes the chunks to a file of bounded size, answers for that, and removes it."""
        analyzer = self._extractor.analyzer
        upload = Upload(request_iterator)
        async with self._scratch.folder() as folder:
            path = folder / "media"
            await received(upload, path, self._max_media_bytes, MEDIA_FIELD, _recognised)
            with told():
                try:
                    answer = await self._answered(path, upload)
                except NoSound:
                    return no_sound_to_pb(model_to_pb(analyzer))
        return analysis_to_pb(answer, model_to_pb(analyzer))

    async def _answered(self, path: Path, upload: Upload) -> Answer:
        """Answers from the store if it can; else analyses, until the caller leaves."""
        wishes = upload.wishes
        kept = await self._workers.lookups.run(self._extractor.kept, upload.content_id, wishes)
        if kept is not None:
            return kept
        left = threading.Event()
        try:
            analyze = self._extractor.analyze_file
            return await self._workers.analyses.run(analyze, path, wishes, left.is_set)
        finally:
            left.set()

    async def GetAnalyzer(
        self,
        request: pb.GetAnalyzerRequest,  # noqa: ARG002 - gRPC's signature
        context: Context,  # noqa: ARG002
    ) -> pb.GetAnalyzerResponse:
        """Counts what is kept."""
        analyzer, store = self._extractor.analyzer, self._extractor.known.store
        with told():
            counts = await self._workers.lookups.run(store.count, analyzer.part_versions)
        return analyzer_to_pb(analyzer, *counts)

    async def CompareAudio(
        self,
        request: pb.CompareAudioRequest,
        context: Context,  # noqa: ARG002 - gRPC's signature
    ) -> pb.CompareAudioResponse:
        """Aligns two sounds off the event loop."""
        first, second = side("first", request.first), side("second", request.second)
        with told():
            alignment = await self._workers.analyses.run(self._extractor.compare, first, second)
        return alignment_to_pb(alignment, with_path=request.include_path)

    async def MatchAudio(
        self,
        request: pb.MatchAudioRequest,
        context: Context,  # noqa: ARG002 - gRPC's signature
    ) -> pb.MatchAudioResponse:
        """Looks for a clip off the event loop, until the caller leaves."""
        left = threading.Event()
        with told():
            clip, candidates = clip_from_pb(request), candidates_from_pb(request)
            sought = clip, candidates, limit_from_pb(request), left.is_set
            try:
                return found_to_pb(await self._workers.analyses.run(self._matcher.match, *sought))
            finally:
                left.set()


def side(name: str, sound: pb.Sound) -> Side:
    """Reads one side of a comparison; raises ServiceError for a malformed one."""
    match sound.WhichOneof("sound"):
        case "analysis_id":
            return sound.analysis_id
        case "sequence":
            return _frames(f"{name}.sequence", sound.sequence)
        case _:
            raise invalid(name, "must be given, by its analysis_id or as a sequence")


def _recognised(head: bytes) -> media.Format:
    """Refuses early what is neither a sound nor a video."""
    return media.recognised(head, MEDIA_FIELD, _SOUNDS)


def _frames(field: str, sequence: pb.Sequence) -> Side:
    width = sequence.dimensions
    if not 0 < width <= 1_024:
        raise invalid(f"{field}.dimensions", "must be 1 to 1024")
    if len(sequence.values) % width or not sequence.values:
        raise invalid(f"{field}.values", f"must hold whole frames of {width} numbers")
    if len(sequence.values) > MAX_SEQUENCE_FRAMES * width:
        raise invalid(field, f"must have at most {MAX_SEQUENCE_FRAMES} frames")
    return np.array(sequence.values, np.float32).reshape(-1, width)


@contextmanager
def told() -> Iterator[None]:
    """Turns what the domain raises into errors that callers are told about in full."""
    try:
        yield
    except MediaTooLarge as error:
        raise media.too_large(MEDIA_FIELD, error.limit, error.given or "") from error
    except UnreadableMedia as error:
        raise media.unreadable(MEDIA_FIELD, str(error)) from error
    except UnknownAnalysis as error:
        raise unknown_analysis(error) from error
    except InvalidField as error:
        raise invalid(error.field_name, error.description) from error
    except StoreError as error:
        _log.error("the store failed: %s", error)
        raise unavailable(
            "store",
            "the store of analyses cannot do this now; its cause is in the service's log",
            reason=ErrorReason.ERROR_REASON_STORE_UNAVAILABLE,
        ) from error


def unknown_analysis(error: UnknownAnalysis) -> ServiceError:
    """Says which side names an analysis that is not kept."""
    return not_found(
        ErrorReason.ERROR_REASON_ANALYSIS_NOT_FOUND,
        f"{error.field_name}: no such analysis is kept; analyse the sound again",
        field=error.field_name,
        analysis_id=error.analysis_id,
    )
