"""The small linear heads on the encoder's vectors, made by `training/mood`, kept in `models/mood`.

`heads.safetensors` holds, for each head, `<name>.weight` (outputs, inputs) and `<name>.bias`;
its metadata has the version, the blend and the labels. `dictionary.tsv` holds English words for
Korean ones, learned from translated sentences.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import safe_open

from services.mood.blending import Blend, Felt

Floats = npt.NDArray[np.float32]

FOLDER = Path(__file__).resolve().parents[3] / "models" / "mood"


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """One head: scores are `vectors @ weight.T + bias`."""

    weight: Floats
    bias: Floats

    def __call__(self, vectors: Floats) -> Floats:
        """Scores, shape (texts, outputs)."""
        return np.asarray(vectors @ self.weight.T + self.bias)


@dataclass(frozen=True, slots=True, eq=False)
class Heads:
    """The heads together; all take a search vector and a feeling vector side by side.

    `emotions` gives logits of the labels; `affect` takes the emotions' probabilities too and gives
    valence, arousal and dominance in [-1, 1]; `music` gives logits of the 13 moods that music of
    such a description has.
    """

    emotions: Linear
    affect: Linear
    music: Linear
    music_base: Floats
    labels: tuple[str, ...]
    blend: Blend
    version: str

    def feel(self, search: Floats, feeling: Floats) -> list[Felt]:
        """What the heads say of search and feeling vectors, each of shape (texts, 384)."""
        inputs = np.hstack([search, feeling])
        emotions = sigmoid(self.emotions(inputs))
        affect = self.affect(np.hstack([inputs, emotions])).clip(-1.0, 1.0)
        music = self.music_moods(inputs)
        felt = []
        for row in range(len(inputs)):
            valence, arousal, dominance = map(float, affect[row])
            named = dict(zip(self.labels, map(float, emotions[row]), strict=True))
            told = {"goemotions": named}
            felt.append(Felt(named, music[row], valence, arousal, dominance, told))
        return felt

    def music_moods(self, inputs: Floats) -> npt.NDArray[np.float64]:
        """The 13 moods of music, (texts, 13) in [0, 1]: how far above what is usual each is."""
        excess = (sigmoid(self.music(inputs)) - self.music_base) / (1.0 - self.music_base)
        return np.clip(excess, 0.0, 1.0).astype(np.float64)


def load(folder: Path = FOLDER) -> Heads:
    """Reads the heads from `folder`."""
    with safe_open(folder / "heads.safetensors", framework="numpy") as file:
        facts = json.loads(file.metadata()["mood"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    blend = Blend(**facts["blend"])
    return assembled(tensors, facts["labels"], blend, facts["version"])


def assembled(
    tensors: Mapping[str, Floats], labels: Sequence[str], blend: Blend, version: str
) -> Heads:
    """Puts the heads together from their tensors by name."""

    def linear(name: str) -> Linear:
        return Linear(tensors[f"{name}.weight"], tensors[f"{name}.bias"])

    return Heads(
        emotions=linear("emotions"),
        affect=linear("affect"),
        music=linear("music"),
        music_base=tensors["music.base"],
        labels=tuple(labels),
        blend=blend,
        version=version,
    )


def load_dictionary(folder: Path = FOLDER) -> dict[str, str]:
    """English words by Korean dictionary key."""
    lines = (folder / "dictionary.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines)


def sigmoid(scores: Floats) -> Floats:
    """The logistic function, without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * scores)))
