"""Videos: scenes, progress and limits."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.captioner.domain import MediaTooLarge, UnreadableMedia
from services.captioner.videos import VideoLimits
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
from tests.unit.captioner.videos_made import ended, moving, news_of, opened, progress, shots


@pytest.fixture
def three_colors(tmp_path: Path) -> Path:
    stretches = [(textured(RED), 2.0), (textured(BLUE), 3.0), (textured(WHITE), 2.0)]
    return write_video(tmp_path / "three.mp4", stretches, sound=True)


def test_every_stretch_that_looks_alike_is_one_scene(three_colors: Path) -> None:
    news = news_of(three_colors)
    found = shots(news)
    assert [shot.start for shot in found] == pytest.approx([0.0, 2.0, 5.0], abs=0.51)
    assert [shot.end for shot in found] == pytest.approx([2.0, 5.0, 7.0], abs=0.51)
    assert np.abs(found[1].pictures[0].mean((0, 1)) - BLUE).max() < 12
    assert opened(news).seconds == pytest.approx(7.0, abs=0.3)
    assert opened(news).has_sound
    assert ended(news).described_seconds == pytest.approx(7.0, abs=0.3)
    assert not ended(news).truncated


def test_progress_grows_and_scenes_come_while_reading(three_colors: Path) -> None:
    news = news_of(three_colors)
    fractions = [each.fraction for each in progress(news)]
    assert fractions == sorted(fractions)
    assert 0.0 < fractions[0] < 0.5 < fractions[-1] <= 1.0
    assert news.index(shots(news)[0]) < news.index(progress(news)[-1])


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
    news = news_of(path, demuxer)
    assert len(shots(news)) == 1
    assert not opened(news).has_sound
    assert ended(news).described_seconds == pytest.approx(1.0, abs=0.11)


def test_there_are_never_more_scenes_than_the_limit(tmp_path: Path) -> None:
    flicker = [(plain(RED if i % 2 else BLUE), 1.0) for i in range(12)]
    path = write_video(tmp_path / "v.mp4", flicker)
    found = shots(news_of(path, limits=VideoLimits(60, 100_000, max_scenes=4)))
    assert 2 <= len(found) <= 4
    assert found[0].start == 0.0
    assert all(a.end == b.start for a, b in pairwise(found))
    assert found[-1].end == pytest.approx(12.0, abs=0.3)


def test_the_clearest_frame_stands_for_its_scene(tmp_path: Path) -> None:
    blurred, clear = plain(BLUE), textured(BLUE)
    path = write_video(tmp_path / "v.mp4", [(blurred, 2.0), (clear, 1.0), (blurred, 2.0)])
    shot = shots(news_of(path))[0]
    assert shot.pictures[shot.clearest].std() > 5


def test_a_long_scene_of_several_looks_is_shown_by_up_to_three_frames(tmp_path: Path) -> None:
    half, other = plain(BLUE), plain(BLUE)
    half[:, 60:], other[:, :36] = RED, WHITE
    path = write_video(tmp_path / "v.mp4", [(plain(BLUE), 8.0), (half, 8.0), (other, 8.0)])
    (shot,) = shots(news_of(path, limits=VideoLimits(60, 100_000, max_scenes=1)))
    assert len(shot.pictures) == 3
    assert list(shot.times) == sorted(shot.times)
    assert [picture[5, 5].argmax() for picture in shot.pictures] == [2, 2, 0]
    assert [picture[5, 90].argmax() for picture in shot.pictures] == [2, 0, 2]


def test_a_short_scene_is_shown_by_one_frame(three_colors: Path) -> None:
    assert [len(shot.pictures) for shot in shots(news_of(three_colors))] == [1, 1, 1]


def test_black_frames_never_stand_for_a_scene_that_has_others(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", [(plain(BLACK), 0.5), (textured((30, 30, 30)), 2.0)])
    assert shots(news_of(path))[0].pictures[0].mean() > 20


def test_black_stretches_are_measured(tmp_path: Path) -> None:
    stretches = [(textured(RED), 2.0), (plain(BLACK), 3.0), (textured(RED), 2.0)]
    news = news_of(write_video(tmp_path / "v.mp4", stretches))
    assert ended(news).black_seconds == pytest.approx(3.0, abs=0.6)


def test_brightness_is_told_along_the_video(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", [(plain(BLACK), 3.0), (plain(WHITE), 3.0)])
    news = news_of(path)
    curve = ended(news).brightness
    assert len(curve.values) * curve.step_seconds == pytest.approx(6.0, abs=0.5)
    assert max(curve.values[:5]) < 0.1
    assert min(curve.values[-5:]) > 0.9
    assert [shot.brightness for shot in shots(news)] == pytest.approx([0.0, 1.0], abs=0.15)


def test_what_moves_has_more_motion_than_what_stands_still(tmp_path: Path) -> None:
    still = [(textured(BLUE), 3.0)]
    lively = [(picture, 0.1) for picture in moving(3.0, 10)]
    news = news_of(write_video(tmp_path / "v.mp4", still + lively))
    motion = ended(news).motion
    half = len(motion.values) // 2
    assert max(motion.values[: half - 1]) < 0.05
    assert min(motion.values[half + 1 :]) > 0.1


def test_a_video_of_one_frame_is_one_scene(tmp_path: Path) -> None:
    assert len(shots(news_of(write_video(tmp_path / "v.mp4", [(plain(RED), 0.1)])))) == 1


def test_a_long_video_is_refused_before_it_is_decoded(three_colors: Path) -> None:
    with pytest.raises(MediaTooLarge) as refusal:
        news_of(three_colors, limits=VideoLimits(3, 100_000, 24))
    assert refusal.value.limit == "3 seconds"


def test_large_frames_are_refused_before_they_are_decoded(three_colors: Path) -> None:
    with pytest.raises(MediaTooLarge) as refusal:
        news_of(three_colors, limits=VideoLimits(60, 1000, 24))
    assert refusal.value.limit == "1,000 pixels per frame"
    assert refusal.value.given == "6,144 pixels per frame"


@pytest.mark.parametrize("data", [b"", b"ftyp", b"\x00\x00\x00\x18ftypisom" + bytes(100)])
def test_what_is_no_video_is_unreadable(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "v"
    path.write_bytes(data)
    with pytest.raises(UnreadableMedia):
        news_of(path)


def test_a_photo_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "v"
    path.write_bytes(encoded(plain(RED), "JPEG"))
    with pytest.raises(UnreadableMedia):
        news_of(path)
