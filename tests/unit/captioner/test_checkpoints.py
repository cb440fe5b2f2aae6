"""Where weights are found, what is refused, and what a processor gains by."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from services.captioner.backends import checkpoints, open_captioner, precision
from services.captioner.backends.checkpoints import UnusableCheckpointError
from services.captioner.backends.precision import Int8Linear, device_for, precision_for
from services.captioner.settings import Settings
from tests.unit.captioner.checkpoints_made import tiny_blip


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (open, (str(tmp_path / "sprung"), "w"))

    folder = tiny_blip(tmp_path / "blip")
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(UnusableCheckpointError, match="pickled"):
        open_captioner(Settings(backend="blip", model=str(folder)))
    assert not (tmp_path / "sprung").exists()


def test_a_model_that_is_not_here_names_the_setting_and_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(FileNotFoundError) as caught:
        open_captioner(Settings(backend="blip"))
    assert "VTS_CAPTIONER_MODEL" in str(caught.value)
    assert "vts models pull blip-base" in str(caught.value)


@pytest.mark.parametrize("name", ["no/such", "not a name at all!", "/no/such/folder"])
def test_a_name_that_is_none_is_told_as_well(name: str) -> None:
    with pytest.raises(UnusableCheckpointError, match="VTS_CAPTIONER_MODEL"):
        checkpoints.found(name)


def test_an_empty_folder_is_told_apart_from_pickles(tmp_path: Path) -> None:
    with pytest.raises(UnusableCheckpointError, match="safetensors"):
        checkpoints.found(str(tmp_path))


@pytest.mark.parametrize("name", ["blip-base", "Salesforce/blip-image-captioning-base"])
def test_a_pulled_model_is_found_by_either_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_pulled(tmp_path / ".vts" / "models" / "blip-base")
    monkeypatch.chdir(tmp_path)
    assert checkpoints.found(name).folder == Path(".vts/models/blip-base")


async def test_a_model_that_was_pulled_to_another_folder_is_found_there(tmp_path: Path) -> None:
    as_pulled(tmp_path / "elsewhere" / "blip-base")
    settings = Settings(backend="blip", model="blip-base", models_dir=tmp_path / "elsewhere")
    captioner = open_captioner(settings)
    assert captioner.model.version.startswith("blip-base-")
    await captioner.close()


def as_pulled(folder: Path) -> None:
    """A tiny BLIP with every file of the published one."""
    tiny_blip(folder)
    # Tiny ones are saved without these.
    for name in ("special_tokens_map.json", "preprocessor_config.json"):
        if not (folder / name).exists():
            (folder / name).write_text("{}")


def test_the_version_changes_with_the_weights(tmp_path: Path) -> None:
    folder = tiny_blip(tmp_path)
    before = checkpoints.found(str(folder)).version
    weights = folder / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    assert checkpoints.found(str(folder)).version != before


@pytest.mark.parametrize(
    ("able", "expected"),
    [
        ({"avx512_vnni": True, "avx512_bf16": True}, "int8"),
        ({"avx_vnni": True}, "int8"),
        ({"avx512_bf16": True}, "bfloat16"),
        ({"avx2": True}, "float32"),
    ],
)
def test_the_processor_decides_the_precision(
    able: dict[str, bool], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    assert precision_for("auto", torch.device("cpu")) == expected
    assert precision_for("float32", torch.device("cpu")) == "float32"


def test_int8_is_not_for_cuda() -> None:
    with pytest.raises(ValueError, match="VTS_CAPTIONER_PRECISION"):
        precision_for("int8", torch.device("cuda"))


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")
def test_cuda_that_is_not_there_is_told() -> None:
    assert device_for("auto").type == "cpu"
    with pytest.raises(ValueError, match="VTS_CAPTIONER_DEVICE"):
        device_for("cuda")


def test_a_layer_of_bytes_is_close_and_each_row_stands_alone() -> None:
    torch.manual_seed(0)
    linear = torch.nn.Linear(64, 24)
    small = Int8Linear(linear)
    rows = torch.randn(5, 3, 64) * torch.logspace(-3, 3, 5).view(5, 1, 1)
    whole, near = linear(rows), small(rows)
    for row in range(5):
        assert (near[row] - whole[row]).norm() < 0.02 * whole[row].norm()
        torch.testing.assert_close(small(rows[row]), near[row], rtol=0, atol=0)
    assert torch.equal(small(torch.zeros(1, 64))[0], linear.bias)


def test_only_plain_linear_layers_are_replaced() -> None:
    model = torch.nn.ModuleDict(
        {"plain": torch.nn.Linear(4, 4), "mixed": torch.nn.MultiheadAttention(4, 1)}
    )
    precision.reduce(model, "int8")
    assert isinstance(model["plain"], Int8Linear)
    assert type(model["mixed"].out_proj) is not Int8Linear


def test_lite_does_without_torch() -> None:
    code = (
        "import sys; from services.captioner.backends import open_captioner;"
        "from services.captioner.settings import Settings; open_captioner(Settings());"
        "assert not {'torch', 'transformers'} & set(sys.modules), 'heavy'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
