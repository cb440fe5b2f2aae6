"""What the sandbox gives the finder of events: 25 frames a second and sound at 16 kHz."""

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from servicekit.sandbox import Refused
from services.captioner import streams
from tests.unit.captioner.pictures_made import BLUE, RED, plain, textured, write_video


def frames(path: Path, demuxer: str = "mov", **limits: float) -> list[NDArray[np.uint8]]:
    arguments = {"max_seconds": 60.0, "max_pixels": 10_000_000} | limits
    with path.open("rb") as file:
        told = list(streams.frames(file, demuxer=demuxer, **arguments))  # type: ignore[arg-type]
    return [arrays[0] for _, arrays in told]


def heard(path: Path, max_seconds: float = 60.0) -> NDArray[np.float32]:
    with path.open("rb") as file:
        told = list(streams.sound(file, demuxer="mov", max_seconds=max_seconds))
    return np.concatenate([np.zeros(0, np.float32), *(arrays[0] for _, arrays in told)])


def write_tone(path: Path, hertz: float, seconds: float, rate: int = 44_100) -> Path:
    """A stereo tone, louder on the left."""
    times = np.arange(round(rate * seconds)) / rate
    tone = np.sin(2 * np.pi * hertz * times).astype(np.float32)
    with av.open(str(path), "w", format="mov") as output:
        stream = output.add_stream("pcm_s16le", rate=rate, layout="stereo")
        samples = (np.stack([0.6 * tone, 0.2 * tone]) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T.reshape(1, -1)), format="s16", layout="stereo"
        )
        frame.sample_rate = rate
        output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


@pytest.mark.parametrize("rate", [10, 24, 25, 30, 50])
def test_any_rate_becomes_25_frames_a_second(tmp_path: Path, rate: int) -> None:
    stretches = [(textured(RED), 2.0), (textured(BLUE), 1.0)]
    found = frames(write_video(tmp_path / "v.mp4", stretches, rate=rate))
    assert len(found) == pytest.approx(75, abs=1)
    reddish = [float(frame[..., 0].mean()) > 100 for frame in found]
    assert sum(reddish) == pytest.approx(50, abs=1)
    assert reddish == sorted(reddish, reverse=True)


@pytest.mark.parametrize(
    ("width", "height", "shape"),
    [
        (96, 64, (256, 384, 3)),
        (64, 96, (384, 256, 3)),
        (640, 480, (256, 341, 3)),
        (960, 96, (256, 1024, 3)),
    ],
)
def test_the_short_side_is_256_pixels(
    tmp_path: Path, width: int, height: int, shape: tuple[int, ...]
) -> None:
    path = write_video(tmp_path / "v.mp4", [(plain(RED, width, height), 0.2)])
    assert frames(path)[0].shape == shape


def test_no_more_is_decoded_than_is_asked_for(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", [(textured(RED), 4.0)], sound=True)
    assert len(frames(path, max_seconds=1.0)) == 25
    assert len(heard(path, max_seconds=0.01)) == 160


def test_large_frames_are_refused(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", [(textured(RED), 0.2)])
    with pytest.raises(Refused) as refusal:
        frames(path, max_pixels=1000)
    assert refusal.value.facts["limit"] == "1,000 pixels per frame"


def test_what_is_no_video_is_refused_and_a_playlist_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "v"
    for data in (b"", b"nothing", f"#EXTM3U\n#EXTINF:1,\nfile://{tmp_path}/v.mp4\n".encode()):
        path.write_bytes(data)
        with pytest.raises(Refused):
            frames(path)


def test_a_file_that_breaks_off_is_seen_as_far_as_it_goes(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 96, 3), dtype=np.uint8)
    path = write_video(tmp_path / "v.mkv", [(noise, 6.0)], container="matroska")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 9 // 10])
    assert 60 < len(frames(path, "matroska")) < 150


def test_sound_is_mono_at_16_khz(tmp_path: Path) -> None:
    samples = heard(write_tone(tmp_path / "t.mov", 440.0, 2.0))
    assert len(samples) == pytest.approx(32_000, abs=40)
    spectrum = np.abs(np.fft.rfft(samples[:16_000]))
    assert int(spectrum.argmax()) == 440
    assert np.abs(samples[2000:-2000]).max() == pytest.approx(0.4, abs=0.01)


def test_a_file_says_how_long_it_lasts(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v.mp4", [(textured(RED), 3.0)])
    with path.open("rb") as file:
        ((told, arrays),) = streams.header(file, demuxer="mov")
    assert told["seconds"] == pytest.approx(3.0, abs=0.1)
    assert arrays == ()
    assert len(heard(path)) == 0
