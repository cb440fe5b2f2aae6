"""An upload as it comes in: what is wanted, the bytes, and the id that they will have."""

from collections.abc import AsyncIterator

from servicekit.errors import invalid
from services.audio_features.domain import content_digest
from services.audio_features.extracting import Wishes
from vts.audio_features.v1 import audio_features_service_pb2 as pb

MAX_FRAMES = 32
"""Most features that are told frame by frame at a time."""


class Upload(AsyncIterator[bytes]):
    """Iterates over the chunks of one call.

    After a refusal it can still be read on: a client that is cut off while it sends may not learn
    why.
    """

    def __init__(self, requests: AsyncIterator[pb.AnalyzeAudioRequest]) -> None:
        self._requests = aiter(requests)
        self._digest = content_digest()
        self._begun = self._refused = False
        self.wishes = Wishes()

    async def __anext__(self) -> bytes:
        """The next chunk; raises ServiceError, once, for options that cannot be met."""
        request = await anext(self._requests)
        if request.HasField("options") and not self._refused:
            try:
                self._read_options(request.options)
            except BaseException:
                self._refused = True
                raise
        self._begun = True
        data = request.chunk.data
        self._digest.update(data)
        return data

    @property
    def content_id(self) -> str:
        """The id of what has come so far."""
        return self._digest.hexdigest()

    def _read_options(self, options: pb.AnalysisOptions) -> None:
        if self._begun:
            raise invalid("options", "must come with the first message")
        self.wishes = Wishes(options.keep, frames_of(options))


def frames_of(options: pb.AnalysisOptions) -> tuple[str, ...]:
    """The features asked for, each once; raises ServiceError for too many."""
    if len(options.frames) > MAX_FRAMES:
        raise invalid(
            "options.frames", f"must name at most {MAX_FRAMES} features", limit=MAX_FRAMES
        )
    return tuple(dict.fromkeys(options.frames))
