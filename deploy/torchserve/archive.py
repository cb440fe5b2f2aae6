"""`make mar`: packs a model's folder and the handler into `captioner.mar`.

Example: `python -m deploy.torchserve.archive --model ~/models/blip-image-captioning-base`
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HOME = Path(__file__).parent / "captioner"
NAME = "captioner"
STORE = Path("build/torchserve")

_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".msgpack", ".h5")
_TEXTS = (".json", ".txt", ".model", ".jinja")
_BLOCK_BYTES = 1 << 20


class ArchiveError(Exception):
    """The folder cannot be packed; the message says why and what to do."""


def archived(model: Path, store: Path, config: Path = HOME / "model-config.yaml") -> Path:
    """Writes `captioner.mar` into `store` and returns its path.

    It holds the handler, the safetensors and the model's JSON and text files; nothing else of the
    folder is taken. Its version is the first 12 digits of the weights' SHA-256.

    Raises:
        ArchiveError: The folder holds no safetensors or no `config.json`, or the archiver failed.
    """
    weights = weights_of(model)
    texts = [path for path in sorted(model.iterdir()) if path.suffix in _TEXTS and path.is_file()]
    store.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="vts-mar-") as folder:
        stage = Path(folder) / "files"
        stage.mkdir()
        for path in (*weights, *texts):
            (stage / path.name).symlink_to(path.resolve())
        # The archiver takes only this name for a configuration, and empties $TMPDIR/captioner.
        (Path(folder) / "model-config.yaml").write_bytes(config.read_bytes())
        _pack(Path(folder), stage, version_of(weights), store)
    return store / f"{NAME}.mar"


def weights_of(model: Path) -> list[Path]:
    """The safetensors of a model's folder.

    Raises:
        ArchiveError: There are none, or there is no `config.json`.
    """
    if not (model / "config.json").is_file():
        raise ArchiveError(f"{model} holds no config.json: is it the folder of a model?")
    weights = sorted(model.glob("*.safetensors"))
    if weights:
        return weights
    pickles = sorted(path.name for path in model.iterdir() if path.suffix in _PICKLES)
    found = f"only {', '.join(pickles[:3])}" if pickles else "no weights"
    raise ArchiveError(
        f"{model} holds {found}; loading such files can run code, so only .safetensors are taken"
    )


def version_of(weights: Sequence[Path]) -> str:
    """The first 12 hexadecimal digits of the SHA-256 over the files' contents, in order."""
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
    return digest.hexdigest()[:12]


def _pack(folder: Path, stage: Path, version: str, store: Path) -> None:
    command = [
        *(sys.executable, "-m", "model_archiver.model_packaging"),
        *("--model-name", NAME, "--version", version, "--force"),
        *("--handler", str(HOME / "handler.py")),
        *("--config-file", str(folder / "model-config.yaml")),
        *("--extra-files", str(stage)),
        *("--export-path", str(store)),
        # Weights hardly shrink; unpacking them would cost a minute at every start.
        *("--archive-format", "zip-store"),
    ]
    environment = {**os.environ, "TMPDIR": str(folder)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise ArchiveError(f"torch-model-archiver failed: {last}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.torchserve.archive",
        description="Packs an image-to-text model of transformers and the handler for TorchServe.",
        epilog="Example: python -m deploy.torchserve.archive --model ~/models/blip-base",
    )
    parser.add_argument(
        "--model", type=Path, required=True, help="folder with config.json and *.safetensors"
    )
    parser.add_argument("--output", type=Path, default=STORE, help="where captioner.mar is put")
    parser.add_argument(
        "--config",
        type=Path,
        default=HOME / "model-config.yaml",
        help="batches, workers and device; the one beside the handler if not given",
    )
    chosen = parser.parse_args(arguments)
    try:
        made = archived(chosen.model, chosen.output, chosen.config)
    except (ArchiveError, OSError) as error:
        print(f"archive: {error}", file=sys.stderr)
        return 1
    print(f"{made} ({made.stat().st_size / 1e6:.1f} MB); next: python -m deploy.torchserve.run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
