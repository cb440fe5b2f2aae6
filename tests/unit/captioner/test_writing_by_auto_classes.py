"""Image-to-text models that transformers' auto classes load, as tiny checkpoints."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from services.captioner.backends import checkpoints
from services.captioner.backends.checkpoints import UnusableCheckpointError
from services.captioner.backends.generating import Wish
from services.captioner.backends.transformers_auto import AutoNetwork, AutoWriter, kind_of
from services.captioner.domain import Pixels
from services.captioner.settings import Settings
from tests.unit.captioner.checkpoints_made import tiny_blip, tiny_florence, tiny_git, tiny_llava

Maker = Callable[[Path], Path]


def picture(seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 255, (40, 60, 3), dtype=np.uint8)


def network(folder: Path, beams: int = 1) -> AutoNetwork:
    return AutoNetwork(
        checkpoints.found(str(folder)),
        device=torch.device("cpu"),
        precision="int8",
        beams=beams,
        max_new_tokens=6,
    )


@pytest.mark.parametrize("make", [tiny_git, tiny_florence, tiny_llava])
def test_a_batch_says_what_each_alone_says(make: Maker, tmp_path: Path) -> None:
    made = network(make(tmp_path), beams=2)
    wishes = [Wish(picture(seed), ("", "the dog")[seed % 2]) for seed in range(4)]
    together = made.write(wishes)
    for wish, lines in zip(wishes, together, strict=True):
        assert [line.text for line in made.write([wish])[0]] == [line.text for line in lines]
        assert lines == tuple(sorted(lines, key=lambda line: -line.confidence))
    assert any(together)


def test_git_goes_on_from_its_prompt(tmp_path: Path) -> None:
    lines = network(tiny_git(tmp_path)).write([Wish(picture(0), "a photo of")])[0]
    assert lines[0].text.startswith("a photo of ")


def test_florence_is_given_its_task_and_no_prompt(tmp_path: Path) -> None:
    made = network(tiny_florence(tmp_path))
    plain, prompted = made.write([Wish(picture(0), ""), Wish(picture(0), "the dog")])
    assert [line.text for line in plain] == [line.text for line in prompted]
    inputs = made._inputs([picture(0)], "the dog")
    said = made._processor.tokenizer.decode(inputs["input_ids"][0])
    assert "what" not in said.split("<image>")[0]
    assert "describe" in said


def test_a_model_that_chats_is_asked_for_a_sentence(tmp_path: Path) -> None:
    made = network(tiny_llava(tmp_path))
    inputs = made._inputs([picture(0)], "the dog")
    assert "the dog" in made._processor.tokenizer.decode(inputs["input_ids"][0])
    lines = made.write([Wish(picture(0), "the dog")])[0]
    assert lines
    assert "image" not in lines[0].text


@pytest.mark.parametrize(("make", "kind"), [(tiny_git, "git"), (tiny_blip, "blip")])
def test_the_writer_names_the_kind_of_its_model(make: Maker, kind: str, tmp_path: Path) -> None:
    writer = AutoWriter.opened(Settings(model=str(make(tmp_path)), device="cpu"))
    assert writer.model.name == kind
    assert writer.model.version.startswith(tmp_path.name)


def test_code_that_comes_with_a_model_is_not_run(tmp_path: Path) -> None:
    folder = tiny_git(tmp_path)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["model_type"] = "own_kind"
    config["auto_map"] = {"AutoConfig": "own.OwnConfig"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", encoding="utf-8")
    with pytest.raises(UnusableCheckpointError, match="not run"):
        kind_of(checkpoints.found(str(folder)))
    assert not (tmp_path / "ran").exists()
