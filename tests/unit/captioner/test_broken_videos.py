"""Videos that are damaged, break off, claim too much, or are none."""

import struct
from pathlib import Path

import av
import numpy as np
import pytest

from services.captioner.domain import MediaTooLarge, UnreadableMedia
from services.captioner.refusals import PicturelessMedia
from services.captioner.videos import VideoLimits
from tests.unit.captioner.pictures_made import RED, textured, write_video
from tests.unit.captioner.videos_made import (
    LIMITS,
    encoded_video,
    ended,
    moving,
    news_of,
    opened,
    shots,
)

FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}


def cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


@pytest.mark.parametrize(
    ("container", "demuxer", "muxing"),
    [
        ("mp4", "mov", {"movflags": "+faststart"}),
        ("mp4", "mov", FRAGMENTED),
        ("matroska", "matroska", {}),
    ],
)
def test_a_video_that_breaks_off_is_described_as_far_as_it_goes(
    tmp_path: Path, container: str, demuxer: str, muxing: dict[str, str]
) -> None:
    path = encoded_video(
        tmp_path / "v", moving(8), container=container, muxing=muxing, options={"g": "25"}
    )
    whole = ended(news_of(path, demuxer))
    assert not whole.truncated
    news = news_of(cut(path, 0.5), demuxer)
    assert ended(news).truncated
    assert 2.0 < ended(news).described_seconds < 6.0
    assert shots(news)[-1].end == pytest.approx(ended(news).described_seconds, abs=0.1)
    if muxing is not FRAGMENTED:  # which say nowhere how long they were to be
        assert opened(news).seconds == pytest.approx(8.0, abs=0.3)


@pytest.mark.parametrize("share", [1.0, 0.9])
def test_an_encrypted_video_is_called_so_even_if_it_breaks_off(
    tmp_path: Path, share: float
) -> None:
    key = {"encryption_key": "0f" * 16, "encryption_kid": "1e" * 16}
    muxing = {"encryption_scheme": "cenc-aes-ctr", "movflags": "+faststart", **key}
    path = encoded_video(tmp_path / "v.mp4", moving(1), muxing=muxing)
    with pytest.raises(UnreadableMedia, match=r"encrypted \(DRM\)"):
        news_of(cut(path, share))


@pytest.mark.parametrize(
    ("container", "demuxer", "codec"), [("webm", "matroska", "libvpx"), ("avi", "avi", "mpeg4")]
)
def test_other_containers_that_break_off_are_described_too(
    tmp_path: Path, container: str, demuxer: str, codec: str
) -> None:
    path = encoded_video(
        tmp_path / "v", moving(8), container=container, codec=codec, options={"g": "1"}
    )
    assert not ended(news_of(path, demuxer)).truncated
    news = news_of(cut(path, 0.5), demuxer)
    assert ended(news).truncated
    assert 2.0 < ended(news).described_seconds < 6.0


def test_a_video_with_sound_that_breaks_off_says_how_long_it_was_to_be(tmp_path: Path) -> None:
    path = encoded_video(tmp_path / "v", moving(6), container="matroska", sound=True)
    news = news_of(cut(path, 0.5), "matroska")
    assert ended(news).truncated
    assert ended(news).described_seconds < 5.0
    assert opened(news).seconds == pytest.approx(6.0, abs=0.3)


def test_a_video_that_lost_its_index_cannot_be_read_and_that_is_said(tmp_path: Path) -> None:
    path = write_video(tmp_path / "v", [(textured(RED), 3.0)])
    data = path.read_bytes()
    path.write_bytes(data[: data.find(b"moov") + 100])
    with pytest.raises(UnreadableMedia, match="is cut short before what it needs to be read"):
        news_of(path)


def test_a_damaged_stretch_is_left_out_and_noted(tmp_path: Path) -> None:
    path = encoded_video(
        tmp_path / "v", moving(6), muxing={"movflags": "+faststart"}, options={"g": "25"}
    )
    data = bytearray(path.read_bytes())
    start = data.find(b"mdat") + (len(data) - data.find(b"mdat")) // 3
    data[start : start + 3000] = bytes(3000)
    path.write_bytes(bytes(data))
    news = news_of(path)
    assert shots(news)
    assert ended(news).described_seconds == pytest.approx(6.0, abs=0.1)


