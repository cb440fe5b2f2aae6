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

from services.audio_features.backends.listening import (
    SHIPPED_NETWORK,
    ListeningNetwork,
    Scores,
    divided,
)
from services.audio_features.backends.loudness import integrated_loudness
from services.audio_features.backends.patches import PATCH_SECONDS, RATE, patches
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Floats, Heard, SoundKind

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


def listened(network: ListeningNetwork, samples: Floats) -> tuple[Heard, Floats]:
    with Recording.of(samples) as recording:
        return network.listen(recording, integrated_loudness(recording))


def heard_in(network: ListeningNetwork, samples: Floats) -> Heard:
    return listened(network, samples)[0]


def kinds(network: ListeningNetwork, samples: Floats) -> list[SoundKind]:
    return [each.kind for each in heard_in(network, samples).segments]


def test_talk_is_talk(network: ListeningNetwork) -> None:
    talk = read(HERE / "talk.ogg")
    heard = heard_in(network, talk)
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
    heard = heard_in(network, talk[:length] + 0.5 * clip[:length])
    assert heard.speech_share > 0.3
    assert heard.music_share > 0.3


def test_what_follows_each_other_becomes_segments_in_order(network: ListeningNetwork) -> None:
    parts = [read(CLIP)[: 5 * SAMPLE_RATE], np.zeros(4 * SAMPLE_RATE, np.float32), noise(4)]
    whole = np.concatenate([*parts, read(HERE / "talk.ogg")])
    seconds = len(whole) / SAMPLE_RATE
    segments = heard_in(network, whole).segments
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
    segments = heard_in(network, samples).segments
    assert segments[0].start == 0
    assert segments[-1].end == pytest.approx(seconds, abs=1e-3)


def test_volume_changes_neither_what_is_heard_nor_its_texture(network: ListeningNetwork) -> None:
    clip = read(CLIP)
    loud, textures = listened(network, clip)
    soft, soft_textures = listened(network, clip * np.float32(0.05))
    assert soft.segments[0].kind == loud.segments[0].kind == SoundKind.MUSIC
    assert soft.music_share == loud.music_share
    np.testing.assert_allclose(soft_textures, textures, atol=0.05)


def test_every_patch_has_a_texture(network: ListeningNetwork) -> None:
    clip = read(CLIP)[: round(4.8 * SAMPLE_RATE)]
    _, textures = listened(network, clip)
    assert textures.shape == (5, 128)
    assert np.ptp(textures, axis=0).min() > 0


def test_silence_is_not_raised_beyond_reason(network: ListeningNetwork) -> None:
    heard, textures = listened(network, np.zeros(3 * SAMPLE_RATE, np.float32))
    assert heard.silence_share == 1
    assert np.isfinite(textures).all()


def no_textures(patches: int) -> Floats:
    return np.zeros((patches, 128), np.float32)


def test_one_odd_second_changes_nothing() -> None:
    talk = np.array([0.0, 0.0, 0.9, 0.0, 0.0], np.float32)
    music, level = np.full(5, 0.9, np.float32), np.zeros(5, np.float32)
    heard = divided(Scores(talk, music, level, no_textures(5)), 5 * PATCH_SECONDS)
    assert [each.kind for each in heard.segments] == [SoundKind.MUSIC]
    assert heard.speech_share == 0


def test_the_quiet_is_silent_whatever_the_network_says() -> None:
    sure = np.ones(3, np.float32)
    heard = divided(Scores(sure, sure, np.full(3, -80, np.float32), no_textures(3)), 3.0)
    assert heard.silence_share == 1
    assert heard.speech_share == heard.music_share == 0


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
        ours = network.outputs(patches(samples, 1), ("scores",))[0][0]
        # The published file rounds activations to 8 bits, ours does not.
        assert np.abs(published - ours).max() < 0.2
        assert published.argmax() == ours.argmax()
