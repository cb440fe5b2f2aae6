"""What the feelings of Korean are read from: its English rendering and the Korean network together.

`models/mood/korean.safetensors` holds the network (`network.…`) and three linear heads on
[search vector of the rendering, the network's features]; its metadata has the
version, KOTE's labels with the cut of each, and the network's share in the search vector. Made
by `training/mood/korean_training.py`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import safe_open

from services.mood.backends.heads import FOLDER, Linear, sigmoid
from services.mood.backends.korean_network import KoreanNetwork, Sensed

Floats = npt.NDArray[np.float32]

FILE = FOLDER / "korean.safetensors"
NETWORK = "network."


@dataclass(frozen=True, slots=True, eq=False)
class KoreanFeelings:
    """What the heads say of texts, a row for each.

    `emotions` (texts, 28) and `kote` (texts, 44) are probabilities; `affect` (texts, 3) is
    valence, arousal and dominance in [-1, 1].
    """

    emotions: Floats
    kote: Floats
    affect: Floats


@dataclass(frozen=True, slots=True, eq=False)
class KoreanHeads:
    """The heads together.

    `cuts` (44,) are the probabilities from which a label of `kote_labels` counts as given;
    `mapped_share` in [0, 1] is how much of a search vector comes from the network.
    """

    emotions: Linear
    kote: Linear
    affect: Linear
    kote_labels: tuple[str, ...]
    cuts: Floats
    mapped_share: float
    version: str

    def feel(self, rendered: Floats, sensed: Sensed) -> KoreanFeelings:
        """Reads texts by the vectors of their renderings (texts, 384) and by the network."""
        inputs = np.hstack([rendered, sensed.features])
        return KoreanFeelings(
            emotions=sigmoid(self.emotions(inputs)),
            kote=sigmoid(self.kote(inputs)),
            affect=np.clip(self.affect(inputs), -1.0, 1.0),
        )

    def search(self, rendered: Floats, sensed: Sensed) -> Floats:
        """Search vectors of length 1: of the rendering and of the network, mixed."""
        return mixed(rendered, sensed.vector, self.mapped_share)


def mixed(rendered: Floats, mapped: Floats, share: float) -> Floats:
    """Vectors between two, of length 1; where the network knew nothing, the rendering's."""
    between = (1.0 - share) * rendered + share * mapped
    lengths = np.linalg.norm(between, axis=1, keepdims=True)
    return np.asarray(between / np.maximum(lengths, 1e-9), dtype=np.float32)


def load(file: Path = FILE) -> tuple[KoreanNetwork, KoreanHeads]:
    """Reads the network and its heads."""
    with safe_open(file, framework="numpy") as opened:
        facts = json.loads(opened.metadata()["korean"])
        tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    return network_of(tensors), heads_of(tensors, facts)


def network_of(tensors: Mapping[str, Floats]) -> KoreanNetwork:
    """The network among the tensors by name."""
    return KoreanNetwork(
        {
            name.removeprefix(NETWORK): value
            for name, value in tensors.items()
            if name.startswith(NETWORK)
        }
    )


def heads_of(tensors: Mapping[str, Floats], facts: Mapping[str, Any]) -> KoreanHeads:
    """The heads among the tensors, with what the metadata says of them."""

    def linear(name: str) -> Linear:
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        return Linear(weight.astype(np.float32), bias.astype(np.float32))

    labels: Mapping[str, float] = facts["kote"]
    return KoreanHeads(
        emotions=linear("emotions"),
        kote=linear("kote"),
        affect=linear("affect"),
        kote_labels=tuple(labels),
        cuts=np.array(list(labels.values()), dtype=np.float32),
        mapped_share=float(facts["mapped_share"]),
        version=facts["version"],
    )
