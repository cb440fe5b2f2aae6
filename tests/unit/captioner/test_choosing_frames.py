"""Long and large videos: which of their frames are decoded, and what they still tell."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from services.captioner.domain import Pixels
from services.captioner.videos.films import Film
from services.captioner.videos.packets import Packets
from services.captioner.videos.sampling import (
    MOST_PIXELS,
    WHOLE_PIXELS,
    cut_between,
    early,
    is_whole,
    worth_decoding,
)
from tests.unit.captioner.pictures_made import BLACK, BLUE, RED, WHITE, plain, textured
from tests.unit.captioner.videos_made import LIMITS, encoded_video, ended, moving, news_of, shots

HUGE = WHOLE_PIXELS + 1


def made(keys: Sequence[int], count: int, sizes: Sequence[int] | None = None) -> Packets:
    """Packets of a video of 25 pictures a second with key pictures at the given places."""
    marked = np.zeros(count, dtype=np.bool_)
    marked[list(keys)] = True
    usual = np.where(marked, 10_000, 500)
    return Packets(
        times=np.arange(count) / 25,
        sizes=np.array(sizes) if sizes else usual,
        keys=marked,
        marks=tuple((place, 1) for place in range(count)),
        zero=0.0,
        seconds=count / 25,
        broken=False,
    )


def test_a_small_video_is_decoded_whole() -> None:
    assert is_whole(made([0], 250), WHOLE_PIXELS)


def test_a_large_video_with_key_frames_is_not_decoded_whole() -> None:
    assert not is_whole(made(range(0, 3000, 250), 3000), HUGE)


def test_a_large_video_without_key_frames_is_decoded_whole_within_bounds() -> None:
    sparse = made([0], 3000)
    assert is_whole(sparse, HUGE)
    assert not is_whole(sparse, MOST_PIXELS + 1)


def test_a_minute_with_a_key_frame_a_second_is_told_by_a_third_of_them() -> None:
    places = worth_decoding(made(range(0, 1500, 25), 1500))
    assert places == list(range(0, 1500, 75))


def test_a_quarter_of_an_hour_is_told_by_at_most_120_evenly_spaced_frames() -> None:
    count = 900 * 25
    places = worth_decoding(made(range(0, count, 25), count))
    assert 100 < len(places) <= 120


def test_key_frames_that_came_before_their_turn_are_looked_at() -> None:
    packets = made([0, 250, 330, 580, 830, 880], 1100)
    assert early(packets) == {330, 880}
    assert worth_decoding(packets) == [0, 250, 330, 580, 830, 880]


def test_a_picture_much_larger_than_its_neighbours_is_a_cut() -> None:
    sizes = [10_000 if place % 100 == 0 else 500 for place in range(200)]
    packets = made([0, 100], 200, sizes)
    assert cut_between(packets, 0, 100) is None
    sizes[60] = 8000
    assert cut_between(made([0, 100], 200, sizes), 0, 100) == pytest.approx(60 / 25)


def long_video(path: Path, group: int, frames: list[Pixels], scenecut: str = "40") -> Path:
    options = {"g": str(group), "keyint_min": "5", "sc_threshold": scenecut, "preset": "ultrafast"}
    return encoded_video(path, frames, options=options)


@pytest.mark.parametrize("group", [25, 100])
@pytest.mark.parametrize("scenecut", ["40", "0"])
def test_cuts_between_key_frames_are_found(tmp_path: Path, group: int, scenecut: str) -> None:
    parts = [(RED, 4.24), (BLUE, 6.4), (WHITE, 5.36)]
    frames = [textured(color) for color, seconds in parts for _ in range(round(25 * seconds))]
    path = long_video(tmp_path / "v.mp4", group, frames, scenecut)
    found = shots(news_of(path, whole_pixels=0))
    assert [shot.start for shot in found] == pytest.approx([0.0, 4.24, 10.64], abs=0.05)
    for shot, (color, _) in zip(found, parts, strict=True):
        assert np.abs(shot.pictures[0].mean((0, 1)) - color).max() < 12


def test_what_encoders_refine_soon_after_a_key_frame_is_no_cut(tmp_path: Path) -> None:
    frames = [textured(color, at > 7) for color in (RED, BLUE, WHITE) for at in range(125)]
    path = long_video(tmp_path / "v.mp4", 125, frames, "0")
    found = shots(news_of(path, whole_pixels=0))
    assert [shot.start for shot in found] == pytest.approx([0.0, 5.0, 10.0], abs=0.05)


def test_a_fade_from_black_is_followed_until_there_is_something_to_see(tmp_path: Path) -> None:
    fade = [(textured(RED) * min(1.0, at / 50)).astype(np.uint8) for at in range(200)]
    path = long_video(tmp_path / "v.mp4", 250, fade, "0")
    shot = shots(news_of(path, whole_pixels=0))[0]
    assert shot.pictures[shot.clearest].mean() > 20


def test_a_black_scene_stays_black(tmp_path: Path) -> None:
    frames = [plain(BLACK)] * 150 + [textured(WHITE)] * 150
    news = news_of(long_video(tmp_path / "v.mp4", 50, frames), whole_pixels=0)
    assert shots(news)[0].pictures[0].max() < 20
    assert ended(news).black_seconds == pytest.approx(6.0, abs=1.0)


def test_motion_between_key_frames_is_told_from_packets(tmp_path: Path) -> None:
    frames = [textured(BLUE)] * 150 + moving(6.0)
    motion = ended(news_of(long_video(tmp_path / "v.mp4", 50, frames), whole_pixels=0)).motion
    half = len(motion.values) // 2
    still, lively = motion.values[1 : half - 1], motion.values[half + 1 :]
    assert np.mean(lively) > 5 * np.mean(still) + 0.02


@pytest.mark.parametrize(
    ("container", "demuxer", "codec"),
    [
        ("mp4", "mov", "libx264"),
        ("matroska", "matroska", "libx264"),
        ("avi", "avi", "mpeg4"),
        ("webm", "matroska", "libvpx"),
    ],
)
def test_every_key_frame_can_be_had_in_any_order(
    tmp_path: Path, container: str, demuxer: str, codec: str
) -> None:
    frames = [plain((10 * (at // 25), 100, 200)) for at in range(200)]
    options = {"g": "25"} | ({"deadline": "realtime"} if codec == "libvpx" else {})
    path = encoded_video(tmp_path / "v", frames, codec=codec, container=container, options=options)
    with path.open("rb") as file:
        film = Film(file, demuxer, LIMITS)
        keys = [int(key) for key in film.packets.key_order()]
        assert len(keys) >= 8
        for place in (keys[-1], keys[0], keys[4], keys[3], keys[-2]):
            frame = film.key(place)
            assert frame is not None
            assert film.seconds_of(frame) == pytest.approx(film.packets.times[place], abs=0.01)
            red = float(frame.to_ndarray(format="rgb24")[..., 0].mean())
            assert red == pytest.approx(10 * (film.packets.times[place] // 1.0), abs=8)
        film.close()


@pytest.mark.parametrize(
    "options", [{"g": "100"}, {"g": "400", "intra-refresh": "1", "sc_threshold": "0"}]
)
def test_a_video_that_calls_every_frame_a_key_frame_is_read(
    tmp_path: Path, options: dict[str, str]
) -> None:
    frames = [textured(color) for color in (RED, BLUE, WHITE) for _ in range(125)]
    path = encoded_video(tmp_path / "v.mp4", frames, options=options | {"preset": "ultrafast"})
    data = path.read_bytes()
    assert data.count(b"stss") == 1  # which lists the key frames
    path.write_bytes(data.replace(b"stss", b"skip"))
    news = news_of(path, whole_pixels=0)
    assert [shot.start for shot in shots(news)] == pytest.approx([0.0, 5.0, 10.0], abs=0.05)
    assert not ended(news).truncated
