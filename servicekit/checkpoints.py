"""Finds published weights on this machine, and refuses what must not be loaded.

For services that load checkpoints of transformers; nothing else here needs huggingface_hub.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from vts import modelstore

_BLOCK_BYTES = 1 << 20
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl")


class UnusableCheckpointError(FileNotFoundError):
    """There are no weights where the settings say, or only ones that are not safe to load."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A folder with a configuration and safetensors; `version` changes when the weights do."""

    folder: Path
    version: str


def found(model: str, setting: str, pulled: Path = modelstore.DEFAULT_FOLDER) -> Checkpoint:
    """Finds a model by path, among those that `vts models` pulled, or in the hub's own cache.

    Nothing is ever fetched here: a service starts with the weights that someone has checked.

    Args:
        model: Its path, or its name here or on the hub.
        setting: The variable that named it, for those who must mend it.
        pulled: Where `vts models` puts what it pulled.

    Raises:
        UnusableCheckpointError: It is nowhere, or it has no safetensors.
    """
    folder = _folder(model, setting, pulled)
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise UnusableCheckpointError(_refusal(folder, setting))
    if not (folder / "config.json").is_file():
        raise UnusableCheckpointError(f"{folder} has no config.json; {_advice(model, setting)}")
    return Checkpoint(folder, f"{Path(model).name}-{_digest(weights)[:12]}")


def _folder(model: str, setting: str, pulled: Path) -> Path:
    path = Path(model).expanduser()
    if model and path.is_dir():
        return path
    if folder := modelstore.pulled(model, pulled):
        return folder
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError) as error:
        raise UnusableCheckpointError(
            f"{model or 'nothing'} is neither a folder nor on this machine; "
            f"{_advice(model, setting)}"
        ) from error


def _advice(model: str, setting: str) -> str:
    entry = modelstore.entry_for(model)
    name = entry.name if entry else "NAME"
    return (
        f"`vts models pull {name}` fetches it where there is a network, "
        f"and {setting} takes its name or the path of a folder"
    )


def _refusal(folder: Path, setting: str) -> str:
    if any(next(folder.glob(pattern), None) for pattern in _PICKLES):
        return (
            f"{folder} has only pickled weights, which can run any code and are not loaded; "
            f"{setting} needs a folder with model.safetensors"
        )
    return f"{folder} has no *.safetensors; {setting} needs a folder with weights"


def _digest(weights: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
    return digest.hexdigest()
