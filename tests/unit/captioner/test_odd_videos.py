"""Videos as phones, cameras and editors make them: codecs, turns, clocks, sizes and light."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from services.captioner.domain import Pixels
from services.captioner.videos.tones import HLG, PQ
from tests.unit.captioner.pictures_made import BLUE, RED, WHITE, plain
from tests.unit.captioner.videos_made import (
    encoded_video,
    ended,
    moving,
    news_of,
    opened,
    shots,
)

QUIET = {"x265-params": "log-level=none:pools=none"}


@pytest.mark.parametrize(
    ("codec", "container", "demuxer", "pix_fmt", "options"),
    [
        ("libx264", "mp4", "mov", "yuv420p", {}),
        ("libx264", "mp4", "mov", "yuv422p10le", {}),
        ("libx265", "mp4", "mov", "yuv420p", QUIET),
        ("libvpx-vp9", "webm", "matroska", "yuv420p", {"deadline": "realtime", "cpu-used": "8"}),
        ("libsvtav1", "mp4", "mov", "yuv420p", {"preset": "12", "svtav1-params": "lp=1"}),
        ("mjpeg", "avi", "avi", "yuvj420p", {}),
        ("prores", "mov", "mov", "yuv422p10le", {}),
    ],
)
def test_every_codec_of_phones_and_cameras_is_read(
    tmp_path: Path,
    codec: str,
    container: str,
    demuxer: str,
    pix_fmt: str,
    options: dict[str, str],
) -> None:
    frames = [plain(RED)] * 50 + [plain(BLUE)] * 50
    path = encoded_video(
        tmp_path / "v", frames, codec=codec, container=container, pix_fmt=pix_fmt, options=options
    )
    found = shots(news_of(path, demuxer))
    assert [shot.start for shot in found] == pytest.approx([0.0, 2.0], abs=0.51)
    for shot, color in zip(found, (RED, BLUE), strict=True):
        assert np.abs(shot.pictures[0].mean((0, 1)) - color).max() < 12


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_turned_phone_video_is_seen_upright(tmp_path: Path, turned: int) -> None:
    upright = plain(WHITE, 64, 96) if turned != 180 else plain(WHITE, 96, 64)
    upright[: upright.shape[0] // 2] = RED
    upright[:, : upright.shape[1] // 4] = BLUE
    lying = np.ascontiguousarray(np.rot90(upright, -turned // 90))
    path = encoded_video(tmp_path / "v", [lying] * 10, turned=turned)
    (seen,) = shots(news_of(path))[0].pictures
    assert seen.shape == upright.shape
    assert np.abs(seen.astype(int) - upright).mean() < 8


def test_times_are_those_of_the_frames_when_the_rate_varies(tmp_path: Path) -> None:
    times = [0, 0.1, 0.2, 0.3, 0.4, 4, 4.1, 4.5, 7, 9]
    path = encoded_video(tmp_path / "v", [plain(RED)] * 5 + [plain(BLUE)] * 5, times=times)
    assert [shot.start for shot in shots(news_of(path))] == pytest.approx([0.0, 4.0])


@pytest.mark.parametrize("begin", [5.0, 20.0])
def test_a_video_whose_clock_starts_late_begins_at_zero(tmp_path: Path, begin: float) -> None:
    frames = [plain(RED)] * 50 + [plain(BLUE)] * 50
    times = [begin + number / 25 for number in range(100)]
    path = encoded_video(tmp_path / "v", frames, times=times, container="matroska")
    news = news_of(path, "matroska")
    assert [shot.start for shot in shots(news)] == pytest.approx([0.0, 2.0], abs=0.51)
    assert opened(news).seconds == pytest.approx(4.0, abs=0.1)
    assert not ended(news).truncated


def test_what_an_edit_list_leaves_out_is_not_shown(tmp_path: Path) -> None:
    frames = [plain(RED)] * 50 + [plain(BLUE)] * 50
    times = [number / 25 - 2.0 for number in range(100)]
    news = news_of(encoded_video(tmp_path / "v", frames, times=times))
    (shot,) = shots(news)
    assert np.abs(shot.pictures[0].mean((0, 1)) - BLUE).max() < 12
    assert ended(news).described_seconds == pytest.approx(2.0, abs=0.1)
    assert not ended(news).truncated


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    path = encoded_video(tmp_path / "v", moving(1), pixel_aspect=Fraction(1, 2))
    assert shots(news_of(path))[0].pictures[0].shape == (64, 48, 3)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (3, 5), (97, 31), (2, 400), (400, 1)])
def test_odd_sizes_are_read(tmp_path: Path, width: int, height: int) -> None:
    path = encoded_video(tmp_path / "v", [plain(RED, width, height)] * 30, pix_fmt="yuv444p")
    (seen,) = shots(news_of(path))[0].pictures
    assert seen.shape == (height, width, 3)
    assert np.abs(seen.mean((0, 1)) - RED).max() < 12


def test_a_video_that_changes_its_size_is_read_on(tmp_path: Path) -> None:
    path = tmp_path / "v.webm"
    with av.open(str(path), "w", format="webm") as output:
        stream: Any = output.add_stream("libvpx", rate=10)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for part, picture in enumerate((plain(RED, 96, 64), plain(BLUE, 48, 160))):
            encoder = av.CodecContext.create("libvpx", "w")
            assert isinstance(encoder, av.VideoCodecContext)
            encoder.height, encoder.width = picture.shape[:2]
            encoder.pix_fmt, encoder.time_base = "yuv420p", Fraction(1, 10)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            for number in range(20):
                frame.pts = part * 20 + number
                for packet in encoder.encode(frame):
                    packet.stream = stream
                    output.mux(packet)
            for packet in encoder.encode(None):
                packet.stream = stream
                output.mux(packet)
    found = shots(news_of(path, "matroska"))
    assert [shot.pictures[0].shape for shot in found] == [(64, 96, 3), (160, 48, 3)]


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_a_picture_with_a_high_dynamic_range_looks_as_it_is_meant(
    tmp_path: Path, transfer: int
) -> None:
    meant = np.zeros((64, 96, 3))
    meant[:, :32], meant[:, 32:64], meant[:, 64:] = 0.2, 0.5, 0.75
    meant[:32] *= (1.0, 0.3, 0.3)
    path = encoded_video(
        tmp_path / "v",
        [deep(meant, transfer)] * 5,
        codec="libx265",
        form="rgb48le",
        pix_fmt="yuv420p10le",
        options=QUIET,
        tags={"color_trc": transfer, "colorspace": 9, "color_primaries": 9},
    )
    (seen,) = shots(news_of(path))[0].pictures
    for row in (16, 48):
        for column in (16, 48, 80):
            assert np.abs(seen[row, column] - 255 * meant[row, column]).max() < 8


def deep(meant: NDArray[np.float64], transfer: int) -> NDArray[np.uint16]:
    """What a camera would have written of a picture that shall look like `meant` in sRGB."""
    linear = np.where(meant <= 0.04045, meant / 12.92, ((meant + 0.055) / 1.055) ** 2.4)
    to_709 = np.array(
        [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
    )
    nits = linear @ np.linalg.inv(to_709).T * 203
    signal = _pq(nits) if transfer == PQ else _hlg(nits)
    return (np.clip(signal, 0, 1) * 65535).round().astype(np.uint16)


def _pq(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    power = (nits / 10_000) ** (2610 / 16384)
    found: NDArray[np.float64] = (3424 / 4096 + 2413 / 128 * power) / (1 + 2392 / 128 * power)
    return found ** (2523 / 32)


def _hlg(nits: NDArray[np.float64]) -> NDArray[np.float64]:
    luma = (nits @ np.array([0.2627, 0.678, 0.0593]) / 1000)[..., None]
    scene = nits / 1000 * np.maximum(luma, 1e-9) ** (-0.2 / 1.2)
    high = 0.17883277 * np.log(np.maximum(12 * scene - 0.28466892, 1e-9)) + 0.55991073
    return np.where(scene <= 1 / 12, np.sqrt(3 * scene), high)


def mirrored(picture: Pixels) -> Pixels:
    return np.ascontiguousarray(picture[:, ::-1])


def test_a_mirrored_video_is_turned_round(tmp_path: Path) -> None:
    half = plain(WHITE)
    half[:, :40] = RED
    path = encoded_video(tmp_path / "v.mov", [mirrored(half)] * 10, container="mov")
    data = bytearray(path.read_bytes())
    at = data.find(b"tkhd") + 4 + 40  # the display matrix: a, b, u, c, d, v, x, y, w
    data[at : at + 4] = (-0x10000).to_bytes(4, "big", signed=True)
    path.write_bytes(bytes(data))
    (seen,) = shots(news_of(path))[0].pictures
    assert np.abs(seen.astype(int) - half).mean() < 8
