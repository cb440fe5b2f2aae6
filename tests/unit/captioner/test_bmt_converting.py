"""Published files become a folder that holds no code, once and the same every time."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from services.captioner.backends.bmt import convert, raft, weights
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


def test_files_are_found_where_they_were_pulled_to(
    files: Files, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, path in files.named().items():
        if name in convert.PUBLISHED_NAMES:
            (tmp_path / convert.PUBLISHED_NAMES[name]).symlink_to(path)
    convert.main([f"--published={tmp_path}", f"--vocabulary={files.vocabulary}"])
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
    with pytest.raises(SystemExit, match="give --published, or --captions and --proposals and"):
        convert.main([f"--vocabulary={files.vocabulary}"])


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("feature_encoder.convnormrelu.0.weight", "fnet.conv1.weight"),
        ("context_encoder.convnormrelu.1.running_mean", "cnet.norm1.running_mean"),
        ("context_encoder.layer2.0.convnormrelu2.1.bias", "cnet.layer2.0.norm2.bias"),
        ("feature_encoder.layer3.0.downsample.0.weight", "fnet.layer3.0.downsample.0.weight"),
        ("context_encoder.conv.bias", "cnet.conv2.bias"),
        ("update_block.motion_encoder.convcorr2.0.bias", "update_block.encoder.convc2.bias"),
        ("update_block.motion_encoder.convflow1.0.bias", "update_block.encoder.convf1.bias"),
        ("update_block.motion_encoder.conv.0.weight", "update_block.encoder.conv.weight"),
        ("update_block.recurrent_block.convgru2.convq.bias", "update_block.gru.convq2.bias"),
        ("update_block.flow_head.conv2.bias", "update_block.flow_head.conv2.bias"),
        ("mask_predictor.convrelu.0.weight", "update_block.mask.0.weight"),
        ("mask_predictor.conv.weight", "update_block.mask.2.weight"),
        ("module.cnet.layer2.0.norm1.weight", "cnet.layer2.0.norm1.weight"),
    ],
)
def test_raft_is_read_by_either_publishers_names(theirs: str, ours: str) -> None:
    assert list(raft.renamed({theirs: torch.zeros(1)})) == [ours]
    with torch.device("meta"):
        assert ours in raft.Raft().state_dict()
    assert raft.renamed({"module.cnet.layer2.0.norm3.weight": torch.zeros(1)}) == {}


def test_both_ports_of_i3d_mean_the_same() -> None:
    with torch.device("meta"):
        ours = I3d(2).state_dict()
    theirs = lower_case(ours) | {"conv3d_0c_1x1.conv3d.bias": torch.zeros(400)}
    assert "mixed_4f.branch_3.1.batch3d.running_var" in theirs
    found, epsilon = renamed(theirs)
    kept = {name for name in ours if not name.endswith("num_batches_tracked")}
    assert (set(found), epsilon) == (kept, 1e-5)
    assert (set(renamed(ours)[0]), renamed(ours)[1]) == (kept, 1e-3)
