"""The committed model gives embeddings of length 1, feelings within their ranges, and genres."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from services.audio_features.backends.feeling import (
    GENRES,
    SHIPPED_MODEL,
    FeelingModel,
    Trust,
    load_model,
    meaning_of,
)
from services.audio_features.backends.fingerprints import SHIPPED_FINGERPRINTS, FingerprintNetwork
from services.audio_features.backends.heads import Heads, mean_texture
from services.audio_features.backends.listening import SHIPPED_NETWORK, ListeningNetwork
from services.audio_features.backends.loudness import integrated_loudness
from services.audio_features.backends.measurement import measure_recording
from services.audio_features.backends.projection import sound_vector
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import EMOTIONS, SAMPLE_RATE, Analysis, Floats
from tests.unit.audio_features.sounds import music
from vts.moods import AUDIO_DIMENSIONS, MOODS


@pytest.fixture(scope="module")
def model() -> FeelingModel:
    return load_model(SHIPPED_MODEL)


@pytest.fixture(scope="module")
def network() -> ListeningNetwork:
    return ListeningNetwork(SHIPPED_NETWORK, 1)


def vector(network: ListeningNetwork, samples: Floats) -> Floats:
    with Recording.of(samples) as recording:
        _, textures = network.listen(recording, integrated_loudness(recording))
        return sound_vector(measure_recording(recording).summaries(), mean_texture(textures))


def embedding(model: FeelingModel, network: ListeningNetwork, samples: Floats) -> Floats:
    return model.embeddings(vector(network, samples)[np.newaxis])[0]


def analysed(heads: Heads, network: ListeningNetwork, samples: Floats) -> Analysis:
    with Recording.of(samples) as recording:
        measurement = measure_recording(recording)
        heard, textures = network.listen(recording, integrated_loudness(recording))
        return heads.read(
            Analysis(
                id="",
                duration_seconds=recording.seconds,
                features=measurement.summaries(),
                heard=heard,
                materials=heads.materials(recording, measurement, textures),
                windows=heads.windows(recording, measurement),
            )
        )


def test_the_model_file_is_small_and_holds_no_pickle() -> None:
    path = SHIPPED_MODEL
    assert path.stat().st_size < 2 * 2**20
    with np.load(path, allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)


def test_an_embedding_has_its_length_and_does_not_hear_the_volume(
    model: FeelingModel, network: ListeningNetwork
) -> None:
    loud, soft = (embedding(model, network, music(5) * np.float32(gain)) for gain in (1, 0.1))
    assert loud.shape == (AUDIO_DIMENSIONS,)
    assert np.linalg.norm(loud) == pytest.approx(1, abs=1e-5)
    assert float(loud @ soft) > 0.98


def test_another_part_of_the_same_music_is_nearer_than_noise(
    model: FeelingModel, network: ListeningNetwork
) -> None:
    whole = music(12)
    half = len(whole) // 2
    first, second = (embedding(model, network, part) for part in (whole[:half], whole[half:]))
    noise = np.random.default_rng(0).normal(scale=0.1, size=half).astype(np.float32)
    assert float(first @ second) > float(first @ embedding(model, network, noise)) + 0.2


def test_a_feeling_is_within_its_ranges(model: FeelingModel, network: ListeningNetwork) -> None:
    (feeling,) = model.feelings(vector(network, music(5))[np.newaxis])
    assert feeling.emotions.shape == (len(EMOTIONS),)
    assert feeling.moods.shape == (len(MOODS),)
    for values in (feeling.emotions, feeling.moods):
        assert ((values >= 0) & (values <= 1)).all()
    assert -1 <= feeling.valence <= 1
    assert -1 <= feeling.arousal <= 1
    assert 0 < feeling.confidence < 1


def test_genres_are_probabilities(model: FeelingModel, network: ListeningNetwork) -> None:
    (genres,) = model.genres(vector(network, music(5))[np.newaxis])
    assert tuple(genres) == GENRES
    assert sum(genres.values()) == pytest.approx(1, abs=1e-5)
    assert min(genres.values()) > 0


def test_a_sound_unlike_all_training_clips_feels_as_usual_without_confidence(
    model: FeelingModel,
) -> None:
    far = np.full((1, AUDIO_DIMENSIONS), 3.0, np.float32)
    shares = model.process.predict(far)[:, : len(EMOTIONS)]
    usual = model.process.usual[: len(EMOTIONS)]
    np.testing.assert_allclose(shares[0], usual, atol=0.02)
    assert model.trust.confidences(shares - usual)[0] < 0.1
    assert model.process.familiarity(far)[0] < 0.01
    known = model.process.predict(model.process.anchors)[:, : len(EMOTIONS)]
    assert np.median(model.trust.confidences(known - usual)) > 0.5


def test_the_further_from_the_usual_the_more_confident() -> None:
    trust = Trust(np.full(9, 0.1, np.float32), doubt=0.5, sharpness=4.0)
    beyond = np.outer([0.0, 0.05, 0.2], np.ones(9)).astype(np.float32)
    none, some, much = trust.confidences(beyond).tolist()
    assert none == 0
    assert some == pytest.approx(np.sqrt(0.25 / 0.75))
    assert some < much < 1


def test_a_newer_head_reads_a_kept_analysis_as_if_it_had_the_sound(
    model: FeelingModel, network: ListeningNetwork
) -> None:
    older = replace(model, process=replace(model.process, steepness=1.0), version="older")
    samples = music(17)
    windows = FingerprintNetwork(SHIPPED_FINGERPRINTS, 1)
    renewed = Heads(model, windows).read(analysed(Heads(older, windows), network, samples))
    anew = analysed(Heads(model, windows), network, samples)
    assert renewed.feeling is not None
    assert anew.feeling is not None
    np.testing.assert_array_equal(renewed.feeling.emotions, anew.feeling.emotions)
    assert renewed.genres == anew.genres
    assert len(renewed.windows) == 3
    for one, other in zip(renewed.windows, anew.windows, strict=True):
        assert one.feeling is not None
        assert other.feeling is not None
        np.testing.assert_array_equal(one.feeling.moods, other.feeling.moods)


def test_emotions_beyond_the_usual_decide_what_is_felt(model: FeelingModel) -> None:
    usual = model.process.usual[: len(EMOTIONS)]
    sad = usual * np.where(np.array(EMOTIONS) == "sadness", 3, 0.5).astype(np.float32)
    glad = usual * np.where(np.array(EMOTIONS) == "joyful_activation", 2.5, 0.5).astype(np.float32)
    assert meaning_of(sad, usual).valence < 0 < meaning_of(glad, usual).valence
    assert MOODS[int(np.argmax(meaning_of(sad, usual).moods))] == "sad"
    assert MOODS[int(np.argmax(meaning_of(glad, usual).moods))] == "joyful"


def test_a_missing_model_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"feeling\.npz"):
        load_model(tmp_path / "feeling.npz")


def test_noise_and_a_tone_are_unfamiliar(model: FeelingModel, network: ListeningNetwork) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 8 * SAMPLE_RATE).astype(np.float32)
    at = np.arange(8 * SAMPLE_RATE, dtype=np.float32) / SAMPLE_RATE
    tone = 0.3 * np.sin(2 * np.pi * 440 * at).astype(np.float32)
    vectors = np.stack([vector(network, sound) for sound in (noise, tone)])
    assert max(feeling.confidence for feeling in model.feelings(vectors)) < 0.3
    assert np.median(model.process.familiarity(model.process.anchors)) == 1
