"""The captioner as its callers meet it: a real server on loopback."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import grpc
import pytest
import pytest_asyncio
from google.rpc import error_details_pb2, status_pb2

from servicekit.errors import unavailable
from servicekit.serving import serving
from services.captioner.assembly import assembled
from services.captioner.backends.fake import FakeCaptioner, FakeFaceFinder
from services.captioner.backends.writing import WritingCaptioner
from services.captioner.domain import Line, Model, Pixels
from services.captioner.settings import Settings
from tests.unit.captioner.pictures_made import (
    BLACK,
    BLUE,
    WHITE,
    encoded,
    plain,
    png_header,
    textured,
    write_video,
)
from vts.captioner.v1 import captioner_service_pb2 as pb
from vts.captioner.v1 import captioner_service_pb2_grpc as rpc
from vts.media.v1 import media_pb2

FTYP = b"\x00\x00\x00\x18ftypisom" + bytes(12)

Stub: TypeAlias = "rpc.CaptionerServiceAsyncStub"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scratch")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stub(scratch: Path) -> AsyncIterator[Stub]:
    settings = Settings(
        port=0,
        metrics_port=0,
        grace_seconds=1,
        max_image_bytes=1_000_000,
        max_video_bytes=200_000,
        max_video_seconds=30,
        scratch_dir=scratch,
    )
    service = assembled(settings, FakeCaptioner(), FakeFaceFinder())
    async with (
        serving(settings, service) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        yield rpc.CaptionerServiceStub(channel)


def refusal(error: grpc.aio.AioRpcError) -> tuple[str, dict[str, str], list[str]]:
    """The reason, its metadata, and the fields to blame."""
    reason, metadata, fields = "", dict[str, str](), list[str]()
    trailing: Any = error.trailing_metadata() or ()
    for key, value in trailing:
        if key == "grpc-status-details-bin":
            for detail in status_pb2.Status.FromString(value).details:
                info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
                if detail.Unpack(info):
                    reason, metadata = info.reason, dict(info.metadata)
                if detail.Unpack(bad):
                    fields = [each.field for each in bad.field_violations]
    return reason, metadata, fields


def left_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def chunks(data: bytes, size: int = 1000) -> Iterator[pb.DescribeVideoRequest]:
    for start in range(0, len(data), size):
        piece = media_pb2.MediaChunk(data=data[start : start + size])
        yield pb.DescribeVideoRequest(chunk=piece)


async def news(stub: Stub, data: bytes) -> list[pb.DescribeVideoResponse]:
    return [message async for message in stub.DescribeVideo(chunks(data))]


async def test_a_photo_is_described_in_every_respect(stub: Stub) -> None:
    answer = await stub.DescribeImage(pb.DescribeImageRequest(image=encoded(plain(WHITE))))
    description = answer.description
    assert description.caption.en == "Snow in bright light."
    assert description.caption.ko == "환한 빛 속에 눈밭이 보입니다."
    assert description.caption_confidence == pytest.approx(1.0)
    assert [(tag.name, tag.korean_name, tag.kind) for tag in description.tags] == [
        ("snow", "눈밭", pb.TAG_KIND_SCENE)
    ]
    assert description.affect.valence == pytest.approx(1.0)
    assert description.dominant_colors[0].name == "white"
    assert description.face_count == 1
    assert description.light.brightness == pytest.approx(1.0, abs=1e-3)
    assert description.model.name == "fake"
    assert not answer.notes


async def test_of_a_photo_of_a_few_pixels_only_colours_are_told(stub: Stub) -> None:
    image = encoded(plain(WHITE, width=200, height=15))
    answer = await stub.DescribeImage(pb.DescribeImageRequest(image=image))
    assert answer.description.caption.en == "Mostly white."
    assert [note.code for note in answer.notes] == ["LITTLE_UNDERSTOOD"]
    assert not answer.description.tags


async def test_a_black_photo_is_called_black_and_nothing_is_guessed(stub: Stub) -> None:
    answer = await stub.DescribeImage(pb.DescribeImageRequest(image=encoded(plain(BLACK))))
    assert [note.code for note in answer.notes] == ["BLACK_FRAMES"]
    assert answer.notes[0].message.en == "There is nothing to see but black."
    assert answer.notes[0].message.ko
    assert not answer.description.tags
    assert answer.description.affect.confidence == 0


async def test_a_captioner_that_is_away_is_told_in_both_languages(tmp_path: Path) -> None:
    class Away:
        model = Model("away", "1")

        async def write(self, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
            raise unavailable("server", f"cannot see {picture.shape} {prompt}")

        async def close(self) -> None:
            """Holds nothing."""

    settings = Settings(port=0, metrics_port=0, grace_seconds=1, scratch_dir=tmp_path)
    service = assembled(settings, WritingCaptioner(FakeCaptioner(), Away()), FakeFaceFinder())
    path = write_video(tmp_path / "v.mp4", [(textured(WHITE), 2.0)])
    async with (
        serving(settings, service) as listener,
        grpc.aio.insecure_channel(f"127.0.0.1:{listener.port}") as channel,
    ):
        stub = rpc.CaptionerServiceStub(channel)
        answer = await stub.DescribeImage(pb.DescribeImageRequest(image=encoded(plain(WHITE))))
        video = (await news(stub, path.read_bytes()))[-1].video
    for notes in (answer.notes, video.notes):
        assert [note.code for note in notes] == ["CAPTIONER_FALLBACK"]
        assert "away" in notes[0].message.en
        assert "모델" in notes[0].message.ko


@pytest.mark.parametrize(
    "image", [b"", b"just a text called .jpg", encoded(plain(BLUE), "JPEG")[:300]]
)
async def test_an_unreadable_photo_is_answered_with_the_kinds_we_read(
    stub: Stub, image: bytes
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.DescribeImage(pb.DescribeImageRequest(image=image))
    reason, metadata, fields = refusal(caught.value)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert (reason, fields) == ("MEDIA_UNREADABLE", ["image"])
    assert "JPEG" in metadata["readable"]


@pytest.mark.parametrize(
    ("image", "limit"),
    [(png_header(9000, 9000), "40,000,000 pixels"), (bytes(1_000_001), "1000000 bytes")],
)
async def test_a_photo_beyond_a_limit_is_answered_with_the_limit(
    stub: Stub, image: bytes, limit: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.DescribeImage(pb.DescribeImageRequest(image=image))
    reason, metadata, _ = refusal(caught.value)
    assert (reason, metadata["limit"]) == ("MEDIA_TOO_LARGE", limit)


async def test_a_beginning_of_the_caption_is_taken_up_to_a_length(stub: Stub) -> None:
    image = encoded(plain(WHITE))
    await stub.DescribeImage(pb.DescribeImageRequest(image=image, prompt="눈" * 200))
    for prompt in ("눈" * 201, "a photo of\x00"):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await stub.DescribeImage(pb.DescribeImageRequest(image=image, prompt=prompt))
        reason, _, fields = refusal(caught.value)
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
        assert (reason, fields) == ("FIELD_INVALID", ["prompt"])


async def test_a_video_is_told_scene_by_scene_and_then_whole(
    stub: Stub, tmp_path: Path, scratch: Path
) -> None:
    stretches = [(textured(BLUE), 2.0), (textured(WHITE), 4.0)]
    path = write_video(tmp_path / "v.mp4", stretches, sound=True)
    messages = await news(stub, path.read_bytes())
    scenes = [m.scene for m in messages if m.WhichOneof("news") == "scene"]
    video = messages[-1].video
    assert messages[-1].WhichOneof("news") == "video"
    assert any(m.WhichOneof("news") == "progress" for m in messages)
    assert len(scenes) == 2
    assert list(video.scenes) == scenes
    assert video.description.caption.en == "Snow in bright light."
    assert video.has_sound
    assert video.duration_seconds == pytest.approx(6.0, abs=0.3)
    assert video.described_seconds == video.duration_seconds
    assert len(video.motion.values) == len(video.brightness.values) == 12
    assert video.motion.step_seconds == video.brightness.step_seconds == 0.5
    assert [caption.sentence.en for caption in scenes[1].captions] == ["Snow in bright light."]
    assert scenes[0].brightness < scenes[1].brightness
    assert not video.notes
    assert not video.events
    assert left_in(scratch) == []


async def test_a_video_that_breaks_off_is_told_as_far_as_it_goes(
    stub: Stub, tmp_path: Path, scratch: Path
) -> None:
    options = {"movflags": "+faststart"}
    path = write_video(tmp_path / "v.mp4", [(textured(WHITE), 10.0)], options=options)
    data = path.read_bytes()
    video = (await news(stub, data[: len(data) * 3 // 4]))[-1].video
    assert [note.code for note in video.notes] == ["TRUNCATED"]
    assert video.notes[0].message.ko
    assert video.duration_seconds == pytest.approx(10.0, abs=0.3)
    assert 1.0 < video.described_seconds < 9.0
    assert video.scenes[-1].end_seconds == pytest.approx(video.described_seconds)
    assert left_in(scratch) == []


async def test_black_frames_are_noted(stub: Stub, tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", [(plain(BLACK), 3.0), (textured(WHITE), 3.0)])
    video = (await news(stub, path.read_bytes()))[-1].video
    assert [note.code for note in video.notes] == ["BLACK_FRAMES"]
    assert video.notes[0].message.en == "Part of it is black."
    assert video.description.caption.en == "Snow in bright light."
    assert not video.has_sound


async def test_a_video_that_is_only_black_is_described_too(stub: Stub, tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", [(plain(BLACK), 2.0)])
    video = (await news(stub, path.read_bytes()))[-1].video
    assert video.description.caption.en == "Mostly black."
    assert [note.code for note in video.notes] == ["BLACK_FRAMES"]
    assert video.notes[0].message.en == "There is nothing to see but black."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "MEDIA_UNREADABLE"),
        (b"no video" * 1000, "MEDIA_UNREADABLE"),
        (b"#EXTM3U\n" * 1000, "MEDIA_UNREADABLE"),
        (FTYP + b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n" * 100, "MEDIA_UNREADABLE"),
        (b'<?xml version="1.0"?><MPD><BaseURL>a.mp4</BaseURL></MPD>', "MEDIA_UNREADABLE"),
        (FTYP + b'<?xml version="1.0"?><MPD></MPD>' * 200, "MEDIA_UNREADABLE"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n", "MEDIA_UNREADABLE"),
        (b"ffconcat version 1.0\nfile '/etc/hostname'\n", "MEDIA_UNREADABLE"),
        (b"\x1aE\xdf\xa3matroska" + b"ffconcat version 1.0\n" * 300, "MEDIA_UNREADABLE"),
        (encoded(plain(BLUE), "JPEG"), "MEDIA_UNREADABLE"),
        (FTYP + bytes(5000), "MEDIA_UNREADABLE"),
        (FTYP + bytes(300_000), "MEDIA_TOO_LARGE"),
    ],
)
async def test_a_bad_video_is_refused_and_leaves_nothing_behind(
    stub: Stub, scratch: Path, data: bytes, reason: str
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await news(stub, data)
    found, _, fields = refusal(caught.value)
    assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert (found, fields) == (reason, ["chunk"])
    assert left_in(scratch) == []


async def test_a_video_given_up_half_way_leaves_nothing_behind(
    stub: Stub, tmp_path: Path, scratch: Path
) -> None:
    path = write_video(tmp_path / "v.mp4", [(textured(BLUE), 10.0)])
    call = stub.DescribeVideo(chunks(path.read_bytes()))
    async for _ in call:
        break
    call.cancel()
    await stub.DescribeImage(pb.DescribeImageRequest(image=encoded(plain(WHITE))))
    for _ in range(500):
        if not left_in(scratch):
            return
        await stub.DescribeImage(pb.DescribeImageRequest(image=encoded(plain(WHITE))))
    pytest.fail("the temporary file is still there")
