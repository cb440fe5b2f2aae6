"""MiniLM and the feeling branch in eight bits, beside the same layers in full precision."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save_file
from tokenizers import Tokenizer

from services.mood.backends import graph, quantisation, weights
from services.mood.backends.encoder import Encoder
from services.mood.backends.weights import (
    FEELING,
    LAYERS,
    REACHES,
    EncoderUnavailableError,
    branch_weights,
    installed_folder,
    verified_weights,
)

TEXTS = (
    "rainy drive home, a bit sad",
    "Thank you.",
    "okay thanks!",
    "LMAO this is the best thing I have seen all week 😂😂",
    "I can't believe they cancelled it, absolutely gutted...",
    "shit",
    "A white dog runs on brown grass .",
    "Two children are playing in a fountain while their mother watches from a bench .",
    "the board of directors approved the quarterly report",
    "In 1998, the company's shares fell by 12.5% after [NAME] resigned.",
    "calm",
    "night market neon lights, crowded and lively",
    "He looked at the sea for a long time; nobody spoke, and the light was going.",
    "not happy at all",
    "???",
    "A slow acoustic guitar ballad with a mellow male voice, melancholic and intimate, "
    "that would suit the end credits of a film about a family coming apart.",
)
REFERENCE = [0.082735, -0.014616, 0.111157, 0.051005]
"""The first numbers that sentence-transformers 5 gives for the first text."""

Floats = NDArray[np.float32]


@pytest.fixture(scope="module")
def official() -> dict[str, Floats]:
    return verified_weights(installed_folder() / "model.safetensors")


@pytest.fixture(scope="module")
def original(official: dict[str, Floats]) -> Floats:
    """The vectors of the original, computed here in full precision."""
    import torch

    from training.mood.branch import Trunk

    tokenizer = Tokenizer.from_file(str(installed_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    trunk = Trunk(official, LAYERS)
    rows = []
    with torch.inference_mode():
        for text in TEXTS:
            ids = torch.tensor([tokenizer.encode(text).ids])
            mean = trunk(ids, torch.ones_like(ids, dtype=torch.bool))[0].mean(dim=0)
            rows.append((mean / mean.norm()).numpy())
    return np.stack(rows)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(threads=1)


@pytest.fixture(scope="module", params=[0, 3, 5])
def copied(
    request: pytest.FixtureRequest, official: dict[str, Floats], tmp_path_factory
) -> Encoder:
    """An encoder whose feeling branch is a copy of MiniLM's own layers."""
    path: Path = tmp_path_factory.mktemp("branch") / "feeling.safetensors"
    names = [f"encoder.layer.{index}." for index in range(request.param, LAYERS)]
    layers = {
        name: value.astype(np.float16)
        for name, value in official.items()
        if name.startswith(tuple(names))
    }
    save_file(layers, path, metadata={"first_layer": str(request.param), "version": "copy"})
    return Encoder(threads=1, feeling=path)


def nearness(ours: Floats, theirs: Floats) -> Floats:
    """The cosine of each row with its counterpart; `theirs` have length 1."""
    return (ours * theirs).sum(axis=1) / np.linalg.norm(ours, axis=1)


def test_the_full_precision_beside_it_is_the_original_model(original: Floats) -> None:
    assert original[0, :4] == pytest.approx(REFERENCE, abs=1e-5)


def test_vectors_stay_near_those_of_the_original_model(encoder: Encoder, original: Floats) -> None:
    found = nearness(encoder.encode(TEXTS), original)
    assert found.min() >= 0.99
    assert found.mean() >= 0.997


def test_a_text_has_one_vector_whatever_it_is_read_with(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert encoder.encode([text])[0] @ vector == pytest.approx(1.0, abs=1e-4)


def test_processors_without_signed_products_give_the_very_same(official) -> None:
    reaches, _ = weights.reaches()
    ids = np.array([[101, 2712, 1998, 3712, 102]], dtype=np.int32)
    given = {"ids": ids, "mask": np.ones_like(ids)}
    signed, unsigned = (
        graph.trunk(official, reaches, threads=1, signed=way).run(["hidden"], given)[0]
        for way in (True, False)
    )
    assert np.array_equal(signed, unsigned)


def test_a_branch_of_the_original_layers_feels_what_the_trunk_finds(copied: Encoder) -> None:
    vectors, feelings = copied.feel(TEXTS)
    assert nearness(feelings, vectors).min() >= 0.985
    assert vectors == pytest.approx(copied.encode(TEXTS))


def test_feelings_keep_their_length(copied: Encoder) -> None:
    _, feelings = copied.feel(TEXTS)
    assert not np.allclose(np.linalg.norm(feelings, axis=1), 1.0, atol=0.1)


def test_without_a_branch_nothing_is_felt(tmp_path: Path) -> None:
    encoder = Encoder(threads=1, feeling=tmp_path / "none.safetensors")
    assert encoder.encode(["sea"]).shape == (1, 384)
    with pytest.raises(EncoderUnavailableError, match="branch"):
        encoder.feel(["sea"])


def test_a_branch_that_does_not_say_where_it_begins_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feeling.safetensors"
    save_file({"encoder.layer.5.output.dense.bias": np.zeros(384, np.float16)}, path)
    with pytest.raises(EncoderUnavailableError, match="first layer"):
        branch_weights(path)


def test_the_branch_was_measured_after_it_was_taught() -> None:
    with safe_open(REACHES, framework="numpy") as file:
        assert file.metadata()["branch"] == branch_weights(FEELING).version


@pytest.mark.parametrize("signed", [True, False])
def test_rounding_a_matrix_is_off_by_half_a_step_at_most(signed: bool) -> None:
    matrix = np.random.default_rng(3).normal(size=(24, 7)).astype(np.float32)
    columns = quantisation.columns(matrix, signed=signed)
    back = (columns.values.astype(np.float32) - float(columns.zero)) * columns.scales
    assert (np.abs(back - matrix) <= 0.5001 * columns.scales).all()


def test_a_channel_without_weights_is_rounded_to_nothing() -> None:
    columns = quantisation.columns(np.zeros((4, 2), np.float32), signed=True)
    assert not columns.values.any()


def test_the_furthest_channels_are_told_from_the_others() -> None:
    reach: Sequence[float] = [3.0, 9.0, 1.0, 9.5]
    far, near = quantisation.furthest(np.array(reach, np.float32), 2)
    assert (far.tolist(), near.tolist()) == ([1, 3], [0, 2])
