"""Videos told scene by scene while they are watched, against the real services."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

import vts
from tests.e2e.conftest import SAMPLES, Stack
from tests.e2e.made_media import encoded, frames
from vts.gateway.v1 import gateway_service_pb2 as pb

pytestmark = pytest.mark.timeout(900)

TALK = (
    "Good morning everyone, and welcome back. Today we are going to take a long walk through the "
    "park, and I will tell you about the little house that we found last week. The weather is "
    "lovely, the birds are singing, and there is nobody here but us."
)


@pytest.fixture(scope="module")
def client(stack: Stack) -> Iterator[vts.Client]:
    with vts.Client(stack.address, timeout_seconds=120) as opened:
        yield opened


def news_of(client: vts.Client, media: bytes | Path) -> list[pb.RecommendStreamResponse]:
    return list(client.recommend_stream([vts.Media(media)]))


def wordless(playlist: pb.Playlist) -> int:
    return sum(item.track.language == "zxx" for item in playlist.items)


def test_scenes_arrive_in_order_before_the_video_is_understood(client: vts.Client) -> None:
    news = news_of(client, SAMPLES / "vlog.mp4")
    kinds = [each.WhichOneof("news") for each in news]
    told = [each.scene for each in news if each.HasField("scene")]
    [found] = [each.evidence for each in news if each.HasField("evidence")]
    assert kinds.index("scene") < kinds.index("evidence")
    assert [each.scene_index for each in told] == list(range(len(told)))
    starts = [each.scene.start_seconds for each in told]
    assert starts == sorted(starts)
    assert len(found.scenes) == len(found.scene_meanings) > 1
    assert all(len(each.moods) == 13 for each in found.scene_meanings)
    assert len(found.motion.values) == len(found.brightness.values) > 0
    assert {word.language for word in found.keywords} == {"en", "ko"}


def test_a_video_cut_off_in_the_middle_says_where(client: vts.Client) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (24, 120, 160, 3), np.uint8)
    whole = encoded("webm", frames(4) + list(noise), None)  # its bytes lie where noise is
    news = news_of(client, whole[: len(whole) // 2])
    [note] = [each for each in news[-1].playlist.notes if each.code == "TRUNCATED"]
    assert note.message.en.startswith("The file breaks off at 0:")
    assert "끊겨" in note.message.ko
    assert news[-1].playlist.items


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng, which talks, is missing")
def test_a_vlog_in_which_somebody_talks_gets_music_without_words(
    client: vts.Client, tmp_path: Path
) -> None:
    spoken = tmp_path / "talk.wav"
    subprocess.run(["espeak-ng", "-s", "150", "-w", spoken, TALK], check=True)
    samples, rate = soundfile.read(spoken, dtype="float32")
    resampled = resampled_to(48_000, samples, rate)
    pictures = frames(2 * len(resampled) // 48_000)
    silent = news_of(client, encoded("mp4", pictures, None))[-1].playlist
    talking = news_of(client, encoded("mp4", pictures, resampled))[-1].playlist
    assert "TALK" in [note.code for note in talking.notes]
    assert wordless(talking) >= 8
    assert wordless(talking) > wordless(silent)
    assert any("talk" in item.reason.en for item in talking.items)


def resampled_to(rate: int, samples: np.ndarray, before: int) -> np.ndarray:
    frame = av.AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
    frame.rate = before
    resampler = av.AudioResampler("fltp", "mono", rate)
    parts = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in parts])
