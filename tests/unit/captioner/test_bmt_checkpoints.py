"""Published checkpoints are read without running anything that is in them."""

import io
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from services.captioner.backends.bmt.captioning import CaptioningNetwork
from services.captioner.backends.bmt.checkpoint import Checkpoint, read_weights
from services.captioner.backends.bmt.unpickling import (
    Config,
    RefusedCheckpoint,
    Storage,
    StoredTensor,
    unpickled,
)
from tests.unit.captioner.bmt_made import (
    small_captioner,
    small_proposer,
    write_captions,
    write_proposals,
)

FORMATS = pytest.mark.parametrize("zipped", [False, True], ids=["legacy", "zip"])


class Touches:
    """Makes a file when it is unpickled by anyone who lets it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return os.system, (f"touch {self._path}",)


@FORMATS
def test_a_captioning_checkpoint_gives_back_its_tensors(tmp_path: Path, zipped: bool) -> None:
    weights = small_captioner().state_dict()
    path = write_captions(tmp_path / "best_cap_model.pt", weights, zipped=zipped)
    with Checkpoint(path) as checkpoint:
        stored = checkpoint.tensors("model_state_dict")
        assert list(stored) == list(weights)
        for name, tensor in weights.items():
            assert torch.equal(checkpoint.read(stored[name]), tensor)


@FORMATS
def test_what_else_lies_in_a_checkpoint_is_told(tmp_path: Path, zipped: bool) -> None:
    path = write_proposals(tmp_path / "best_prop_model.pt", small_proposer(), zipped=zipped)
    with Checkpoint(path) as checkpoint:
        assert checkpoint.content["anchors"] == {"audio": [1.0, 5.0, 20.0], "video": [2.0, 9.0]}
        assert checkpoint.content["best_metric"] == 0.6
        config = checkpoint.content["config"]
        assert isinstance(config, Config)
        assert config.values["strides"] == {"audio": 0.96, "video": 2.56}


def test_torch_itself_refuses_what_we_read(tmp_path: Path) -> None:
    path = write_captions(tmp_path / "c.pt", small_captioner().state_dict(), zipped=True)
    with pytest.raises(pickle.UnpicklingError, match="Config"):
        torch.load(path, weights_only=True)


def test_a_checkpoint_of_published_size_tells_its_shapes(tmp_path: Path) -> None:
    with torch.device("meta"):
        expected = CaptioningNetwork(10_172).state_dict()
    # One block of zeros, seen in every shape: a file of 42 MB instead of 214.
    zeros = torch.zeros(max(tensor.numel() for tensor in expected.values()))
    weights = {n: zeros[: t.numel()].view(t.shape) for n, t in expected.items()}
    path = write_captions(tmp_path / "best_cap_model.pt", weights)
    with Checkpoint(path) as checkpoint:
        stored = checkpoint.tensors("model_state_dict")
        assert {n: t.shape for n, t in stored.items()} == {
            n: tuple(t.shape) for n, t in expected.items()
        }
        assert checkpoint.content["trg_voc_size"] == 10_172
        bias = checkpoint.read(stored["generator.linear.bias"])
    assert bias.shape == (10_172,)


@FORMATS
def test_code_in_a_checkpoint_is_named_and_never_run(tmp_path: Path, zipped: bool) -> None:
    marker = tmp_path / "was run"
    path = tmp_path / "evil.pt"
    torch.save(
        {"model_state_dict": {}, "config": Touches(marker)},
        path,
        _use_new_zipfile_serialization=zipped,
    )
    with pytest.raises(RefusedCheckpoint, match=r"evil.pt is refused: .*posix\.system"):
        Checkpoint(path)
    assert not marker.exists()


@pytest.mark.parametrize(
    "name",
    [
        "builtins eval",
        "builtins getattr",
        "os system",
        "subprocess Popen",
        "torch load",
        "torch.serialization load",
        "numpy load",
        "collections OrderedDict.fromkeys",
        "utilities.config_constructor Other",
        "services.captioner.backends.bmt.unpickling unpickled",
    ],
)
def test_every_other_name_is_refused(name: str) -> None:
    module, attribute = name.split()
    stream = b"\x80\x04" + pickle.dumps(module)[2:-1] + pickle.dumps(attribute)[2:-1] + b"\x93."
    with pytest.raises(RefusedCheckpoint, match=r"is not let in"):
        unpickled(io.BytesIO(f"c{module}\n{attribute}\n.".encode()))
    with pytest.raises(RefusedCheckpoint):
        unpickled(io.BytesIO(stream))


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        b"no pickle",
        b"ctorch._utils\n_rebuild_tensor_v2\n}X\x01\x00\x00\x00xK\x01sb.",  # sets an attribute
        b"cutilities.config_constructor\nConfig\n}X\x01\x00\x00\x00xK\x01sb.",  # of the class
        b"ctorch\nFloatStorage\n(N}X\x05\x00\x00\x00dtypeK\x01s\x86b.",
        b"ctorch._utils\n_rebuild_tensor_v2\n(K\x01K\x02K\x03K\x04tR.",
        b"c_codecs\nencode\n(X\x01\x00\x00\x00aX\x05\x00\x00\x00utf16tR.",
        b"cnumpy\ndtype\n(X\x02\x00\x00\x00O8tR.",
        b"X\x01\x00\x00\x00aQ.",  # a storage that is none
    ],
)
def test_a_damaged_or_crafted_pickle_is_refused(stream: bytes) -> None:
    with pytest.raises(RefusedCheckpoint):
        unpickled(io.BytesIO(stream))


_STORAGE = (
    b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x04tQ"
)
_TENSOR = b"ctorch._utils\n_rebuild_tensor_v2\n(" + _STORAGE + b"K\x00(K\x04t(K\x01ttR"


@pytest.mark.parametrize("made", [_STORAGE, _TENSOR], ids=["storage", "tensor"])
def test_what_was_checked_cannot_be_changed_afterwards(made: bytes) -> None:
    assert unpickled(io.BytesIO(made + b".")).__class__ in (Storage, StoredTensor)
    with pytest.raises(RefusedCheckpoint, match="after its check"):
        unpickled(io.BytesIO(made + b"(NK\x09(K\x09t(K\x01ttb."))


@FORMATS
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_is_cut_short_is_refused(tmp_path: Path, zipped: bool, share: float) -> None:
    path = write_captions(tmp_path / "c.pt", small_captioner().state_dict(), zipped=zipped)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(RefusedCheckpoint, match=r"c\.pt is refused"):
        Checkpoint(path)


def test_a_tensor_never_reaches_outside_its_storage(tmp_path: Path) -> None:
    path = tmp_path / "t.pt"
    torch.save({"a": torch.zeros(2, 3)}, path)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "u.pt", "w") as target:
        for entry in source.infolist():
            data = source.read(entry)
            # The shape (2, 3) becomes (2, 9).
            target.writestr(entry.filename, data.replace(b"K\x02K\x03\x86", b"K\x02K\x09\x86"))
    with pytest.raises(RefusedCheckpoint, match="larger than its storage"):
        Checkpoint(tmp_path / "u.pt")


def test_safetensors_are_read_as_well(tmp_path: Path) -> None:
    from safetensors.torch import save_file

    save_file({"features.0.bias": torch.arange(3.0)}, tmp_path / "v.safetensors")
    assert read_weights(tmp_path / "v.safetensors")["features.0.bias"].tolist() == [0, 1, 2]
    (tmp_path / "v.safetensors").write_bytes(b"{}")
    with pytest.raises(RefusedCheckpoint, match="is damaged"):
        read_weights(tmp_path / "v.safetensors")
