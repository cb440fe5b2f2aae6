"""Every service has the same rooms, and every file its room."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
USE_CASES = {
    "captioner": "captioning.py",
    "mood": "reading.py",
    "audio_features": "extracting.py",
    "recommender": "recommending.py",
}
CODE = ("servicekit", "services", "gateway", "catalogue", "deploy", "sdk", "training", "benchmarks")
MAX_LINES = 300
MAX_MAIN_LINES = 25


def sources() -> list[Path]:
    return [
        path
        for folder in CODE
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "_pb2" not in path.name
    ]


@pytest.mark.parametrize("service", USE_CASES)
def test_every_service_has_its_files_its_proto_and_its_extra(service: str) -> None:
    home = ROOT / "services" / service
    expected = [
        "__main__.py",
        "settings.py",
        "servicer.py",
        "domain.py",
        USE_CASES[service],
        "backends/__init__.py",
        "README.md",
    ]
    assert [name for name in expected if not (home / name).exists()] == []
    assert (ROOT / f"protos/vts/{service}/v1/{service}_service.proto").exists()
    extra = service.replace("_", "-")
    assert re.search(rf"^{extra} = \[", (ROOT / "pyproject.toml").read_text(), re.M)


def test_a_composition_root_is_short() -> None:
    for path in [*ROOT.glob("services/*/__main__.py"), ROOT / "gateway/__main__.py"]:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_MAIN_LINES, path


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


def test_no_module_is_named_after_nothing() -> None:
    vague = {"utils", "util", "common", "helpers", "helper", "manager", "misc"}
    assert [path for path in sources() if path.stem in vague] == []


def test_the_environment_is_read_only_by_settings_and_commands() -> None:
    allowed = ("deploy/", "sdk/vts/cli", "training/", "benchmarks/", "services/audio_features")
    readers = [
        str(path.relative_to(ROOT))
        for path in sources()
        if re.search(r"os\.(environ|getenv)", path.read_text(encoding="utf-8"))
    ]
    assert [reader for reader in readers if not reader.startswith(allowed)] == []


def test_every_dependency_is_pinned_once_and_justified() -> None:
    import tomllib

    pins = [
        re.split(r"[=@]", line)[0].strip().lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if line and not line.startswith("#")
    ]
    assert len(pins) == len(set(pins))
    reasons = (ROOT / "docs/decisions/0002-dependencies.md").read_text().lower()
    projects = [
        tomllib.loads((ROOT / path).read_text())["project"]
        for path in ("pyproject.toml", "sdk/pyproject.toml")
    ]
    named = {
        name
        for project in projects
        for group in [
            project["dependencies"],
            *project.get("optional-dependencies", {}).values(),
        ]
        for name in group
        if not name.startswith("vts")
    }
    assert sorted(name for name in named if name.lower() not in pins) == []
    assert sorted(name for name in named if not _is_justified(name, reasons)) == []


def _is_justified(name: str, reasons: str) -> bool:
    last = name.rsplit("-", 1)[-1]
    return name.lower() in reasons or f"-{last}" in reasons
