"""`vts models`, and the manifest that it lists."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from tests.unit.sdk.weights_server import Manners, serving
from vts import modelstore
from vts.cli import models
from vts.cli.app import app
from vts.modelstore import Entry, File, ManifestError, entries, entry_for, manifest, pulled

CONTENT = b"weights" * 1000
runner = CliRunner(env={"COLUMNS": "200"})


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Iterator[Manners]:
    """A manifest of one pickled, non-commercial model, and its server."""
    manners = Manners(files={"tiny.pt": CONTENT})
    with serving(manners) as address:
        file = File("tiny.pt", f"{address}/tiny.pt", sha256=hashlib.sha256(CONTENT).hexdigest())
        only = Entry("tiny", "own/tiny", "home", "CC-BY-NC-4.0", False, "", "", "a note", (file,))
        monkeypatch.setattr(models, "entries", lambda: (only,))
        monkeypatch.setattr(models, "entry_for", {"tiny": only}.get)
        yield manners


def test_a_pulled_model_is_told_to_be_here_and_verified(tiny: Manners, tmp_path: Path) -> None:
    where = ["--dir", str(tmp_path)]
    assert "here" not in runner.invoke(app, ["models", "list", *where]).output
    result = runner.invoke(app, ["models", "pull", "tiny", *where])
    assert result.exit_code == 0
    assert "non-commercial" in result.output
    assert "only pickles" in result.output
    assert (tmp_path / "tiny" / "tiny.pt").read_bytes() == CONTENT
    assert "here" in runner.invoke(app, ["models", "list", *where]).output
    assert "good" in runner.invoke(app, ["models", "verify", "tiny", *where]).output
    (tmp_path / "tiny" / "tiny.pt").write_bytes(b"something else")
    result = runner.invoke(app, ["models", "verify", "tiny", *where])
    assert result.exit_code == 1
    assert "wrong" in result.output


def test_a_wrong_file_ends_the_command_with_the_reason(tiny: Manners, tmp_path: Path) -> None:
    tiny.files["tiny.pt"] = b"something else"
    result = runner.invoke(app, ["models", "pull", "tiny", "--dir", str(tmp_path)])
    assert isinstance(result.exception, modelstore.WrongFileError)
    assert not (tmp_path / "tiny" / "tiny.pt").exists()


def test_an_unknown_model_is_told_with_those_there_are(tiny: Manners) -> None:
    result = runner.invoke(app, ["models", "pull", "huge"])
    assert result.exit_code == 2
    assert "tiny" in result.output


@pytest.mark.parametrize("command", ["list", "pull", "verify"])
def test_every_command_has_an_example(command: str) -> None:
    assert "Example: vts models" in runner.invoke(app, ["models", command, "--help"]).output


def test_every_model_says_what_whoever_pulls_it_must_know() -> None:
    assert len({entry.name for entry in entries()}) == len(entries())
    for entry in entries():
        assert entry.licence
        assert entry.unlocks
        assert entry.home.startswith("https://")
        assert entry.files
        for file in entry.files:
            assert re.fullmatch(r"([0-9a-f]{8}|[0-9a-f]{64})?", file.sha256)
            assert re.fullmatch(r"([0-9a-f]{32})?", file.md5)
            assert urlsplit(file.url).scheme == "https"


def test_models_that_share_a_folder_share_no_file() -> None:
    paths = [(entry.folder or entry.name, file.path) for entry in entries() for file in entry.files]
    assert len(set(paths)) == len(paths)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ([("../out.bin", "https://x/out.bin")], "outside"),
        ([("/etc/out.bin", "https://x/out.bin")], "outside"),
        ([("..\\out.bin", "https://x/out.bin")], "outside"),
        ([("a.bin", "http://example.org/a.bin")], "https"),
        ([("a.bin", "file:///etc/passwd")], "https"),
        ([("m.safetensors", "https://x/m"), ("m.bin", "https://x/m.bin")], "pickle"),
    ],
)
def test_a_manifest_that_must_not_be_followed_is_refused(
    files: list[tuple[str, str]], reason: str
) -> None:
    bad = {"name": "bad", "files": [{"path": path, "url": url} for path, url in files]}
    with pytest.raises(ManifestError, match=reason):
        manifest.parsed({"models": [bad]})


@pytest.mark.parametrize("where", [{"name": "../bad"}, {"name": "bad", "folder": "/etc"}])
def test_a_model_outside_of_the_store_is_refused(where: dict[str, str]) -> None:
    with pytest.raises(ManifestError, match="no name of a folder"):
        manifest.parsed({"models": [{**where, "files": []}]})


def test_a_model_counts_as_pulled_when_all_its_files_are_there(tmp_path: Path) -> None:
    entry = entry_for("blip-base")
    assert entry is not None
    assert entry_for("Salesforce/blip-image-captioning-base") is entry
    assert pulled("blip-base", tmp_path) is None
    (tmp_path / "blip-base").mkdir()
    for file in entry.files:
        assert pulled("blip-base", tmp_path) is None
        (tmp_path / "blip-base" / file.path).touch()
    assert pulled("blip-base", tmp_path) == tmp_path / "blip-base"
    assert pulled("no-such-model", tmp_path) is None
