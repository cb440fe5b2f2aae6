"""Sound is decoded in a process of its own, from the file, and comes back as it would be here."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from servicekit import sandbox
from servicekit.errors import ServiceError
from servicekit.sandbox import Sandbox
from services.audio_features.backends.decoding import MODULE, Decoder, Limits, decode
from services.audio_features.domain import (
    SAMPLE_RATE,
    MediaTooLarge,
    NoSound,
    UnreadableMedia,
)
from tests.unit.audio_features.sounds import KINDS, file_of, muxed, tone

LIMITS = Limits(max_bytes=8 * 2**20, max_seconds=30)
FILES = {kind: file_of(kind, tone(6)) for kind in KINDS}


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    made = Decoder(Sandbox(MODULE, name="test"), LIMITS)
    yield made
    made.close()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_there_as_it_is_read_here(
    decoder: Decoder, kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "sound"
    path.write_bytes(FILES[kind])
    with path.open("rb") as file:
        sound = decoder.decode(file)
    assert np.array_equal(sound.recording.samples(), decode(FILES[kind], LIMITS))
    assert not sound.is_cut_short


@pytest.mark.parametrize("kind", ["webm", "mkv", "avi", "fragments"])
def test_of_a_video_that_is_cut_off_there_is_what_came(decoder: Decoder, kind: str) -> None:
    whole = FILES.get(kind) or muxed(
        "mp4", tone(6), 48_000, video="mpeg4", options={"movflags": "frag_keyframe+empty_moov"}
    )
    sound = decoder.decode(whole[: len(whole) * 6 // 10])
    assert sound.is_cut_short
    assert 2 < len(sound.recording.samples()) / SAMPLE_RATE < 5


def test_an_index_in_front_is_enough_for_what_came(decoder: Decoder) -> None:
    whole = muxed("mp4", tone(6), 48_000, video="mpeg4", options={"movflags": "faststart"})
    sound = decoder.decode(whole[: len(whole) * 6 // 10])
    assert sound.is_cut_short
    assert 2 < len(sound.recording.samples()) / SAMPLE_RATE < 5


def test_without_its_index_a_video_cannot_be_read(decoder: Decoder) -> None:
    with pytest.raises(UnreadableMedia):
        decoder.decode(FILES["mp4"][: len(FILES["mp4"]) * 6 // 10])


def test_what_was_refused_there_is_refused_here(decoder: Decoder) -> None:
    with pytest.raises(UnreadableMedia, match=r"ends before|cut short|damaged"):
        decoder.decode(FILES["flac"][:9000])
    with pytest.raises(NoSound):
        decoder.decode(muxed("mp4", None, 48_000, video="mpeg4"))
    with pytest.raises(MediaTooLarge) as caught:
        decoder.decode(file_of("flac", tone(31)))
    assert (caught.value.limit, caught.value.given) == ("30 s", "31 s")


def test_a_decoder_that_breaks_its_limits_is_that_file_s_failure() -> None:
    poor = Decoder(Sandbox(MODULE, sandbox.Limits(output_bytes=2**16), name="test"), LIMITS)
    try:
        with pytest.raises(UnreadableMedia, match="limits of memory and time"):
            poor.decode(FILES["mkv"])
    finally:
        poor.close()


def test_where_no_process_can_be_started_the_service_is_unavailable() -> None:
    with pytest.raises(ServiceError) as caught:
        Decoder(Sandbox("no.such.module", name="test"), LIMITS).decode(FILES["wav"])
    assert caught.value.reason_name == "DEPENDENCY_UNAVAILABLE"
    assert caught.value.retry_after_seconds is not None
