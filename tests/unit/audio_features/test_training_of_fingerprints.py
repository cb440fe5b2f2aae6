"""Training pulls clips to their windows, repeats, and is written as it was trained."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from services.audio_features.backends.fingerprints import FingerprintNetwork
from training.audio_features.compositions import compositions
from training.audio_features.fingerprint_export import write
from training.audio_features.fingerprint_views import Views, transposed
from training.audio_features.train_fingerprints import contrast, trained


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Sums depend on how many threads share them, and tests share their cores."""
    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(usual)


def made_up(count: int = 8, seed: int = 0) -> list[np.ndarray]:
    """Log-mels of tones that change every half second, each piece in bands of its own."""
    random = np.random.default_rng(seed)
    materials = []
    for _ in range(count):
        levels = random.normal(-4, 2, (60, 64)) + random.normal(0, 2, 64)
        materials.append(np.repeat(levels, 50, axis=0).astype(np.float16))
    return materials


def views(seed: int = 0) -> Views:
    return Views(made_up(), np.random.default_rng(seed), noises=1)


def test_contrast_is_low_for_partners_that_agree_and_high_for_others() -> None:
    points = torch.nn.functional.normalize(torch.randn(16, 128, generator=torch.manual_seed(0)))
    assert float(contrast(points, points)) < 0.01
    assert float(contrast(points, points.roll(1, 0))) > 5


def test_pairs_repeat_and_have_the_shapes_they_say() -> None:
    one, other = views().pairs(4), views().pairs(4)
    assert np.array_equal(one.clips, other.clips)
    assert np.array_equal(one.windows, other.windows)
    assert one.windows.shape == (4, 1_000, 64)
    assert 300 <= one.clips.shape[1] <= 1_000
    assert np.isfinite(one.clips).all()


def test_an_octave_more_moves_a_band_to_where_its_frequency_doubles() -> None:
    log_mel = np.full((10, 64), -5.0, np.float32)
    log_mel[:, 20] = 2.0
    edges = np.expm1(np.linspace(np.log1p(125 / 700), np.log1p(7_500 / 700), 66)) * 700
    moved = transposed(log_mel, 12.0)[0].argmax() + 1
    assert edges[moved] == pytest.approx(2 * edges[21], rel=0.04)
    assert transposed(log_mel, 0.0) is log_mel


def test_compositions_are_new_repeat_and_can_be_played() -> None:
    made = list(compositions(6))
    assert made == list(compositions(6))
    assert len({(piece.seed, piece.key, piece.tempo) for piece in made}) == 6


def test_a_few_steps_bring_clips_nearer_to_their_windows() -> None:
    pairs = views(seed=5).pairs(8)
    sides = [torch.from_numpy(side) for side in (pairs.windows, pairs.clips)]
    losses = []
    for steps in (1, 12):
        network = trained(made_up(), steps=steps, batch=8, seed=1, noises=1).train()
        with torch.no_grad():
            losses.append(float(contrast(*(network(side) for side in sides))))
    assert losses[1] < losses[0] - 0.1


def test_training_twice_gives_the_same_network() -> None:
    one, other = (trained(made_up(), steps=2, batch=2, seed=1, noises=1) for _ in range(2))
    for first, second in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(first, second)


def test_the_written_network_answers_as_the_trained_one(tmp_path: Path) -> None:
    network = trained(made_up(), steps=2, batch=4, seed=1, noises=1)
    write(network, tmp_path / "network.onnx")
    log_mels = views().pairs(3).clips
    with torch.no_grad():
        expected = network(torch.from_numpy(log_mels)).numpy()
    served = FingerprintNetwork(tmp_path / "network.onnx", threads=1).points(log_mels)
    assert np.abs(served - expected).max() < 5e-3
