"""Published files become a folder that holds no code, once and the same every time."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from services.captioner.backends.bmt import convert, weights
from services.captioner.backends.bmt.convert import Files
from services.captioner.backends.bmt.i3d import I3d, renamed
from services.captioner.backends.bmt.sizes import Sizes
from tests.unit.captioner.bmt_made import WORDS, lower_case, published_files

SMALL = Sizes(caption=12, inner=16, layers=1)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return published_files(tmp_path_factory.mktemp("bmt") / "published", SMALL)


@pytest.fixture(scope="module")
def folder(files: Files) -> Path:
    folder = files.captions.parent.parent / "events"
    given = [f"--{name}={path}" for name, path in files.named().items()]
    convert.main([*given, f"--output={folder}"])
    return folder


def test_the_folder_holds_networks_that_can_be_asked(folder: Path) -> None:
    networks = weights.opened(folder, torch.device("cpu"))
    assert networks.vocabulary.words == WORDS
    assert networks.proposing.sizes["audio"].anchors == (1.0, 5.0, 20.0)
    assert networks.proposing.sizes["video"].steps == 300
    assert networks.extractor.flow is None
    assert len(networks.version) == 12
    # The port in lower case was made with PyTorch's own epsilon.
    assert networks.extractor.rgb.get_submodule("Mixed_3b.b1a.bn").eps == 1e-5


def test_the_folder_holds_only_safetensors_and_json(folder: Path) -> None:
    assert {path.suffix for path in folder.iterdir()} == {".safetensors", ".json"}
    about = json.loads((folder / "events.json").read_text())
    assert set(about["sources"]) == {"captions", "proposals", "vocabulary", "rgb", "vggish"}


def test_converting_again_changes_no_byte(files: Files, folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    convert.convert(files, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_vocabulary_of_other_size_is_refused_and_nothing_written(
    files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = tmp_path / "words.json"
    words.write_text(json.dumps(WORDS[:-1]))
    given = [f"--{name}={path}" for name, path in replace(files, vocabulary=words).named().items()]
    with pytest.raises(SystemExit, match="knows 20 words and the vocabulary 19"):
        convert.main([*given, f"--output={tmp_path / 'out'}"])
    assert not (tmp_path / "out").exists()


def test_weights_of_another_network_are_refused_by_name(files: Files, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the weights lack embeddings"):
        convert.convert(replace(files, vggish=files.rgb), tmp_path / "out")
    with pytest.raises(ValueError, match="tells no anchors"):
        convert.convert(replace(files, proposals=files.captions), tmp_path / "out")
    with pytest.raises(ValueError, match="both --flow and --raft"):
        convert.convert(replace(files, flow=files.rgb), tmp_path / "out")


def test_a_missing_file_is_named_with_what_to_do(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        if path.name != "i3d_rgb.safetensors":
            (tmp_path / path.name).symlink_to(path)
    with pytest.raises(FileNotFoundError, match=r"VTS_CAPTIONER_EVENTS_PATH .*i3d_rgb.*convert"):
        weights.opened(tmp_path, torch.device("cpu"))


def test_both_ports_of_i3d_mean_the_same() -> None:
    with torch.device("meta"):
        ours = I3d(2).state_dict()
    theirs = lower_case(ours) | {"conv3d_0c_1x1.conv3d.bias": torch.zeros(400)}
    assert "mixed_4f.branch_3.1.batch3d.running_var" in theirs
    found, epsilon = renamed(theirs)
    kept = {name for name in ours if not name.endswith("num_batches_tracked")}
    assert (set(found), epsilon) == (kept, 1e-5)
    assert (set(renamed(ours)[0]), renamed(ours)[1]) == (kept, 1e-3)
