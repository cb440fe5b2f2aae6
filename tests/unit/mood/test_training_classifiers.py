"""Fine-tuning a tiny BERT: to convergence, through kills, and with what is not to be."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from servicekit import checkpoints
from servicekit.checkpoints import UnusableCheckpointError
from services.mood.backends.bert.reader import BertReader
from services.mood.backends.bert.tuning import training
from services.mood.backends.bert.tuning.examples import BadDataError
from services.mood.backends.bert.tuning.keeping import Course, OtherTrainingError
from services.mood.backends.bert.tuning.plan import Plan
from services.mood.backends.bert.tuning.training import Request
from services.mood.backends.fake import FakeReader
from services.mood.domain import Text
from tests.unit.mood.classifiers_made import tiny_encoder
from tests.unit.mood.lessons_made import lessons_file

ROOT = Path(__file__).resolve().parents[3]
PLAN = Plan(epochs=12, rate=3e-3, batch=8, accumulate=2, patience=4)
KILL_LIMIT_SECONDS = 150.0


class Heard:
    """Notes what a training tells, and breaks it off at a step if it is told to."""

    def __init__(self, break_at: int | None = None) -> None:
        self.break_at = break_at
        self.losses: list[float] = []
        self.epochs = 0

    def stepped(self, course: Course, steps: int, loss: float) -> None:
        self.losses.append(loss)
        if len(self.losses) == self.break_at:
            raise KeyboardInterrupt

    def finished_epoch(self, course: Course) -> None:
        self.epochs += 1


def request(folder: Path, output: str = "result", **more: Any) -> Request:
    base = folder / "base"
    if not base.exists():
        base.mkdir(parents=True)
        tiny_encoder(base)
    made = Request(lessons_file(folder), str(base), folder / output, plan=PLAN, device="cpu")
    return replace(made, **more)


def trained(wish: Request, heard: Heard | None = None) -> dict[str, Any]:
    return training.train(wish, training.material(wish), heard or Heard())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any], Heard]:
    """A training that nothing disturbed: its folder, its report, and what it told."""
    folder, heard = tmp_path_factory.mktemp("whole"), Heard()
    return folder, trained(request(folder), heard), heard


def test_a_tiny_model_learns_what_there_is_to_learn(whole) -> None:
    _, report, heard = whole
    assert report["macro_f1"] > 0.9
    assert report["micro_f1"] > 0.9
    assert report["macro_f1"] > report["floor"]["macro_f1"] + 0.4
    assert heard.losses[-1] < heard.losses[0] / 2
    assert heard.epochs == len(report["history"]) <= PLAN.epochs
    texts = report["texts"]
    assert texts["learn"] + texts["choose"] + texts["report"] == 240


def test_the_report_has_figures_curves_and_pictures(whole) -> None:
    folder, report, _ = whole
    output = folder / "result"
    assert json.loads((output / "report.json").read_text(encoding="utf-8")) == report
    page = (output / "report.md").read_text(encoding="utf-8")
    assert "| sadness |" in page
    for name in ("curves.png", "calibration.png", "confusion.png"):
        assert (output / name).read_bytes().startswith(b"\x89PNG")
        assert f"]({name})" in page
    assert set(report["labels"]["joy"]) == {"precision", "recall", "f1", "texts", "threshold"}
    assert report["calibration_error"]["calibrated"] <= 0.1
    assert len(report["confusion"]) == 4


def test_the_result_is_served_without_anything_else(whole, tmp_path: Path) -> None:
    folder, report, _ = whole
    alone = shutil.copytree(folder / "result", tmp_path / "alone")
    checkpoint = checkpoints.found(str(alone), "VTS_MOOD_MODEL")
    reader = BertReader(FakeReader(), checkpoint, device="cpu", threads=1)
    reader.load()
    happy, sad = reader.read([Text("so happy and glad today"), Text("i am lonely and cry")])
    scores = happy.labels["goemotions"]
    assert max(scores, key=scores.__getitem__) == "joy"
    assert happy.affect.valence > 0.3 > 0 > sad.affect.valence
    assert happy.mood("joyful") > sad.mood("joyful")
    assert sad.mood("sad") > 0.5
    config = json.loads((alone / "config.json").read_text(encoding="utf-8"))["vts_mood"]
    assert config["temperature"] == report["temperature"]
    assert config["languages"] == ["en"]


def test_nothing_of_a_finished_training_is_left_but_its_result(whole) -> None:
    folder, report, _ = whole
    left = [path.name for path in (folder / "result" / "training").iterdir()]
    assert left == ["training.json"]
    heard = Heard()
    assert trained(request(folder), heard) == report
    assert heard.losses == []


@pytest.mark.timeout(300)
def test_one_that_is_killed_goes_on_to_the_same_result(tmp_path: Path) -> None:
    short = replace(PLAN, epochs=3)
    wish, undisturbed = (request(tmp_path, name, plan=short) for name in ("killed", "whole"))
    report = trained(undisturbed)
    plan = ["--epochs=3", "--rate=3e-3", "--batch=8", "--accumulate=2", "--patience=4"]
    places = [f"--data={wish.data}", f"--model={wish.model}", f"--output={wish.output}"]
    others = ["--keep-seconds=0", "--device=cpu", "--threads=1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "vts", "train-mood", *places, *plan, *others],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'sdk'}", "OMP_NUM_THREADS": "1"},
        stderr=subprocess.DEVNULL,
    )
    states = wish.output / "training"
    limit = time.monotonic() + KILL_LIMIT_SECONDS
    while not list(states.glob("state-00000-00000000[3-9]-0")):
        with pytest.raises(subprocess.TimeoutExpired):  # it does not end by itself
            process.wait(timeout=0.05)
        assert time.monotonic() < limit
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not (wish.output / "config.json").exists()
    heard = Heard()
    again = trained(wish, heard)
    steps = -(-report["texts"]["learn"] // 16)
    assert len(heard.losses) <= steps * len(report["history"]) - 3
    assert again["history"] == report["history"]
    assert again["labels"] == report["labels"]
    first, second = (load_file(each.output / "model.safetensors") for each in (undisturbed, wish))
    assert all((first[name] == second[name]).all() for name in first)


def test_one_that_is_broken_off_while_it_writes_goes_on_from_before(tmp_path: Path) -> None:
    short = replace(PLAN, epochs=2)
    wish = request(tmp_path, keep_seconds=0.0, plan=short)
    with pytest.raises(KeyboardInterrupt):
        trained(wish, Heard(break_at=15))
    (state,) = (wish.output / "training").glob("state-*")
    half = shutil.copytree(state, state.with_name("state-00000-000000099-0.unfinished"))
    (half / "network.safetensors").write_bytes(b"half")
    heard = Heard()
    report = trained(wish, heard)
    undisturbed = trained(request(tmp_path, output="other", plan=short))
    assert len(heard.losses) == 2 * 12 - 15
    assert report["history"] == undisturbed["history"]


def test_a_folder_of_another_training_is_not_gone_on_with(tmp_path: Path) -> None:
    short = replace(PLAN, epochs=1)
    wish = request(tmp_path, plan=short)
    with pytest.raises(KeyboardInterrupt):
        trained(wish, Heard(break_at=2))
    with pytest.raises(OtherTrainingError, match="another plan"):
        trained(replace(wish, plan=replace(short, seed=7)))
    training.restart(wish.output)
    assert trained(replace(wish, plan=replace(short, seed=7)))["history"]


def test_training_ends_when_nothing_is_gained(tmp_path: Path) -> None:
    idle = replace(PLAN, epochs=9, rate=0.0, patience=2)
    report = trained(request(tmp_path, plan=idle))
    assert len(report["history"]) == 3


def test_rare_labels_can_be_made_to_count_more(tmp_path: Path) -> None:
    report = trained(request(tmp_path, plan=replace(PLAN, epochs=8, weighting="balanced")))
    assert report["macro_f1"] > 0.9
    config = json.loads((tmp_path / "result" / "config.json").read_text(encoding="utf-8"))
    assert min(config["vts_mood"]["shifts"].values()) > 0


def test_rows_that_cannot_be_used_stop_it_unless_they_are_left_out(tmp_path: Path) -> None:
    wish = request(tmp_path, vocabulary="goemotions", plan=replace(PLAN, epochs=1))
    with wish.data.open("a", encoding="utf-8") as file:
        file.write("i am here\n\tjoy\nso quiet\thungry\n")
    with pytest.raises(BadDataError, match="3 rows") as caught:
        training.material(wish)
    assert "line 242: has 1 columns, and 2 are needed" in str(caught.value)
    assert "line 243: has no text" in str(caught.value)
    assert "line 244: 'hungry' is no label" in str(caught.value)
    found = training.material(replace(wish, skip_bad=True))
    assert len(found.texts) == 240


def test_a_model_that_is_nowhere_is_told_with_its_option(tmp_path: Path) -> None:
    wish = request(tmp_path, model=str(tmp_path / "nowhere"))
    with pytest.raises(UnusableCheckpointError, match="--model"):
        trained(wish)
