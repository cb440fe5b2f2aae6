"""Events found in real files: decoded in the sandbox, seen and heard, proposed and captioned."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from servicekit.errors import ServiceError
from services.captioner.backends import open_event_finder
from services.captioner.backends.bmt import BmtEventFinder
from services.captioner.backends.bmt.decoding import Decoder
from services.captioner.backends.bmt.extraction import Extractor, FlowNetworks
from services.captioner.backends.bmt.flow import quantised
from services.captioner.backends.bmt.i3d import I3d
from services.captioner.backends.bmt.raft import Raft
from services.captioner.backends.bmt.vggish import Vggish
from services.captioner.backends.bmt.weights import Networks
from services.captioner.backends.bmt.windows import windows
from services.captioner.domain import MediaTooLarge, Note, UnreadableMedia
from services.captioner.settings import Settings
from tests.unit.captioner.bmt_made import CROP, WORDS, converted, talkative
from tests.unit.captioner.pictures_made import BLUE, RED, plain, textured, write_video

VIDEOS = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data")) / "video"
LONG_JUMP = VIDEOS / "women_long_jump.mp4"
NOISE = np.random.default_rng(0).integers(0, 255, (128, 136, 3), dtype=np.uint8)

needs_the_clip = pytest.mark.skipif(
    not LONG_JUMP.is_file(), reason="the training data is not beside the checkout"
)


def carry_on() -> None:
    """Nobody leaves."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return converted(tmp_path_factory.mktemp("bmt"))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "v.mp4"
    return write_video(path, [(textured(RED), 3.0), (textured(BLUE), 3.5)], rate=25, sound=True)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    decoder = Decoder(max_pixels=1_000_000)
    yield decoder
    decoder.close()


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    torch.manual_seed(0)
    return Extractor(I3d(3).eval(), Vggish(hidden=8).eval(), None, torch.device("cpu"), crop=CROP)


@pytest.fixture
def networks(folder: Path) -> Networks:
    return talkative(folder)


@pytest.fixture
async def finder(networks: Networks) -> AsyncIterator[BmtEventFinder]:
    finder = BmtEventFinder(networks, max_pixels=1_000_000, max_queue=4)
    yield finder
    await finder.close()


async def test_events_are_found_in_a_file_and_told_in_order(
    finder: BmtEventFinder, clip: Path
) -> None:
    found = await finder.find(clip, "mov")
    assert found.notes == (Note.NO_FLOW,)
    assert found.events
    assert [e.start for e in found.events] == sorted(e.start for e in found.events)
    for event in found.events:
        assert 0.0 <= event.start < event.end <= 6.6
        assert 0.0 <= event.caption.confidence <= 1.0
        said = event.caption.sentence
        assert set(said.en.lower().split()) <= {word.lower() for word in WORDS}
        assert said.en[0] == said.en[0].upper()
        assert said.ko == ""  # made words mean nothing


async def test_the_same_file_is_told_the_same_twice(finder: BmtEventFinder, clip: Path) -> None:
    first, second = await asyncio.gather(finder.find(clip, "mov"), finder.find(clip, "mov"))
    assert first == second


async def test_what_cannot_be_watched_is_refused(finder: BmtEventFinder, tmp_path: Path) -> None:
    (tmp_path / "v").write_bytes(b"no video")
    with pytest.raises(UnreadableMedia):
        await finder.find(tmp_path / "v", "mov")
    big = write_video(tmp_path / "big.mp4", [(plain(RED, 1200, 1000), 0.2)])
    with pytest.raises(MediaTooLarge):
        await finder.find(big, "mov")


async def test_a_file_without_sound_is_watched_all_the_same(
    finder: BmtEventFinder, tmp_path: Path
) -> None:
    silent = write_video(tmp_path / "silent.mp4", [(textured(RED), 1.0)])
    assert (await finder.find(silent, "mov")).notes == (Note.NO_FLOW,)


