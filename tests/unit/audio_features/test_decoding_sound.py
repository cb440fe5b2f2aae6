"""Any file that carries sound becomes mono samples at one rate, or a refusal that says why."""

import io

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.audio_features.backends.decoding import Limits, decode
from services.audio_features.domain import (
    SAMPLE_RATE,
    MediaTooLarge,
    NoSound,
    UnreadableMedia,
)
from tests.unit.audio_features.sounds import KINDS, file_of, muxed, tone, variable_mp3

LIMITS = Limits(max_bytes=8 * 2**20, max_seconds=30)
TELLS_ITS_LENGTH = tuple(kind for kind in KINDS if kind != "aac")
FILES = {kind: file_of(kind, tone()) for kind in KINDS}


def pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * SAMPLE_RATE / len(samples))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_the_same_tone(kind: str) -> None:
    samples = decode(FILES[kind], LIMITS)
    assert samples.dtype == np.float32
    assert len(samples) / SAMPLE_RATE == pytest.approx(2.0, abs=0.15)
    assert pitch(samples) == pytest.approx(440, abs=2)
    assert np.sqrt(np.mean(samples**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.08)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_any_rate_and_number_of_channels_is_read(rate: int, channels: int) -> None:
    samples = decode(file_of("wav", tone(rate=rate), rate, channels), LIMITS)
    assert len(samples) == pytest.approx(2 * SAMPLE_RATE, abs=2)
    assert pitch(samples) == pytest.approx(440, abs=1)


def test_channels_are_averaged() -> None:
    stereo = np.stack([tone(), -tone()], axis=1)
    buffer = io.BytesIO()
    soundfile.write(buffer, stereo, 48_000, format="WAV")
    assert np.abs(decode(buffer.getvalue(), LIMITS)).max() < 1e-3


@pytest.mark.parametrize("kind", ["m4a", "webm", "mp4", "mov", "mkv", "avi"])
def test_words_in_an_old_korean_encoding_are_no_reason_to_refuse(kind: str) -> None:
    named = FILES[kind].replace(b"Lavf", "봄날".encode("cp949"))
    assert named != FILES[kind]
    assert np.array_equal(decode(named, LIMITS), decode(FILES[kind], LIMITS))


@pytest.mark.parametrize("kind", TELLS_ITS_LENGTH)
def test_a_length_beyond_the_limit_is_found_before_decoding(kind: str) -> None:
    with pytest.raises(MediaTooLarge) as caught:
        decode(FILES[kind], Limits(max_bytes=8 * 2**20, max_seconds=1))
    assert caught.value.limit == "1 s"
    assert caught.value.given == "2 s"


def test_a_length_that_the_file_does_not_tell_is_found_while_decoding() -> None:
    with pytest.raises(MediaTooLarge) as caught:
        decode(FILES["aac"], Limits(max_bytes=8 * 2**20, max_seconds=1))
    assert caught.value.limit == "1 s"


def test_bytes_beyond_the_limit_are_refused() -> None:
    with pytest.raises(MediaTooLarge) as caught:
        decode(FILES["wav"], Limits(max_bytes=1_000, max_seconds=30))
    assert caught.value.limit == "1000 bytes"


@pytest.mark.parametrize("container", ["mp4", "matroska", "avi"])
def test_a_video_without_sound_is_told_from_a_broken_one(container: str) -> None:
    with pytest.raises(NoSound):
        decode(muxed(container, None, 48_000, video="mpeg4"), LIMITS)


@pytest.mark.parametrize(
    "media",
    [
        b"",
        b"this is a text called song.mp3, and not a song\n" * 50,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\nhttp://127.0.0.1/secret.ts\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"\xff\xd8\xff\xe0" + bytes(500),
        b"RIFF\x24\x00\x00\x00WAVE",
        b"fLaC" + bytes(300),
        b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(300),
        b"OggS" + bytes(200),
        b"\x1aE\xdf\xa3webm" + bytes(200),
        bytes(4) + b"ftypisom" + bytes(300),
    ],
)
def test_what_is_not_sound_is_refused(media: bytes) -> None:
    with pytest.raises(UnreadableMedia):
        decode(media, LIMITS)


@pytest.mark.parametrize("kind", ["wav", "wav-float", "flac", "mp3", "ogg", "opus", "m4a"])
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_sound_file_that_is_cut_short_is_refused(kind: str, share: float) -> None:
    with pytest.raises(UnreadableMedia):
        decode(FILES[kind][: int(len(FILES[kind]) * share)], LIMITS)


def test_a_wav_whose_recorder_left_the_length_open_is_read() -> None:
    whole = FILES["wav"]
    offset = whole.index(b"data") + 4
    streamed = whole[:offset] + b"\xff\xff\xff\xff" + whole[offset + 4 :]
    assert len(decode(streamed, LIMITS)) == pytest.approx(2 * SAMPLE_RATE, abs=200)


def test_an_mp3_without_a_count_of_its_frames_is_read_whole() -> None:
    quiet_then_loud = np.concatenate([np.zeros(5 * 48_000, np.float32), tone(5)])
    media = variable_mp3(quiet_then_loud)
    counted = len(decode(media, LIMITS))
    second_frame = media.index(b"\xff\xfb", 10)
    assert b"Xing" in media[:second_frame]
    uncounted = media[second_frame:]
    assert len(decode(uncounted, LIMITS)) == pytest.approx(counted, abs=0.2 * SAMPLE_RATE)
    with pytest.raises(MediaTooLarge):
        decode(uncounted, Limits(max_bytes=8 * 2**20, max_seconds=8))


def test_a_browser_recording_without_a_length_is_read() -> None:
    recording = muxed("webm", tone(3), 48_000, "libopus", options={"live": "1"})
    assert len(decode(recording, LIMITS)) == pytest.approx(3 * SAMPLE_RATE, abs=0.1 * SAMPLE_RATE)


def test_sound_of_less_than_half_a_second_is_refused() -> None:
    with pytest.raises(UnreadableMedia, match=r"shorter than 0\.5 s"):
        decode(file_of("wav", tone(0.4)), LIMITS)


def test_numbers_that_are_none_are_refused() -> None:
    samples = tone()
    samples[100] = np.nan
    with pytest.raises(UnreadableMedia):
        decode(file_of("wav-float", samples), LIMITS)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=st.sampled_from(["wav", "flac", "mp3", "ogg", "opus", "m4a", "webm", "mp4", "avi"]),
    places=st.lists(st.floats(0, 1), min_size=1, max_size=20),
    value=st.integers(0, 255),
)
def test_damage_gives_finite_samples_or_a_refusal(
    kind: str, places: list[float], value: int
) -> None:
    media = bytearray(FILES[kind])
    for place in places:
        media[int(place * (len(media) - 1))] = value
    try:
        samples = decode(bytes(media), LIMITS)
    except (UnreadableMedia, MediaTooLarge, NoSound):
        return
    assert np.isfinite(samples).all()
    assert len(samples) <= LIMITS.max_seconds * SAMPLE_RATE + SAMPLE_RATE


def test_a_sound_louder_than_any_can_be_is_refused() -> None:
    out = io.BytesIO()
    soundfile.write(out, np.full(44_100, 1e30, np.float32), 22_050, format="WAV", subtype="FLOAT")
    with pytest.raises(UnreadableMedia, match="louder"):
        decode(out.getvalue(), LIMITS)
