"""The captioner's gRPC face: messages in, one call of the use case, messages out."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from servicekit import media
from servicekit.errors import ServiceError, invalid
from servicekit.interception import Context
from servicekit.scratch import Scratch, received
from services.captioner.captioning import Captioning
from services.captioner.domain import MediaTooLarge, Progress, Scene, UnreadableMedia, Video
from services.captioner.refusals import PicturelessMedia
from services.captioner.responses import (
    description_to_pb,
    notes_to_pb,
    progress_to_pb,
    scene_to_pb,
    video_to_pb,
)
from services.captioner.videos import DEMUXERS
from services.captioner.watching import Watching
from vts.captioner.v1 import captioner_service_pb2 as pb
from vts.captioner.v1 import captioner_service_pb2_grpc as rpc

NAME = pb.DESCRIPTOR.services_by_name["CaptionerService"].full_name
"""The full name of the gRPC service, for health checks and reflection."""

IMAGE_FIELD, PROMPT_FIELD, VIDEO_FIELD = "image", "prompt", "chunk"

MAX_PROMPT_CHARACTERS = 200
"""Longest beginning of a caption that is taken."""

_PHOTOS: tuple[media.Kind, ...] = ("image",)
_VIDEOS: tuple[media.Kind, ...] = ("video",)


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """The largest files taken, in bytes."""

    max_image_bytes: int
    max_video_bytes: int


class CaptionerServicer(rpc.CaptionerServiceServicer):
    """Checks and translates; what pictures show is the business of the use cases."""

    def __init__(
        self, captioning: Captioning, watching: Watching, limits: MediaLimits, scratch: Scratch
    ) -> None:
        self._captioning = captioning
        self._watching = watching
        self._limits = limits
        self._scratch = scratch

    async def DescribeImage(
        self,
        request: pb.DescribeImageRequest,
        context: Context,  # noqa: ARG002 - gRPC's signature
    ) -> pb.DescribeImageResponse:
        """Describe one photo."""
        image = request.image
        if len(image) > self._limits.max_image_bytes:
            limit = f"{self._limits.max_image_bytes} bytes"
            raise media.too_large(IMAGE_FIELD, limit, f"{len(image)} bytes")
        media.recognised(image[: media.SNIFF_BYTES], IMAGE_FIELD, _PHOTOS)
        try:
            description = await self._captioning.describe_image(image, _prompt(request))
        except (UnreadableMedia, MediaTooLarge) as error:
            raise refusal(IMAGE_FIELD, error) from error
        return pb.DescribeImageResponse(
            description=description_to_pb(description),
            notes=notes_to_pb(description.notes, description),
        )

    async def DescribeVideo(
        self,
        request_iterator: AsyncIterator[pb.DescribeVideoRequest],
        context: Context,  # noqa: ARG002 - gRPC's signature
    ) -> AsyncIterator[pb.DescribeVideoResponse]:
        """Write the chunks to a file of bounded size, describe that, and remove it."""
        chunks = (request.chunk.data async for request in request_iterator)
        async with self._scratch.folder() as folder:
            path = folder / "video"
            try:
                limit = self._limits.max_video_bytes
                demuxer = await received(chunks, path, limit, VIDEO_FIELD, _demuxer)
                async with aclosing(self._watching.describe(path, demuxer)) as described:
                    async for news in described:
                        yield _news(news)
            except (UnreadableMedia, MediaTooLarge) as error:
                raise refusal(VIDEO_FIELD, error) from error


def _prompt(request: pb.DescribeImageRequest) -> str:
    prompt = request.prompt.strip()
    if len(prompt) > MAX_PROMPT_CHARACTERS:
        given, limit = len(prompt), MAX_PROMPT_CHARACTERS
        raise invalid(
            PROMPT_FIELD, f"has {given} characters; at most {limit} are taken", limit=limit
        )
    if not prompt.isprintable():
        raise invalid(PROMPT_FIELD, "must be one line of plain characters")
    return prompt


def _demuxer(head: bytes) -> str:
    return DEMUXERS[media.recognised(head, VIDEO_FIELD, _VIDEOS).name]


def _news(news: Progress | Scene | Video) -> pb.DescribeVideoResponse:
    if isinstance(news, Progress):
        return pb.DescribeVideoResponse(progress=progress_to_pb(news))
    if isinstance(news, Scene):
        return pb.DescribeVideoResponse(scene=scene_to_pb(news))
    return pb.DescribeVideoResponse(video=video_to_pb(news))


def refusal(field: str, error: UnreadableMedia | MediaTooLarge) -> ServiceError:
    """Says why a file was not described, with the limit or the kinds that are read."""
    if isinstance(error, MediaTooLarge):
        return media.too_large(field, error.limit, error.given)
    if isinstance(error, PicturelessMedia):
        return media.pictureless(field, str(error))
    return media.unreadable(field, str(error))