async def test_a_caller_who_leaves_is_not_worked_for(
    finder: BmtEventFinder, networks: Networks, tmp_path: Path, clip: Path
) -> None:
    long = write_video(tmp_path / "long.mp4", [(textured(RED), 200.0)])
    loop, seen, begun = asyncio.get_running_loop(), list[int](), asyncio.Event()

    def count(*_: object) -> None:
        seen.append(1)
        loop.call_soon_threadsafe(begun.set)

    networks.extractor.rgb.register_forward_hook(count)
    task = asyncio.create_task(finder.find(long, "mov"))
    await asyncio.wait_for(begun.wait(), 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # The one thread is free for the next caller long before all 78 windows are through.
    await asyncio.wait_for(finder.find(clip, "mov"), 60)
    assert len(seen) < 20


async def test_a_closed_finder_finds_nothing(finder: BmtEventFinder, clip: Path) -> None:
    await finder.close()
    with pytest.raises(ServiceError, match="shutting down"):
        await finder.find(clip, "mov")


async def test_the_settings_open_it(folder: Path, tmp_path: Path) -> None:
    opened = open_event_finder(Settings(events="bmt", events_path=folder))
    assert opened is not None
    assert opened.model.name == "bmt"
    assert len(opened.model.version) == 12
    await opened.close()
    with pytest.raises(FileNotFoundError, match="VTS_CAPTIONER_EVENTS_PATH is not set"):
        open_event_finder(Settings(events="bmt"))
    with pytest.raises(FileNotFoundError, match=r"lacks captions\.safetensors, .*convert"):
        open_event_finder(Settings(events="bmt", events_path=tmp_path))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_told_and_not_replaced(folder: Path) -> None:
    with pytest.raises(ValueError, match="no CUDA device"):
        open_event_finder(Settings(events="bmt", events_path=folder, device="cuda"))


def test_a_file_that_breaks_off_is_said_to(
    extractor: Extractor, decoder: Decoder, tmp_path: Path
) -> None:
    options = {"movflags": "+faststart"}
    path = write_video(tmp_path / "v.mp4", [(NOISE, 8.0)], rate=25, options=options)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    watched = extractor.watch(decoder, path, "mov", carry_on)
    assert watched.truncated
    assert 2.0 < watched.features.seconds < 6.0


@torch.inference_mode()
def test_flow_is_seen_by_a_network_of_its_own(extractor: Extractor) -> None:
    torch.manual_seed(0)
    flow = FlowNetworks(Raft(rounds=1).eval(), I3d(2).eval())
    head = flow.raft.update_block.flow_head.conv2
    # Whatever it looks at, it says: 2 pixels to the right and 1 up, from one frame to the next.
    head.weight.zero_()
    assert head.bias is not None
    head.bias.copy_(torch.tensor([2.0, -1.0]) / 8)
    rgb, moved = replace(extractor, flow=flow).row([NOISE] * 17)
    assert rgb.shape == (1024,)
    same = quantised(torch.tensor([2.0, -1.0])).view(1, 2, 1, 1, 1).expand(-1, -1, 16, CROP, CROP)
    torch.testing.assert_close(moved, flow.i3d(same)[0])


def test_a_made_clip_has_the_rows_of_its_length(
    extractor: Extractor, decoder: Decoder, clip: Path
) -> None:
    watched = extractor.watch(decoder, clip, "mov", carry_on)
    assert not watched.truncated
    assert watched.features.rgb.shape == (3, 1024)
    assert watched.features.flow.shape == (3, 1024)
    assert watched.features.audio.shape[1] == 128


@pytest.mark.training_data
@needs_the_clip
def test_windows_of_the_long_jump_are_those_that_the_published_features_were_made_of(
    decoder: Decoder,
) -> None:
    shapes = [np.stack(window).shape for window in windows(decoder.frames(LONG_JUMP, "mov"))]
    assert shapes == [(65, 256, 341, 3)] * 14


@pytest.mark.training_data
@needs_the_clip
def test_features_of_the_long_jump_have_the_published_shapes(
    extractor: Extractor, decoder: Decoder
) -> None:
    watched = extractor.watch(decoder, LONG_JUMP, "mov", carry_on)
    published = {
        name: np.load(LONG_JUMP.with_name(f"women_long_jump_{name}.npy"), allow_pickle=False)
        for name in ("rgb", "flow", "vggish")
    }
    features = watched.features
    made = {"rgb": features.rgb, "flow": features.flow, "vggish": features.audio}
    assert {name: rows.shape for name, rows in made.items()} == {
        name: rows.shape for name, rows in published.items()
    }
    assert published["rgb"].shape == (14, 1024)
    assert published["vggish"].shape == (36, 128)
    assert features.seconds == pytest.approx(35.155, abs=0.01)
    # Like the published ones, both end in a rectifier: no number is below 0.
    assert min(float(rows.min()) for rows in (features.rgb, features.audio)) >= 0.0
