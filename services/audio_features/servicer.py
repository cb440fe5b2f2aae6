"""The service's gRPC face: messages in, one call of the use case, messages out."""

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np

from servicekit import media
from servicekit.errors import ServiceError, invalid, not_found
from servicekit.interception import Context
from servicekit.scratch import Scratch, received
from servicekit.working import Worker
from services.audio_features.domain import (
    MAX_SEQUENCE_FRAMES,
    InvalidSequence,
    MediaTooLarge,
    NoSound,
    UnknownAnalysis,
    UnreadableMedia,
)
from services.audio_features.extracting import Extractor, Side
from services.audio_features.responses import alignment_to_pb, analysis_to_pb, no_sound_to_pb
from vts.audio_features.v1 import audio_features_service_pb2 as pb
from vts.audio_features.v1 import audio_features_service_pb2_grpc as rpc
from vts.errors.v1.error_reason_pb2 import ErrorReason

NAME = pb.DESCRIPTOR.services_by_name["AudioFeaturesService"].full_name
"""The full name of the gRPC service, for health checks and reflection."""

MEDIA_FIELD = "chunk"

_SOUNDS: tuple[media.Kind, ...] = ("audio", "video")


class AudioFeaturesServicer(rpc.AudioFeaturesServiceServicer):
    """Checks and translates; what a sound says is the `Extractor`'s business."""

    def __init__(
        self, extractor: Extractor, worker: Worker, scratch: Scratch, max_media_bytes: int
    ) -> None:
        self._extractor = extractor
        self._worker = worker
        self._scratch = scratch
        self._max_media_bytes = max_media_bytes

    async def AnalyzeAudio(
        self,
        request_iterator: AsyncIterator[pb.AnalyzeAudioRequest],
        context: Context,  # noqa: ARG002 - gRPC's signature
    ) -> pb.AnalyzeAudioResponse:
        """Writes the chunks to a file of bounded size, analyses that, and removes it."""
        chunks = (request.chunk.data async for request in request_iterator)
        async with self._scratch.folder() as folder:
            path = folder / "media"
            await received(chunks, path, self._max_media_bytes, MEDIA_FIELD, _recognised)
            return await self._analyzed(path)

    async def _analyzed(self, path: Path) -> pb.AnalyzeAudioResponse:
        model = self._extractor.analyzer
        try:
            analysis = await self._worker.run(self._extractor.analyze_file, path)
        except NoSound:
            return no_sound_to_pb(model.name, model.version)
        except (UnreadableMedia, MediaTooLarge) as error:
            raise refusal(error) from error
        return analysis_to_pb(analysis, model.name, model.version)

    async def CompareAudio(
        self,
        request: pb.CompareAudioRequest,
        context: Context,  # noqa: ARG002 - gRPC's signature
    ) -> pb.CompareAudioResponse:
        """Aligns two sounds off the event loop."""
        first, second = side("first", request.first), side("second", request.second)
        try:
            alignment = await self._worker.run(self._extractor.compare, first, second)
        except UnknownAnalysis as error:
            raise unknown_analysis(error) from error
        except InvalidSequence as error:
            raise invalid(error.field_name, error.description) from error
        return alignment_to_pb(alignment, with_path=request.include_path)


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


def refusal(error: UnreadableMedia | MediaTooLarge) -> ServiceError:
    """Says why a file was not analysed, with the limit or the kinds that are read."""
    if isinstance(error, MediaTooLarge):
        return media.too_large(MEDIA_FIELD, error.limit, error.given or "")
    return media.unreadable(MEDIA_FIELD, str(error))


def unknown_analysis(error: UnknownAnalysis) -> ServiceError:
    """Says which side names an analysis that is not kept."""
    return not_found(
        ErrorReason.ERROR_REASON_ANALYSIS_NOT_FOUND,
        f"{error.field_name}: no such analysis is kept; analyse the sound again",
        field=error.field_name,
        analysis_id=error.analysis_id,
    )
