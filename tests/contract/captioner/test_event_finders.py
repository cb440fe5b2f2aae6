"""What every finder of events does, whichever model is behind it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from servicekit.errors import ServiceError
from services.captioner.backends.bmt import BmtEventFinder
from services.captioner.backends.fake import FakeEventFinder
from services.captioner.domain import EventFinder, MediaTooLarge, UnreadableMedia
from tests.unit.captioner.bmt_made import converted, talkative
from tests.unit.captioner.pictures_made import BLUE, RED, plain, textured, write_video

MAX_PIXELS = 100_000
SECONDS = 6.0

# Each takes a folder of converted weights.
MAKERS: dict[str, Callable[[Path], EventFinder]] = {
    "fake": lambda _: FakeEventFinder(MAX_PIXELS),
    "bmt": lambda folder: BmtEventFinder(talkative(folder), max_pixels=MAX_PIXELS, max_queue=4),
}


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return converted(tmp_path_factory.mktemp("bmt"))


@pytest.fixture(params=MAKERS)
async def finder(request: pytest.FixtureRequest, weights: Path) -> AsyncIterator[EventFinder]:
    made = MAKERS[request.param](weights)
    yield made
    await made.close()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "v.mp4"
    walls = [(textured(RED), SECONDS / 2), (textured(BLUE), SECONDS / 2)]
    return write_video(path, walls, rate=25, sound=True)


async def test_events_are_stretches_of_the_file_in_order_of_time(
    finder: EventFinder, clip: Path
) -> None:
    events = (await finder.find(clip, "mov")).events
    assert events
    assert [event.start for event in events] == sorted(event.start for event in events)
    # A finder that listens may hear the last frame of sound, which outlasts the pictures.
    assert all(0.0 <= event.start < event.end <= SECONDS + 0.1 for event in events)


async def test_every_event_has_an_english_sentence_and_a_confidence_in_range(
    finder: EventFinder, clip: Path
) -> None:
    for event in (await finder.find(clip, "mov")).events:
        assert event.caption.sentence.en.strip()
        assert 0.0 <= event.caption.confidence <= 1.0


async def test_korean_is_korean_or_empty(finder: EventFinder, clip: Path) -> None:
    for event in (await finder.find(clip, "mov")).events:
        korean = event.caption.sentence.ko
        assert not korean or any("가" <= letter <= "힣" for letter in korean)


async def test_a_file_that_two_ask_about_is_told_the_same_to_both(
    finder: EventFinder, clip: Path
) -> None:
    first, second = await asyncio.gather(finder.find(clip, "mov"), finder.find(clip, "mov"))
    assert first == second


async def test_what_is_no_video_is_refused(finder: EventFinder, tmp_path: Path) -> None:
    path = tmp_path / "v"
    for data in (b"", b"no video", b"\x00\x00\x00\x18ftypisom" + bytes(1000)):
        path.write_bytes(data)
        with pytest.raises(UnreadableMedia):
            await finder.find(path, "mov")


async def test_frames_that_are_too_large_are_refused_with_the_limit(
    finder: EventFinder, tmp_path: Path
) -> None:
    big = write_video(tmp_path / "big.mp4", [(plain(RED, 400, 300), 0.4)])
    with pytest.raises(MediaTooLarge) as caught:
        await finder.find(big, "mov")
    assert "pixels" in caught.value.limit


async def test_a_finder_names_itself(finder: EventFinder) -> None:
    assert finder.model.name
    assert finder.model.version


async def test_a_closed_finder_finds_nothing(finder: EventFinder, clip: Path) -> None:
    await finder.close()
    with pytest.raises(ServiceError, match=r"closed|shutting down"):
        await finder.find(clip, "mov")
