"""What goes into `captioner.mar`, and what TorchServe is told."""

import json
import zipfile
from pathlib import Path

import pytest

from deploy.torchserve import archive
from deploy.torchserve.archive import ArchiveError, archived, version_of
from deploy.torchserve.serving import Plan, Ports, ServeError, java_found, settings_of, started

pytest.importorskip("model_archiver", reason="torch-model-archiver is not installed")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "a model, [odd] name"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    for name in ("vocab.txt", "pytorch_model.bin", "modeling.py"):
        (folder / name).write_text("x")
    return folder


def test_an_archive_holds_the_handler_safetensors_and_texts_only(
    model: Path, tmp_path: Path
) -> None:
    made = archived(model, tmp_path / "store")
    with zipfile.ZipFile(made) as archive_file:
        names = set(archive_file.namelist())
        manifest = json.loads(archive_file.read("MAR-INF/MANIFEST.json"))
    assert names == {
        *("handler.py", "model-config.yaml", "MAR-INF/MANIFEST.json"),
        *("config.json", "model.safetensors", "vocab.txt"),
    }
    assert manifest["model"]["modelName"] == "captioner"
    assert manifest["model"]["modelVersion"] == version_of([model / "model.safetensors"])


def test_other_weights_are_another_version(model: Path) -> None:
    weights = [model / "model.safetensors"]
    before = version_of(weights)
    weights[0].write_bytes(b"other")
    assert version_of(weights) != before


def test_pickles_are_refused_by_name(model: Path, tmp_path: Path, capsys) -> None:
    (model / "model.safetensors").unlink()
    assert archive.main(["--model", str(model), "--output", str(tmp_path / "store")]) == 1
    told = capsys.readouterr().err
    assert "pytorch_model.bin" in told
    assert ".safetensors" in told
    assert not (tmp_path / "store").exists()


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"no config\.json"):
        archived(tmp_path, tmp_path)


def test_all_is_on_loopback_and_guarded_by_tokens_unless_named() -> None:
    settings = settings_of(Plan(Path("store"), Ports().moved(100)))
    addresses = {key: value for key, value in settings.items() if "address" in key}
    assert len(addresses) == 5
    assert all("127.0.0.1" in value for value in addresses.values())
    assert settings["grpc_inference_port"] == "7170"
    assert settings["disable_token_authorization"] == "false"
    assert settings["enable_model_api"] == "false"
    open_ = settings_of(Plan(Path("store"), tokens=False))
    assert open_["disable_token_authorization"] == "true"


def test_without_an_archive_the_next_step_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServeError, match="make mar"), started(Plan(tmp_path)):
        pass


@pytest.mark.parametrize(("told", "said"), [("11.0.2", "version 11"), ("", "version unknown")])
def test_an_old_java_is_named(tmp_path: Path, monkeypatch, told: str, said: str) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{told}\"' >&2\n")
    java.chmod(0o700)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ServeError, match=said):
        java_found()
