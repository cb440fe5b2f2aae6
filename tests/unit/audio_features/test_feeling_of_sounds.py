"""The committed model gives embeddings of length 1 and feelings within their ranges."""

from pathlib import Path

import numpy as np
import pytest

from services.audio_features.backends.feeling import (
    SHIPPED_MODEL,
    FeelingModel,
    load_model,
    meaning_of,
)
from services.audio_features.backends.measurement import measure_sound
from services.audio_features.domain import EMOTIONS, Floats
from tests.unit.audio_features.sounds import music
from vts.moods import AUDIO_DIMENSIONS, MOODS


@pytest.fixture(scope="module")
def model() -> FeelingModel:
    return load_model(SHIPPED_MODEL)


def embedding(model: FeelingModel, samples: Floats) -> Floats:
    return model.embed(measure_sound(samples).summaries())


def test_the_model_file_is_small_and_holds_no_pickle() -> None:
    path = SHIPPED_MODEL
    assert path.stat().st_size < 2 * 2**20
    with np.load(path, allow_pickle=False) as file:
        assert all(file[name].dtype != object for name in file.files)


def test_an_embedding_has_its_length_and_does_not_hear_the_volume(model: FeelingModel) -> None:
    loud, soft = embedding(model, music(5)), embedding(model, music(5) * np.float32(0.1))
    assert loud.shape == (AUDIO_DIMENSIONS,)
    assert np.linalg.norm(loud) == pytest.approx(1, abs=1e-5)
    assert float(loud @ soft) > 0.98


def test_another_part_of_the_same_music_is_nearer_than_noise(model: FeelingModel) -> None:
    whole = music(12)
    first, second = (
        embedding(model, whole[: len(whole) // 2]),
        embedding(model, whole[len(whole) // 2 :]),
    )
    noise = np.random.default_rng(0).normal(scale=0.1, size=len(whole) // 2).astype(np.float32)
    assert float(first @ second) > float(first @ embedding(model, noise)) + 0.2


def test_a_feeling_is_within_its_ranges(model: FeelingModel) -> None:
    feeling = model.feel(measure_sound(music(5)).summaries())
    assert feeling.emotions.shape == (len(EMOTIONS),)
    assert feeling.moods.shape == (len(MOODS),)
    for values in (feeling.emotions, feeling.moods):
        assert ((values >= 0) & (values <= 1)).all()
    assert -1 <= feeling.valence <= 1
    assert -1 <= feeling.arousal <= 1
    assert 0 < feeling.confidence < 1


def test_a_sound_unlike_all_training_clips_is_felt_with_less_confidence(
    model: FeelingModel,
) -> None:
    far = np.full((1, AUDIO_DIMENSIONS), 3.0, np.float32)
    shares, known = model.emotions.predict(far)
    _, near = model.emotions.predict(model.emotions.anchors[:5])
    assert known[0] < 0.05
    assert near.min() > 0.3
    np.testing.assert_allclose(shares[0], model.emotions.usual, atol=0.02)


def test_emotions_beyond_the_usual_decide_what_is_felt(model: FeelingModel) -> None:
    usual = model.emotions.usual
    sad = usual * np.where(np.array(EMOTIONS) == "sadness", 3, 0.5).astype(np.float32)
    glad = usual * np.where(np.array(EMOTIONS) == "joyful_activation", 2.5, 0.5).astype(np.float32)
    assert meaning_of(sad, usual).valence < 0 < meaning_of(glad, usual).valence
    assert MOODS[int(np.argmax(meaning_of(sad, usual).moods))] == "sad"
    assert MOODS[int(np.argmax(meaning_of(glad, usual).moods))] == "joyful"


def test_a_missing_model_is_told_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"feeling\.npz"):
        load_model(tmp_path / "feeling.npz")
