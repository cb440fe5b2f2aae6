"""The library from a wheel, outside the checkout."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PARTS = ("catalogue", "deploy", "gateway", "models", "servicekit", "services", "vts_local")
READ = """
import pathlib, sys
import services.mood, vts_local

home = pathlib.Path(sys.argv[1])
for module in (services.mood, vts_local):
    assert pathlib.Path(module.__file__).is_relative_to(home), module.__file__
with vts_local.MoodReader() as reader:
    print(reader.read("rainy drive home, a bit sad").valence)
    print(reader.read("비 오는 밤, 조금 슬프다").valence)
with vts_local.MusicMoods(compiled=home / "compiled"):
    pass
assert not {"torch", "transformers"} & set(sys.modules)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, made of a copy: building leaves folders behind."""
    source: Path = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in PARTS:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "--wheel-dir", "out", "."]
    subprocess.run(command, cwd=source, check=True, capture_output=True, timeout=120)
    (made,) = (source / "out").glob("*.whl")
    return made


def test_the_wheel_holds_every_model(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    kinds = {".onnx", ".npz", ".safetensors", ".tsv"}
    models = {path for path in (ROOT / "models").rglob("*") if path.suffix in kinds}
    assert models
    assert {path.relative_to(ROOT).as_posix() for path in models} <= names


def test_moods_are_read_where_there_is_no_checkout(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    zipfile.ZipFile(wheel).extractall(home)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(home)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    english, korean = map(float, done.stdout.split())
    assert english < 0
    assert korean < 0
