from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

SAMPLES = Path(__file__).parents[3] / "samples"
PHOTOS = sorted(SAMPLES.glob("*.jpg"))


def test_the_readme_attributes_every_sample() -> None:
    readme = (SAMPLES / "README.md").read_text(encoding="utf-8")
    made = {path.name for path in SAMPLES.iterdir() if path.is_file() and path.suffix != ".py"}
    assert {name for name in made - {"README.md"} if f"| `{name}` |" not in readme} == set()
    rows = [line for line in readme.splitlines() if line.startswith("| `")]
    assert all("CC0-1.0" in row or "public domain" in row for row in rows)


@pytest.mark.parametrize("path", PHOTOS, ids=lambda path: path.name)
def test_a_photo_is_small_and_readable(path: Path) -> None:
    assert path.stat().st_size <= 200_000
    with Image.open(path) as image:
        assert max(image.size) <= 640
        assert np.asarray(image).std() > 10


def test_there_are_at_least_four_photos() -> None:
    assert {"coffee.jpg", "chelsea.jpg", "rocket.jpg", "astronaut.jpg"} <= {p.name for p in PHOTOS}


def test_the_clip_is_ten_seconds_of_music() -> None:
    assert (SAMPLES / "clip.ogg").stat().st_size <= 150_000
    with av.open(str(SAMPLES / "clip.ogg")) as clip:
        assert [stream.type for stream in clip.streams] == ["audio"]
        rate = clip.streams.audio[0].rate
        sound = np.concatenate([frame.to_ndarray() for frame in clip.decode(audio=0)], axis=1)
    assert sound.shape[1] / rate == pytest.approx(10, abs=0.1)
    assert 0.02 < sound.std() < 0.5


def test_the_vlog_has_pictures_that_change_and_sound() -> None:
    assert (SAMPLES / "vlog.mp4").stat().st_size <= 800_000
    with av.open(str(SAMPLES / "vlog.mp4")) as vlog:
        assert {stream.type for stream in vlog.streams} == {"audio", "video"}
        assert vlog.duration is not None
        assert vlog.duration / av.time_base == pytest.approx(12, abs=0.2)
        video = vlog.streams.video[0]
        means = [frame.to_ndarray(format="rgb24").mean() for frame in vlog.decode(video)]
    assert len(means) == 288
    assert np.ptp(means) > 40
