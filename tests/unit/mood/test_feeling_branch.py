"""The feeling branch: the same numbers in training as in the service, and training that goes on."""

import csv
from pathlib import Path

import numpy as np
import pytest
import torch

from services.mood.backends.encoder import Encoder
from services.mood.backends.weights import branch_weights, installed_folder, verified_weights
from training.mood import feeling, lessons
from training.mood.branch import Branch
from training.mood.checkpoints import Checkpoint
from training.mood.feeling import Plan, learned
from training.mood.states import CACHE, padded, states

TEXTS = [
    "what a lovely day",
    "I am so angry at you!",
    "the train leaves at nine",
    "보고 싶어요",
    "😀",
]
TINY = Plan(first=5, epochs=2)


@pytest.fixture
def minilm() -> dict[str, np.ndarray]:
    return verified_weights(installed_folder() / "model.safetensors")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forty sentences a lesson in files like the real ones; caches go beside them."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "data"
    for part in ("text/goemotions_en", "catalogue"):
        (folder / part).mkdir(parents=True)
    pairs = [("I love this song", "18"), ("I hate this noise", "2")] * 20
    lines = [f"{text} {number}\t{label}\tid" for number, (text, label) in enumerate(pairs)]
    (folder / "text/goemotions_en/train.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with (folder / "text/emobank.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "split", "V", "A", "D", "text"])
        rows.writerows(
            [n, "train", 2 + n % 3, 3 + n % 2, 3 - n % 2, f"{['sad', 'plain', 'happy'][n % 3]} {n}"]
            for n in range(40)
        )
    with (folder / "catalogue/musiccaps_dev.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["caption", "aspect_list"])
        rows.writerows([f"a sad song {n}", str(["sad", "happy", "calm piano"])] for n in range(40))
    monkeypatch.setattr(lessons, "lexicon_forms", lambda: ["sad", "merry", "gloomy", "serene"])
    return folder


def test_a_branch_that_learned_nothing_is_minilm_itself(
    minilm: dict[str, np.ndarray], tmp_path: Path
) -> None:
    branch = Branch(3)
    branch.start(minilm)
    feeling.write(branch.eval(), Plan(first=3), tmp_path / "feeling.safetensors")
    assert branch_weights(tmp_path / "feeling.safetensors").first_layer == 3
    search, felt = Encoder(threads=1, feeling=tmp_path / "feeling.safetensors").feel(TEXTS)
    assert _cosines(search, felt) == pytest.approx(np.ones(len(TEXTS)), abs=0.01)


def test_the_service_feels_what_training_felt(
    minilm: dict[str, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(5)
    branch = Branch(4)
    branch.start(minilm)
    with torch.no_grad():
        for weight in branch.encoder.parameters():
            weight.add_(0.02 * torch.randn_like(weight) * weight.std())
    feeling.write(branch.eval(), Plan(first=4), tmp_path / "feeling.safetensors")
    trunk = states(TEXTS, 4)
    with torch.inference_mode():
        taught = branch.feel(*padded([trunk.of(row) for row in range(len(TEXTS))])).numpy()
    _, served = Encoder(threads=1, feeling=tmp_path / "feeling.safetensors").feel(TEXTS)
    assert _cosines(taught, served).min() > 0.98


def test_training_that_was_broken_off_ends_where_unbroken_training_ends(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    unbroken = learned(data, TINY)
    next(CACHE.glob("*.pt")).unlink()
    keep = Checkpoint.keep

    def kept_and_killed(checkpoint: Checkpoint, epochs: int) -> None:
        keep(checkpoint, epochs)
        raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "keep", kept_and_killed)
    with pytest.raises(KeyboardInterrupt):
        learned(data, TINY)
    monkeypatch.setattr(Checkpoint, "keep", keep)
    resumed = learned(data, TINY)
    assert "going on after epoch 1" in capsys.readouterr().out
    for name, value in unbroken.state_dict().items():
        assert torch.allclose(value, resumed.state_dict()[name], atol=1e-5), name
    again = learned(data, TINY)
    assert np.array_equal(again.emotion_head()[0], resumed.emotion_head()[0])
    assert "finished before" in capsys.readouterr().out


def test_what_is_held_out_is_never_learned_from(data: Path) -> None:
    for lesson in lessons.lessons(data).values():
        assert not set(lesson.learn) & set(lesson.held)
        assert len(lesson.learn) + len(lesson.held) == len(lesson.texts) == len(lesson.targets)


def _cosines(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1)
    return (left * right).sum(axis=1) / lengths
