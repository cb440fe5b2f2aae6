"""The small linear heads on MiniLM's vectors, trained by `training/mood` and kept in `models/mood`.

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
    """The heads together.

    `emotions` gives logits of the labels; `affect` takes a vector followed by the emotions'
    probabilities and gives valence, arousal and dominance in [-1, 1]; `emotions_ko` and
    `affect_ko` are the same for rendered Korean; `music` gives logits of the 13 moods.
    """

    emotions: Linear
    emotions_ko: Linear
    affect: Linear
    affect_ko: Linear
    music: Linear
    music_base: Floats
    labels: tuple[str, ...]
    blend: Blend
    version: str

    def feel(self, vectors: Floats, rendered: Sequence[bool]) -> list[Felt]:
        """What the heads say of vectors, shape (texts, 384); `rendered` marks those of Korean."""
        korean = np.asarray(rendered, dtype=bool)[:, None]
        emotions = sigmoid(np.where(korean, self.emotions_ko(vectors), self.emotions(vectors)))
        features = np.hstack([vectors, emotions])
        affect = np.where(korean, self.affect_ko(features), self.affect(features)).clip(-1.0, 1.0)
        excess = (sigmoid(self.music(vectors)) - self.music_base) / (1.0 - self.music_base)
        music = np.clip(excess, 0.0, 1.0).astype(np.float64)
        return [
            Felt(
                emotions=dict(zip(self.labels, map(float, emotions[row]), strict=True)),
                music=music[row],
                valence=float(affect[row, 0]),
                arousal=float(affect[row, 1]),
            )
            for row in range(len(vectors))
        ]


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
        emotions_ko=linear("emotions_ko"),
        affect=linear("affect"),
        affect_ko=linear("affect_ko"),
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
