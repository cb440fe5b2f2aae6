"""Watching: what is said of scenes and of the whole, beside events, as it is found."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

import pytest

from servicekit.errors import unavailable
from servicekit.sandbox import Sandbox
from servicekit.working import Worker
from services.captioner import isolation
from services.captioner.backends.fake import FakeCaptioner, FakeFaceFinder
from services.captioner.captioning import Captioning
from services.captioner.domain import (
    Caption,
    Captioner,
    Event,
    EventFinder,
    Events,
    FaceFinder,
    MediaTooLarge,
    Model,
    Note,
    Pixels,
    Progress,
    Scene,
    Sentence,
    Sight,
    UnreadableMedia,
    Video,
)
from services.captioner.videos import VideoLimits
from services.captioner.watching import Watching
from tests.unit.captioner.pictures_made import BLACK, BLUE, RED, WHITE, plain, textured, write_video

LIMITS = VideoLimits(max_seconds=60, max_frame_pixels=400_000, max_scenes=24)
JUMP = Event(1.0, 2.0, Caption(Sentence("A jump.", "도약."), 0.6))


class Writing(FakeCaptioner):
    """Names the strongest colour, so sure; blue pictures are described in two ways."""

    def __init__(self, confidence: float = 0.9) -> None:
        super().__init__()
        self.confidence = confidence
        self.prompts: list[str] = []

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:
        self.prompts.append(prompt)
        sight = await super().look(picture, prompt)
        color = ("red", "green", "blue")[int(picture.mean((0, 1)).argmax())]
        text = f"{prompt} {color} wall stands there.".strip()
        caption = Caption(Sentence(text, text), self.confidence)
        return Sight(sight.tags, sight.affect, (caption,))


class CountingFaces(FakeFaceFinder):
    """Counts how often it was asked."""

    def __init__(self) -> None:
        self.counted = 0

    def count(self, picture: Pixels) -> int:
        self.counted += 1
        return super().count(picture)


class Finder:
    """Finds what it was told to find."""

    def __init__(self, found: Events | Exception) -> None:
        self.found = found
        self.left = False
        self.asked = asyncio.Event()

    @property
    def model(self) -> Model:
        return Model("finder", "1")

    async def find(self, path: Path, demuxer: str) -> Events:
        assert (path.name, demuxer) == ("v.mp4", "mov")
        self.asked.set()
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    async def close(self) -> None:
        self.left = True


class Endless(Finder):
    """Never done; tells when it was given up."""

    async def find(self, path: Path, demuxer: str) -> Events:
        await super().find(path, demuxer)
        try:
            await asyncio.Event().wait()
        finally:
            self.left = True
        raise AssertionError


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    sandbox = Sandbox(isolation.MODULE, name="test")
    yield sandbox
    sandbox.close()


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker("test", max_queue=8, threads=2)
    yield worker
    await worker.close()


def watching(
    sandbox: Sandbox,
    worker: Worker,
    captioner: Captioner | None = None,
    finder: EventFinder | None = None,
    least: float = 0.4,
    faces: FaceFinder | None = None,
) -> Watching:
    captioning = Captioning(
        captioner or Writing(),
        faces or FakeFaceFinder(),
        sandbox,
        worker,
        max_image_pixels=1_000_000,
        least_confidence=least,
    )
    return Watching(captioning, sandbox, worker, LIMITS, finder)


async def seen(watching: Watching, path: Path) -> tuple[list[Progress | Scene | Video], Video]:
    news = [each async for each in watching.describe(path, "mov")]
    assert isinstance(news[-1], Video)
    return news, news[-1]


@pytest.fixture
def two_walls(tmp_path: Path) -> Path:
    return write_video(tmp_path / "v.mp4", [(textured(RED), 3.0), (textured(BLUE), 6.0)])


async def test_scenes_are_told_one_by_one_and_again_in_the_whole(
    sandbox: Sandbox, worker: Worker, two_walls: Path
) -> None:
    news, whole = await seen(watching(sandbox, worker), two_walls)
    scenes = tuple(each for each in news if isinstance(each, Scene))
    assert scenes == whole.scenes
    assert [scene.description.caption.sentence.en for scene in scenes] == [
        "red wall stands there.",
        "blue wall stands there.",
    ]
    assert whole.description.caption.sentence.en == "blue wall stands there."
    assert whole.described_seconds == whole.duration_seconds == pytest.approx(9.0, abs=0.2)
    assert whole.notes == ()


async def test_moments_that_say_the_same_are_told_once(
    sandbox: Sandbox, worker: Worker, tmp_path: Path
) -> None:
    half = plain(RED)
    half[:, 70:] = WHITE
    path = write_video(tmp_path / "v.mp4", [(plain(RED), 6.0), (half, 3.0)])
    _, whole = await seen(watching(sandbox, worker), path)
    (scene,) = whole.scenes
    assert [moment.caption.sentence.en for moment in scene.moments] == ["red wall stands there."]
    assert 0.0 <= scene.moments[0].at <= scene.end


async def test_moments_that_differ_are_told_in_order(
    sandbox: Sandbox, worker: Worker, tmp_path: Path
) -> None:
    mixed = plain((200, 30, 30))
    mixed[:, 48:] = (20, 40, 255)
    path = write_video(tmp_path / "v.mp4", [(plain(RED), 6.0), (mixed, 6.0)])
    captioner = Writing()
    _, whole = await seen(watching(sandbox, worker, captioner), path)
    moments = [moment for scene in whole.scenes for moment in scene.moments]
    assert [moment.caption.sentence.en.split()[0] for moment in moments] == ["red", "blue"]
    assert [moment.at for moment in moments] == sorted(moment.at for moment in moments)


async def test_faces_are_counted_once_a_scene(
    sandbox: Sandbox, worker: Worker, tmp_path: Path
) -> None:
    half = plain(RED)
    half[:, 60:] = WHITE
    path = write_video(tmp_path / "v.mp4", [(plain(RED), 4.0), (half, 4.0)])
    faces, captioner = CountingFaces(), Writing()
    _, whole = await seen(watching(sandbox, worker, captioner, faces=faces), path)
    assert captioner.looked == 2
    assert faces.counted == len(whole.scenes) == 1
    assert whole.scenes[0].description.face_count == 1


async def test_captions_that_are_not_sure_give_way_to_the_facts(
    sandbox: Sandbox, worker: Worker, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "v.mp4", [(textured(WHITE), 2.0)])
    _, whole = await seen(watching(sandbox, worker, Writing(0.39)), path)
    assert whole.description.caption.sentence.en == "Snow in bright light."
    _, whole = await seen(watching(sandbox, worker, Writing(0.4)), path)
    assert "wall" in whole.description.caption.sentence.en


async def test_black_stretches_are_noted_and_not_captioned(
    sandbox: Sandbox, worker: Worker, tmp_path: Path
) -> None:
    path = write_video(tmp_path / "v.mp4", [(plain(BLACK), 4.0), (textured(RED), 4.0)])
    _, whole = await seen(watching(sandbox, worker), path)
    assert whole.notes == (Note.BLACK_FRAMES,)
    assert "red" in whole.description.caption.sentence.en


async def test_events_come_with_the_whole_and_with_what_was_missing(
    sandbox: Sandbox, worker: Worker, two_walls: Path
) -> None:
    finder = Finder(Events((JUMP,), (Note.TRUNCATED, Note.NO_FLOW)))
    _, whole = await seen(watching(sandbox, worker, finder=finder), two_walls)
    assert whole.events == (JUMP,)
    # The file is whole: only the search for events ended early.
    assert whole.notes == (Note.EVENTS_MISSING, Note.NO_FLOW)


@pytest.mark.parametrize(
    "failure",
    [UnreadableMedia("mute"), MediaTooLarge("1 px"), unavailable("it", "away"), RuntimeError("!")],
)
async def test_a_finder_of_events_that_fails_costs_the_events_and_not_the_scenes(
    sandbox: Sandbox, worker: Worker, two_walls: Path, failure: Exception
) -> None:
    finder = Finder(failure)
    _, whole = await seen(watching(sandbox, worker, finder=finder), two_walls)
    assert whole.events == ()
    assert len(whole.scenes) == 2
    assert whole.notes == (Note.EVENTS_MISSING,)


async def test_a_file_that_breaks_off_is_said_to_once(
    sandbox: Sandbox, worker: Worker, tmp_path: Path
) -> None:
    options = {"movflags": "+faststart"}
    path = write_video(tmp_path / "v.mp4", [(textured(RED), 10.0)], options=options)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    finder = Finder(Events((JUMP,), (Note.TRUNCATED, Note.NO_FLOW)))
    _, whole = await seen(watching(sandbox, worker, finder=finder), path)
    assert whole.notes == (Note.TRUNCATED, Note.NO_FLOW)


async def test_a_captioner_that_was_away_for_any_frame_is_told_of_the_whole(
    sandbox: Sandbox, worker: Worker, two_walls: Path
) -> None:
    class AwayAtFirst(Writing):
        async def look(self, picture: Pixels, prompt: str = "") -> Sight:
            first, sight = self.looked == 0, await super().look(picture, prompt)
            return replace(sight, notes=(Note.CAPTIONER_FALLBACK,)) if first else sight

    _, whole = await seen(watching(sandbox, worker, AwayAtFirst()), two_walls)
    assert whole.notes == (Note.CAPTIONER_FALLBACK,)
    assert [scene.description.notes for scene in whole.scenes] == [(Note.CAPTIONER_FALLBACK,), ()]


async def test_the_search_for_events_ends_when_the_caller_leaves(
    sandbox: Sandbox, worker: Worker, two_walls: Path
) -> None:
    finder = Endless(Events(()))
    async with aclosing(
        watching(sandbox, worker, finder=finder).describe(two_walls, "mov")
    ) as news:
        await anext(news)
        await asyncio.wait_for(finder.asked.wait(), 10)
    assert finder.left


async def test_a_file_that_is_no_video_is_refused_across_the_wall(
    sandbox: Sandbox, worker: Worker, tmp_path: Path
) -> None:
    path = tmp_path / "v"
    path.write_bytes(b"\x00\x00\x00\x18ftypisom" + bytes(1000))
    with pytest.raises(UnreadableMedia):
        await seen(watching(sandbox, worker), path)


async def test_a_prompt_reaches_the_captioner(sandbox: Sandbox, worker: Worker) -> None:
    captioner = Writing()
    captioning = Captioning(
        captioner, FakeFaceFinder(), sandbox, worker, max_image_pixels=1_000_000
    )
    description = await captioning.describe(textured(RED), "a photo of a")
    assert captioner.prompts == ["a photo of a"]
    assert description.caption.sentence.en == "a photo of a red wall stands there."
