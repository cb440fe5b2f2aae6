"""Search vectors by another encoder: the official MiniLM itself stands in for one."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from servicekit import checkpoints
from servicekit.checkpoints import UnusableCheckpointError
from services.mood.backends import opened
from services.mood.backends.encoder import Encoder
from services.mood.backends.fake import FakeReader
from services.mood.backends.multilingual import MultilingualReader, SentenceEncoder, pooling_of
from services.mood.backends.weights import installed_folder
from services.mood.domain import Text
from services.mood.settings import MoodSettings
from tests.unit.mood.classifiers_made import tiny_encoder

TEXTS = ["a quiet, happy evening", "조용한 밤", "", "rain " * 400]


def encoder(prefix: str = "") -> SentenceEncoder:
    return SentenceEncoder(checkpoints.found(str(installed_folder()), "VTS_MOOD_ENCODER"), prefix)


@pytest.fixture(scope="module")
def loaded() -> SentenceEncoder:
    made = encoder()
    made.load()
    return made


def described(folder: Path, pooling: dict[str, Any], **files: Any) -> Path:
    """A folder that says of itself what an encoder with 384 dimensions would."""
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    (folder / "config.json").write_text(json.dumps({"hidden_size": 384}))
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    return folder


def test_vectors_are_those_that_the_encoders_makers_meant(loaded: SentenceEncoder) -> None:
    official = Encoder(threads=1).encode(TEXTS)
    found = loaded.encode(TEXTS)
    assert np.linalg.norm(found, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert (found * official).sum(1).min() > 0.99


def test_a_batch_says_what_each_text_alone_says(loaded: SentenceEncoder) -> None:
    together = loaded.encode(TEXTS)
    alone = np.concatenate([loaded.encode([text]) for text in TEXTS])
    assert together == pytest.approx(alone, abs=1e-4)


def test_a_reading_has_the_encoders_vector_and_else_what_it_had(loaded: SentenceEncoder) -> None:
    base = FakeReader()
    reader = MultilingualReader(base, loaded, threads=1, cache_entries=4)
    reader.load()
    texts = [Text(TEXTS[0]), Text(TEXTS[1])]
    for reading, plain, vector in zip(
        reader.read(texts), FakeReader().read(texts), loaded.encode(TEXTS[:2]), strict=True
    ):
        assert reading.embedding == pytest.approx(vector, abs=1e-4)
        assert reading.moods == plain.moods
    assert reader.embed(texts) == pytest.approx(loaded.encode(TEXTS[:2]), abs=1e-4)
    assert reader.words(texts) == base.words(texts)
    reader.close()
    assert base.closed


def test_the_version_tells_encoders_and_prefixes_apart() -> None:
    plain, asking = encoder(), encoder("query: ")
    assert plain.version != asking.version
    model = MultilingualReader(FakeReader(), plain, threads=1, cache_entries=1).model
    assert model.name == "fake"
    assert model.version == f"0+{plain.version}"


def test_the_settings_choose_the_encoder() -> None:
    chosen = opened(MoodSettings(encoder=str(installed_folder())))
    assert isinstance(chosen, MultilingualReader)
    assert chosen.model.version != opened(MoodSettings()).model.version


@pytest.mark.parametrize(
    ("pooling", "kind"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode": "cls"}, "cls"),
    ],
)
def test_mean_and_cls_are_known(pooling: dict[str, Any], kind: str, tmp_path: Path) -> None:
    assert pooling_of(described(tmp_path, pooling)) == kind


@pytest.mark.parametrize(
    "pooling",
    [
        {"pooling_mode_max_tokens": True},
        {"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True},
        {"pooling_mode": "lasttoken"},
    ],
)
def test_other_poolings_are_refused(pooling: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UnusableCheckpointError, match="neither mean nor cls"):
        pooling_of(described(tmp_path, pooling))


def test_a_part_that_changes_the_vectors_is_refused(tmp_path: Path) -> None:
    parts = [{"type": "sentence_transformers.models.Dense"}]
    folder = described(tmp_path, {"pooling_mode": "mean"}, modules=parts)
    with pytest.raises(UnusableCheckpointError, match="part Dense"):
        pooling_of(folder)


def test_another_width_is_refused_at_start(tmp_path: Path) -> None:
    with pytest.raises(UnusableCheckpointError, match="gives 32 numbers") as caught:
        opened(MoodSettings(encoder=str(tiny_encoder(tmp_path))))
    assert "VTS_MOOD_ENCODER" in str(caught.value)


def test_a_model_that_is_no_sentence_encoder_is_refused(tmp_path: Path) -> None:
    folder = described(tmp_path, {})
    shutil.rmtree(folder / "1_Pooling")
    with pytest.raises(UnusableCheckpointError, match="1_Pooling"):
        pooling_of(folder)