def test_sound_in_a_video_file_holds_no_pictures(tmp_path: Path) -> None:
    path = tmp_path / "v.mp4"
    with av.open(str(path), "w", format="mp4") as output:
        voice = output.add_stream("aac", rate=22050)
        silence = av.AudioFrame.from_ndarray(
            np.zeros((1, 22050), dtype=np.float32), format="fltp", layout="mono"
        )
        silence.sample_rate = 22050
        output.mux(voice.encode(silence))
        output.mux(voice.encode())
    with pytest.raises(PicturelessMedia, match="holds no pictures"):
        news_of(path)


def test_ten_hours_claimed_in_the_header_are_refused(tmp_path: Path) -> None:
    path = encoded_video(tmp_path / "v", moving(2), container="matroska")
    data = bytearray(path.read_bytes())
    at = data.find(b"\x44\x89\x88")  # Matroska's Duration, a double, in milliseconds
    struct.pack_into(">d", data, at + 3, 10 * 3600 * 1000.0)
    path.write_bytes(bytes(data))
    with pytest.raises(MediaTooLarge) as refusal:
        news_of(path, "matroska")
    assert (refusal.value.limit, refusal.value.given) == ("60 seconds", "36000.0 seconds")


def test_a_length_missing_from_the_header_is_found_while_reading(tmp_path: Path) -> None:
    path = encoded_video(tmp_path / "v", moving(8), container="matroska")
    data = path.read_bytes()
    at = data.find(b"\x44\x89")  # Matroska's Duration element
    assert at > 0
    path.write_bytes(data[:at] + b"\x44\x89\x88" + bytes(8) + data[at + 11 :])
    assert ended(news_of(path, "matroska")).described_seconds == pytest.approx(8.0, abs=0.1)
    with pytest.raises(MediaTooLarge):
        news_of(path, "matroska", limits=VideoLimits(3, 100_000, 24))


def test_time_stamps_far_apart_are_refused(tmp_path: Path) -> None:
    frames = moving(0.4)
    times = [0.0] * 5 + [36_000.0] * 5
    times = [time + number / 25 for number, time in enumerate(times)]
    path = encoded_video(tmp_path / "v", frames, times=times, container="matroska")
    with pytest.raises(MediaTooLarge):
        news_of(path, "matroska")


def test_a_header_with_no_pictures_behind_it_is_unreadable(tmp_path: Path) -> None:
    path = encoded_video(tmp_path / "v", moving(2), container="matroska")
    data = path.read_bytes()
    path.write_bytes(data[: data.find(b"\x1f\x43\xb6\x75")])  # Matroska's first Cluster
    with pytest.raises(UnreadableMedia):
        news_of(path, "matroska")


@pytest.mark.parametrize("demuxer", ["mov", "matroska", "avi", "ogg"])
@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:1,\nfile://{}\n",
        '<?xml version="1.0"?><MPD><Period><BaseURL>file://{}</BaseURL></Period></MPD>',
        "ffconcat version 1.0\nfile '{}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\na={}\n",
    ],
)
def test_a_playlist_is_never_followed(tmp_path: Path, demuxer: str, text: str) -> None:
    real = encoded_video(tmp_path / "real.mp4", moving(1))
    path = tmp_path / "list.mp4"
    path.write_text(text.format(real), encoding="utf-8")
    with pytest.raises(UnreadableMedia):
        news_of(path, demuxer)


def test_a_video_whose_pictures_lie_in_another_file_is_not_followed(tmp_path: Path) -> None:
    real = encoded_video(tmp_path / "real.mov", moving(1), container="mov")
    data = bytearray(real.read_bytes())
    at = data.find(b"url \x00\x00\x00\x01")
    assert at > 0
    data[at + 4 : at + 8] = bytes(4)  # no longer "in this file"
    mdat = data.find(b"mdat")
    (length,) = struct.unpack_from(">I", data, mdat - 4)
    data[mdat + 4 : mdat - 4 + length] = bytes(length - 8)
    path = tmp_path / "v.mov"
    path.write_bytes(bytes(data))
    with pytest.raises(UnreadableMedia):
        news_of(path, limits=LIMITS)
