"""A fake captioner behind a real gRPC server."""

import asyncio
from collections.abc import AsyncIterator

from servicekit.interception import Context
from servicekit.media import pictureless, unreadable
from tests.unit.gateway.fakes import MODEL, Moody, affect
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.captioner.v1 import captioner_service_pb2_grpc as captioner_rpc
from vts.evidence.v1 import evidence_pb2

RUNNING_DOG = captioner_pb.Description(
    tags=[captioner_pb.Tag(name="dog", korean_name="개", score=0.8)],
    affect=affect(0.7, 0.8, 0.6),
    model=MODEL,
)


def scene(
    start: float, end: float, en: str, ko: str, description: captioner_pb.Description
) -> captioner_pb.Scene:
    """A scene with one caption."""
    caption = captioner_pb.SceneCaption(
        at_seconds=start, sentence=evidence_pb2.Bilingual(en=en, ko=ko), confidence=0.5
    )
    return captioner_pb.Scene(
        start_seconds=start,
        end_seconds=end,
        description=description,
        captions=[caption],
        motion=0.4,
        brightness=0.6,
    )


def many_scenes() -> list[captioner_pb.Scene]:
    """Scenes with more sentences than can be read at a time: 200 long ones, 10 short ones."""
    lengths = [("Long", 2.0)] * 200
    lengths[5:5] = [("Short", 1.0)] * 10
    return [
        scene(10 * at, 10 * at + seconds, f"{name} scene {at}", "", RUNNING_DOG)
        for at, (name, seconds) in enumerate(lengths)
    ]


class FakeCaptioner(Moody, captioner_rpc.CaptionerServiceServicer):
    """Sees a beach in everything; in a video a dog too, once it `may_go_on`."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = b""
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.description = captioner_pb.Description(
            caption=evidence_pb2.Bilingual(en="Waves on a beach", ko="해변에 파도가 친다"),
            caption_confidence=0.9,
            tags=[
                captioner_pb.Tag(
                    name="beach",
                    korean_name="해변",
                    score=0.9,
                    kind=captioner_pb.TAG_KIND_SCENE,
                ),
                captioner_pb.Tag(
                    name="sunset",
                    korean_name="노을",
                    score=0.7,
                    kind=captioner_pb.TAG_KIND_ATTRIBUTE,
                ),
            ],
            affect=affect(0.5, -0.7, 0.6),
            model=MODEL,
        )
        self.events: list[captioner_pb.VideoEvent] = []
        self.scenes = [
            scene(0, 3, "Waves on a beach", "해변에 파도가 친다", self.description),
            scene(3, 4, "A dog runs on grass", "개가 잔디 위를 달린다", RUNNING_DOG),
        ]

    async def DescribeImage(
        self, request: captioner_pb.DescribeImageRequest, context: Context
    ) -> captioner_pb.DescribeImageResponse:
        await self.mood()
        self.seen = request.image
        if b"CORRUPT" in request.image:
            raise unreadable("image", "is corrupt")
        return captioner_pb.DescribeImageResponse(description=self.description)

    async def DescribeVideo(
        self,
        request_iterator: AsyncIterator[captioner_pb.DescribeVideoRequest],
        context: Context,
    ) -> AsyncIterator[captioner_pb.DescribeVideoResponse]:
        await self.mood()
        self.seen = b"".join([piece.chunk.data async for piece in request_iterator])
        if b"NO PICTURES" in self.seen:
            raise pictureless("chunk", "has no pictures")
        if b"BROKEN PICTURES" in self.seen:
            raise unreadable("chunk", "is corrupt")
        for count, scene in enumerate(self.scenes, 1):
            progress = captioner_pb.VideoProgress(fraction=count / len(self.scenes))
            yield captioner_pb.DescribeVideoResponse(progress=progress)
            yield captioner_pb.DescribeVideoResponse(scene=scene)
            await self.may_go_on.wait()
        yield captioner_pb.DescribeVideoResponse(video=self.video())

    def video(self) -> captioner_pb.VideoDescription:
        described = 2.5 if b"CUT" in self.seen else 4.0
        cut = evidence_pb2.Bilingual(en="It was cut off.", ko="잘렸습니다.")
        notes = [evidence_pb2.Note(code="TRUNCATED", message=cut)] if described < 4 else []
        return captioner_pb.VideoDescription(
            description=self.description,
            scenes=self.scenes,
            duration_seconds=4,
            described_seconds=described,
            has_sound=True,
            motion=evidence_pb2.Curve(values=[0.1, 0.1, 0.8, 0.8], step_seconds=1),
            brightness=evidence_pb2.Curve(values=[0.7, 0.7, 0.4, 0.4], step_seconds=1),
            notes=notes,
            events=self.events,
        )
