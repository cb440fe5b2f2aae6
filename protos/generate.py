"""Generates the Python stubs from the protos, or checks that they are current.

Our own go under `sdk/vts`; those of other projects' protocols (`third_party`) beside the backend
that speaks them. In both, a proto's path is its stub's import path.

Example: `python protos/generate.py --check` exits with 1 and names every stub that has drifted.
"""

import argparse
import filecmp
import sys
import tempfile
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent
REPOSITORY = ROOT.parent
THIRD_PARTY = ROOT / "third_party"


@dataclass(frozen=True, slots=True)
class Protos:
    """Protos under `root` (but not under `without`), and the folder their stubs are kept under."""

    root: Path
    home: Path
    without: Path | None = None

    def files(self) -> list[str]:
        """Their paths relative to `root`."""
        found = sorted(self.root.rglob("*.proto"))
        return [
            str(path.relative_to(self.root))
            for path in found
            if self.without is None or not path.is_relative_to(self.without)
        ]

    def folders(self) -> set[Path]:
        """The topmost folders their stubs are in."""
        return {self.home / Path(name).parts[0] for name in self.files()}


EACH = (
    Protos(ROOT, REPOSITORY / "sdk", without=THIRD_PARTY),
    Protos(THIRD_PARTY, REPOSITORY),
)


def generate(protos: Protos, target: Path) -> list[Path]:
    """Writes all stubs under `target`; returns their paths relative to it.

    Raises:
        RuntimeError: protoc refused a file; it has printed why.
    """
    well_known = resources.files("grpc_tools") / "_proto"
    plugin = Path(sys.executable).with_name("protoc-gen-mypy_grpc")
    options = [f"--plugin=protoc-gen-mypy_grpc={plugin}"]
    options += [f"--{name}_out={target}" for name in ("python", "pyi", "grpc_python", "mypy_grpc")]
    paths = [f"-I{protos.root}", f"-I{well_known}"]
    if protoc.main(["protoc", *paths, *options, *protos.files()]) != 0:
        raise RuntimeError("protoc failed")
    stubs = [stub for file in protos.files() for stub in _stubs(target / file)]
    return sorted(path.relative_to(target) for path in stubs)


def _stubs(proto: Path) -> list[Path]:
    """The stubs made of a proto; those of a file without services are removed, being empty."""
    services = proto.with_name(f"{proto.stem}_pb2_grpc.py")
    if "class " not in services.read_text(encoding="utf-8"):
        services.unlink()
        services.with_suffix(".pyi").unlink()
    return list(proto.parent.glob(f"{proto.stem}_pb2*"))


def drifted(protos: Protos, fresh: Path) -> list[Path]:
    """Kept stubs that differ from newly generated ones, are missing or have no proto."""
    wanted = generate(protos, fresh)
    found = [
        path.relative_to(protos.home)
        for folder in protos.folders()
        for path in folder.rglob("*_pb2*")
        if path.suffix in {".py", ".pyi"}
    ]
    return sorted(
        path
        for path in {*wanted, *found}
        if not (fresh / path).exists()
        or not (protos.home / path).exists()
        or not filecmp.cmp(fresh / path, protos.home / path, shallow=False)
    )


def stale_stubs(protos: Protos) -> list[Path]:
    """The stubs that have drifted, as paths from the repository's root."""
    with tempfile.TemporaryDirectory() as folder:
        home = protos.home.relative_to(REPOSITORY)
        return [home / path for path in drifted(protos, Path(folder))]


def main() -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on drift")
    if not parser.parse_args().check:
        written = [stub for protos in EACH for stub in generate(protos, protos.home)]
        sys.stdout.write(f"{len(written)} stubs written\n")
        return 0
    stale = [path for protos in EACH for path in stale_stubs(protos)]
    for path in stale:
        sys.stderr.write(f"stale stub: {path} (run `make protos`)\n")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
