"""Measures how far the inputs of the encoder's matrices reach: `python -m training.mood.reaches`.

The service computes in eight bits with fixed scales; these tell it which. Measured are the original
layers and, where there is one, the feeling branch, on sentences, comments and captions that are
nobody's to report on. Takes a minute.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from services.mood.backends.weights import (
    FEELING,
    LAYERS,
    MEASURED_BRANCH,
    REACHES,
    branch_weights,
    installed_folder,
    verified_weights,
)
from services.mood.lexicon import meanings
from training.mood import corpora
from training.mood.branch import Branch, Trunk
from training.mood.options import data_option
from training.mood.shipping import ship

SEED = 5
TEXTS_EACH = 500
MAX_TOKENS = 256
INPUTS = {
    "attention.self": "attention.self.query",
    "attention.output": "attention.output.dense",
    "intermediate": "intermediate.dense",
    "output": "output.dense",
}
"""The module that a measured input goes into, by the input's name."""


class Reaches:
    """Watches the layers of a network and keeps the largest of every input channel."""

    def __init__(self, layers: nn.ModuleDict, prefix: str = "") -> None:
        self.found: dict[str, npt.NDArray[np.float16]] = {}
        for number, layer in layers.items():
            for name, module in INPUTS.items():
                key = f"{prefix}encoder.layer.{number}.{name}"
                watched = layer.get_submodule(module)
                watched.register_forward_pre_hook(self._watching(key))

    def _watching(self, key: str) -> Callable[[nn.Module, tuple[Tensor]], None]:
        def watch(_: nn.Module, given: tuple[Tensor]) -> None:
            largest = given[0].abs().amax(dim=(0, 1)).numpy().astype(np.float16)
            self.found[key] = np.maximum(self.found.get(key, largest), largest)

        return watch


def texts(data: Path) -> list[str]:
    """Sentences to measure on, from the halves that are trained on."""
    captions = json.loads((data / "flickr8k" / "train_captions.json").read_text(encoding="utf-8"))
    kinds: Iterable[Sequence[str]] = (
        corpora.goemotions(data, "train").texts,
        corpora.emobank(data, "train").texts,
        [text for each in captions.values() for text in each],
        [gloss for meaning in meanings() for gloss in meaning.korean.values()],
    )
    source = random.Random(SEED)
    return [text for kind in kinds for text in source.sample(list(kind), TEXTS_EACH) if text]


@torch.inference_mode()
def measured(
    sentences: Sequence[str], feeling: Path = FEELING
) -> dict[str, npt.NDArray[np.float16]]:
    """The reaches by name; those of the branch have a prefix."""
    weights = verified_weights(installed_folder() / "model.safetensors")
    trunk = Trunk(weights, LAYERS)
    branch = _branch(feeling)
    watched = [Reaches(trunk.encoder.layer)]
    if branch:
        first = len(trunk.encoder.layer) - len(branch.encoder.layer)
        watched.append(Reaches(branch.encoder.layer, MEASURED_BRANCH))
        before = Trunk(weights, first)
    for ids in _alike(sentences):
        mask = torch.ones_like(ids, dtype=torch.bool)
        trunk(ids, mask)
        if branch:
            branch.encoder(before(ids, mask), mask)
    return {name: reach for each in watched for name, reach in each.found.items()}


def _alike(sentences: Sequence[str]) -> list[Tensor]:
    """Token ids (texts, tokens) of all texts of each length, so that there is no padding."""
    tokenizer = Tokenizer.from_file(str(installed_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    groups: dict[int, list[list[int]]] = {}
    for encoding in tokenizer.encode_batch(list(sentences)):
        groups.setdefault(len(encoding.ids), []).append(encoding.ids)
    return [torch.tensor(group) for group in groups.values()]


def _branch(path: Path) -> Branch | None:
    if not path.is_file():
        return None
    kept = branch_weights(path)
    branch = Branch(kept.first_layer)
    branch.start(kept.weights)
    return branch.eval()


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(prog="python -m training.mood.reaches", description=__doc__)
    data_option(parser)
    parser.add_argument("--output", type=Path, default=REACHES, help=f"default: {REACHES.name}")
    given = parser.parse_args()
    found = measured(texts(given.data))
    branch = branch_weights(FEELING).version if FEELING.is_file() else ""
    ship(found, given.output, {"branch": branch})
    print(f"{len(found)} inputs measured; {given.output} has {given.output.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
