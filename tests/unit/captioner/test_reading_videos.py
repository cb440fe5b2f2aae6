"""Videos: scenes, progress, limits, and what damaged files still give."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.captioner.domain import MediaTooLarge, Progress, UnreadableMedia
from services.captioner.videos import Shot, VideoLimits, VideoReader
from tests.unit.captioner.pictures_made import (
    BLACK,
    BLUE,
    RED,
    WHITE,
    encoded,
    plain,
    textured,
    write_video,
)

LIMITS = VideoLimits(max_seconds=60, max_frame_pixels=100_000, max_scenes=24)


def read(
    path: Path, demuxer: str = "mov", limits: VideoLimits = LIMITS
) -> tuple[VideoReader, list[Progress | Shot]]:
    reader = VideoReader(path, demuxer, limits)
    try:
        return reader, list(iter(reader.advance, None))
    finally:
        reader.close()


def shots(events: list[Progress | Shot]) -> list[Shot]:
    return [event for event in events if isinstance(event, Shot)]


@pytest.fixture
def three_colors(tmp_path: Path) -> Path:
    stretches = [(textured(RED), 2.0), (textured(BLUE), 3.0), (textured(WHITE), 2.0)]
    return write_video(tmp_path / "three.mp4", stretches, sound=True)


def test_every_stretch_that_looks_alike_is_one_scene(three_colors: Path) -> None:
    reader, events = read(three_colors)
    found = shots(events)
    assert [shot.start for shot in found] == pytest.approx([0.0, 2.0, 5.0], abs=0.51)
    assert [shot.end for shot in found] == pytest.approx([2.0, 5.0, 7.0], abs=0.51)
    assert np.abs(found[1].picture.mean((0, 1)) - BLUE).max() < 12
    assert reader.seconds == pytest.approx(7.0, abs=0.3)
    assert reader.has_sound
    assert not reader.truncated


def test_progress_grows_and_scenes_come_while_reading(three_colors: Path) -> None:
    _, events = read(three_colors)
    fractions = [event.fraction for event in events if isinstance(event, Progress)]
    assert fractions == sorted(fractions)
    assert fractions[0] >= 0.0
    assert fractions[-1] <= 1.0
    assert isinstance(events[-1], Shot)
    assert any(isinstance(event, Shot) for event in events[:-1])


@pytest.mark.parametrize(
    ("container", "demuxer", "codec"),
    [
        ("mp4", "mov", "mpeg4"),
        ("mov", "mov", "mpeg4"),
        ("matroska", "matroska", "mpeg4"),
        ("webm", "matroska", "libvpx"),
        ("avi", "avi", "mpeg4"),
    ],
)
def test_every_container_we_name_is_read(
    tmp_path: Path, container: str, demuxer: str, codec: str
) -> None:
    path = write_video(tmp_path / "v", [(textured(RED), 1.0)], container=container, codec=codec)
    reader, events = read(path, demuxer)
    assert len(shots(events)) == 1
    assert not reader.has_sound


def test_there_are_never_more_scenes_than_the_limit(tmp_path: Path) -> None:
    flicker = [(plain(RED if i % 2 else BLUE), 1.0) for i in range(12)]
    path = write_video(tmp_path / "v.mp4", flicker)
    _, events = read(path, limits=VideoLimits(60, 100_000, max_scenes=4))
    found = shots(events)
    assert 1 <= len(found) <= 4
    assert found[0].start == 0.0
    assert all(a.end == b.start for a, b in pairwise(found))
    assert found[-1].end == pytest.approx(12.0, abs=0.3)


def test_the_clearest_frame_stands_for_its_scene(tmp_path: Path) -> None:
    blurred, clear = plain(BLUE), textured(BLUE)
    path = write_video(tmp_path / "v.mp4", [(blurred, 2.0), (clear, 1.0), (blurred, 2.0)])
    _, events = read(path)
    assert shots(events)[0].picture.std() > 5


def test_black_frames_never_stand_for_a_scene_that_has_others(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", [(plain(BLACK), 0.5), (textured((30, 30, 30)), 2.0)])
    _, events = read(path)
    assert shots(events)[0].picture.mean() > 20


def test_a_video_of_one_frame_is_one_scene(tmp_path: Path) -> None:
    _, events = read(write_video(tmp_path / "v.mp4", [(plain(RED), 0.1)]))
    assert len(shots(events)) == 1


def test_a_long_video_is_refused_before_it_is_decoded(three_colors: Path) -> None:
    with pytest.raises(MediaTooLarge) as refusal:
        read(three_colors, limits=VideoLimits(3, 100_000, 24))
    assert refusal.value.limit == "3 seconds"


def test_large_frames_are_refused_before_they_are_decoded(three_colors: Path) -> None:
    with pytest.raises(MediaTooLarge) as refusal:
        read(three_colors, limits=VideoLimits(60, 1000, 24))
    assert refusal.value.limit == "1,000 pixels per frame"
    assert refusal.value.given == "6,144 pixels per frame"


def test_a_length_missing_from_the_header_is_found_while_reading(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v", [(textured(RED), 8.0)], container="matroska")
    data = path.read_bytes()
    at = data.find(b"\x44\x89")  # Matroska's Duration element
    assert at > 0
    path.write_bytes(data[:at] + b"\x44\x89\x88" + bytes(8) + data[at + 11 :])
    with pytest.raises(MediaTooLarge):
        read(path, "matroska", limits=VideoLimits(1, 100_000, 24))


@pytest.mark.parametrize("data", [b"", b"ftyp", b"\x00\x00\x00\x18ftypisom" + bytes(100)])
def test_what_is_no_video_is_unreadable(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "v"
    path.write_bytes(data)
    with pytest.raises(UnreadableMedia):
        read(path)


def test_a_photo_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "v"
    path.write_bytes(encoded(plain(RED), "JPEG"))
    with pytest.raises(UnreadableMedia):
        read(path)


@pytest.mark.parametrize(("container", "demuxer"), [("matroska", "matroska"), ("mp4", "mov")])
def test_a_truncated_video_is_unreadable(tmp_path: Path, container: str, demuxer: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 96, 3), dtype=np.uint8)
    options = {"movflags": "+faststart"} if container == "mp4" else {}
    path = write_video(tmp_path / "v", [(noise, 6.0)], container=container, options=options)
    whole = path.read_bytes()
    read(path, demuxer)
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableMedia):
        read(path, demuxer)


def test_a_video_that_lost_its_index_is_unreadable(three_colors: Path) -> None:
    data = three_colors.read_bytes()
    three_colors.write_bytes(data[: data.find(b"moov") - 4])
    with pytest.raises(UnreadableMedia):
        read(three_colors)


def test_a_playlist_is_not_followed(tmp_path: Path, three_colors: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text(f"#EXTM3U\n#EXTINF:1,\nfile://{three_colors}\n", encoding="utf-8")
    for demuxer in ("mov", "matroska", "avi", "ogg"):
        with pytest.raises(UnreadableMedia):
            read(path, demuxer)
