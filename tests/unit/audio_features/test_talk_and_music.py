"""Talk, music, silence and other sounds are told apart second by second.

`talk.ogg` says two sentences of this project in English and Korean, in the voices of
espeak-ng; it is CC0-1.0, as the samples are.
"""

import importlib.util
import itertools
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from services.audio_features.backends.feeling import SHIPPED_MODEL, load_model
from services.audio_features.backends.listening import (
    SHIPPED_NETWORK,
    ListeningNetwork,
    Scores,
    divided,
)
from services.audio_features.backends.measurement import measure_sound
from services.audio_features.backends.patches import PATCH_SECONDS, RATE, patches
from services.audio_features.backends.windows import felt_windows
from services.audio_features.domain import SAMPLE_RATE, Floats, SoundKind

HERE = Path(__file__).parent
CLIP = HERE.parents[2] / "samples" / "clip.ogg"
YAMNET = Path(os.environ.get("VTS_TRAINING_DATA", "../shared/data")) / "models" / "yamnet.tflite"


@pytest.fixture(scope="module")
def network() -> ListeningNetwork:
    return ListeningNetwork(SHIPPED_NETWORK, 1)


def read(path: Path, rate: int = SAMPLE_RATE) -> Floats:
    samples, given = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(samples.mean(1), given, rate), np.float32)


def noise(seconds: float) -> Floats:
    return np.random.default_rng(0).normal(0, 0.1, int(seconds * SAMPLE_RATE)).astype(np.float32)


def kinds(network: ListeningNetwork, samples: Floats) -> list[SoundKind]:
    return [each.kind for each in network.listen(samples, len(samples) / SAMPLE_RATE).segments]


def test_talk_is_talk(network: ListeningNetwork) -> None:
    talk = read(HERE / "talk.ogg")
    heard = network.listen(talk, len(talk) / SAMPLE_RATE)
    assert heard.speech_share > 0.8
    assert heard.music_share < 0.2
    assert {each.kind for each in heard.segments} == {SoundKind.SPEECH}


def test_music_is_music(network: ListeningNetwork) -> None:
    assert kinds(network, read(CLIP)) == [SoundKind.MUSIC]


def test_silence_and_noise_are_neither(network: ListeningNetwork) -> None:
    assert kinds(network, np.zeros(5 * SAMPLE_RATE, np.float32)) == [SoundKind.SILENCE]
    assert kinds(network, noise(5)) == [SoundKind.OTHER]


def test_talk_over_quiet_music_counts_as_both(network: ListeningNetwork) -> None:
    talk, clip = read(HERE / "talk.ogg"), read(CLIP)
    length = min(len(talk), len(clip))
    heard = network.listen(talk[:length] + 0.5 * clip[:length], length / SAMPLE_RATE)
    assert heard.speech_share > 0.3
    assert heard.music_share > 0.3


def test_what_follows_each_other_becomes_segments_in_order(network: ListeningNetwork) -> None:
    parts = [read(CLIP)[: 5 * SAMPLE_RATE], np.zeros(4 * SAMPLE_RATE, np.float32), noise(4)]
    whole = np.concatenate([*parts, read(HERE / "talk.ogg")])
    seconds = len(whole) / SAMPLE_RATE
    segments = network.listen(whole, seconds).segments
    found = [each.kind for each in segments]
    assert found[0] == SoundKind.MUSIC
    assert found[-1] == SoundKind.SPEECH
    assert SoundKind.SILENCE in found
    assert segments[0].start == 0
    assert segments[-1].end == pytest.approx(seconds)
    for one, other in itertools.pairwise(segments):
        assert one.end == other.start
        assert one.kind != other.kind


@pytest.mark.parametrize("seconds", [0.5, 0.96, 1.3, 1.5])
def test_short_sounds_are_divided_too(network: ListeningNetwork, seconds: float) -> None:
    samples = read(CLIP)[: int(seconds * SAMPLE_RATE)]
    segments = network.listen(samples, seconds).segments
    assert segments[0].start == 0
    assert segments[-1].end == seconds


def test_one_odd_second_changes_nothing() -> None:
    talk = np.array([0.0, 0.0, 0.9, 0.0, 0.0], np.float32)
    music, level = np.full(5, 0.9, np.float32), np.zeros(5, np.float32)
    heard = divided(Scores(talk, music, level), 5 * PATCH_SECONDS)
    assert [each.kind for each in heard.segments] == [SoundKind.MUSIC]
    assert heard.speech_share == 0


def test_the_quiet_is_silent_whatever_the_network_says() -> None:
    sure = np.ones(3, np.float32)
    heard = divided(Scores(sure, sure, np.full(3, -80, np.float32)), 3.0)
    assert heard.silence_share == 1
    assert heard.speech_share == heard.music_share == 0


def test_windows_cover_the_sound_and_silent_ones_feel_like_nothing() -> None:
    clip = read(CLIP)
    samples = np.concatenate([clip, clip, np.zeros(12 * SAMPLE_RATE, np.float32)])
    windows = felt_windows(measure_sound(samples), load_model(SHIPPED_MODEL))
    assert windows[0].start == 0
    assert windows[-1].end == pytest.approx(len(samples) / SAMPLE_RATE, abs=0.05)
    for one, other in itertools.pairwise(windows):
        assert one.end - one.start == pytest.approx(10, abs=0.05)
        assert other.start <= (one.start + one.end) / 2 + 0.05
    assert windows[0].feeling is not None
    assert windows[-1].feeling is None


@pytest.mark.training_data
@pytest.mark.skipif(not YAMNET.exists(), reason="needs the training data's yamnet.tflite")
@pytest.mark.skipif(
    importlib.util.find_spec("ai_edge_litert") is None, reason="needs ai-edge-litert"
)
def test_the_network_gives_what_the_published_file_gives() -> None:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(YAMNET))
    interpreter.allocate_tensors()
    network = ListeningNetwork(SHIPPED_NETWORK, 1)
    for path in (CLIP, HERE / "talk.ogg"):
        samples = read(path, RATE)[:15_600]
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], samples)
        interpreter.invoke()
        published = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])[0]
        ours = network.class_scores(patches(samples, 1))[0]
        # The published file rounds activations to 8 bits, ours does not.
        assert np.abs(published - ours).max() < 0.2
        assert published.argmax() == ours.argmax()
