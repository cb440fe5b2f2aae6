"""Generates the Python stubs under `sdk/vts` from the protos, or checks that they are current.

Example: `python protos/generate.py --check` exits with 1 and names every stub that has drifted.
"""

import argparse
import filecmp
import sys
import tempfile
from importlib import resources
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent
SDK = ROOT.parent / "sdk"


def generate(target: Path) -> list[Path]:
    """Writes all stubs under `target`; returns their paths relative to it.

    Raises:
        RuntimeError: protoc refused a file; it has printed why.
    """
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.rglob("*.proto"))
    well_known = resources.files("grpc_tools") / "_proto"
    plugin = Path(sys.executable).with_name("protoc-gen-mypy_grpc")
    options = [f"--plugin=protoc-gen-mypy_grpc={plugin}"]
    options += [f"--{name}_out={target}" for name in ("python", "pyi", "grpc_python", "mypy_grpc")]
    if protoc.main(["protoc", f"-I{ROOT}", f"-I{well_known}", *options, *files]) != 0:
        raise RuntimeError("protoc failed")
    for stub in target.rglob("*_pb2_grpc.py"):
        if "class " not in stub.read_text(encoding="utf-8"):  # a file without services
            stub.unlink()
            stub.with_suffix(".pyi").unlink()
    return sorted(path.relative_to(target) for path in target.rglob("*_pb2*"))


def drifted(fresh: Path) -> list[Path]:
    """Stubs of the SDK that differ from newly generated ones, are missing or have no proto."""
    wanted = generate(fresh)
    found = [
        path.relative_to(SDK) for path in SDK.rglob("*_pb2*") if path.suffix in {".py", ".pyi"}
    ]
    return sorted(
        path
        for path in {*wanted, *found}
        if not (fresh / path).exists()
        or not (SDK / path).exists()
        or not filecmp.cmp(fresh / path, SDK / path, shallow=False)
    )


def main() -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on drift")
    if not parser.parse_args().check:
        written = generate(SDK)
        sys.stdout.write(f"{len(written)} stubs written\n")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        stale = drifted(Path(folder))
    for path in stale:
        sys.stderr.write(f"stale stub: sdk/{path} (run `make protos`)\n")
    return 1 if stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
