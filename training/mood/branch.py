"""The feeling branch as a torch network: MiniLM's last layers, copied, to be taught feelings.

BERT layers with post-norm (Devlin et al., NAACL 2019), with BERT's names for their parameters, so
that they load MiniLM's own weights and are written as the service reads them.
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from services.mood.backends.graph import DIMENSIONS, EPSILON, HEADS
from services.mood.backends.weights import LAYERS

DROPOUT = 0.1
EMOTIONS, AFFECTS, MOODS = 28, 3, 13
"""How many outputs each lesson has: GoEmotions' labels, EmoBank's axes, music's moods."""

Arrays = Mapping[str, npt.NDArray[np.float32]]


class Layer(nn.Module):
    """One layer: self-attention and a wide layer, each added to its input and normed."""

    def __init__(self) -> None:
        super().__init__()
        names = ("query", "key", "value")
        parts = {name: nn.Linear(DIMENSIONS, DIMENSIONS) for name in names}
        self.attention = nn.ModuleDict(
            {"self": nn.ModuleDict(parts), "output": _output(DIMENSIONS)}
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(DIMENSIONS, 4 * DIMENSIONS)})
        self.output = _output(4 * DIMENSIONS)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Hidden states (texts, tokens, 384) to the next; `mask` (texts, 1, 1, tokens) is bool."""
        texts, tokens, _ = hidden.shape
        inner = self.attention["self"]
        query, key, value = (
            inner[name](hidden).view(texts, tokens, HEADS, -1).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        # By hand: on a CPU torch's fused attention takes most of the time of a backward pass.
        scores = query @ key.transpose(2, 3) * (DIMENSIONS // HEADS) ** -0.5
        mixed = scores.masked_fill(~mask, -1e4).softmax(dim=-1).to(value.dtype) @ value
        hidden = self._added(self.attention["output"], mixed.transpose(1, 2).flatten(2), hidden)
        wide = functional.gelu(self.intermediate["dense"](hidden))
        return self._added(self.output, wide, hidden)

    def _added(self, output: nn.Module, inner: Tensor, outer: Tensor) -> Tensor:
        product = functional.dropout(output["dense"](inner), DROPOUT, self.training)
        return output["LayerNorm"](product + outer)


class Branch(nn.Module):
    """Layers from `first` on, the mean over tokens, and one linear head for each lesson."""

    def __init__(self, first: int) -> None:
        super().__init__()
        layers = {str(number): Layer() for number in range(first, LAYERS)}
        self.encoder = nn.ModuleDict({"layer": nn.ModuleDict(layers)})
        heads = {"emotions": EMOTIONS, "affect": AFFECTS, "moods": MOODS}
        self.heads = nn.ModuleDict(
            {name: nn.Linear(DIMENSIONS, outputs) for name, outputs in heads.items()}
        )

    def feel(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Feeling vectors (texts, 384) of the trunk's states; `mask` (texts, tokens) is bool."""
        for layer in self.encoder["layer"].values():
            hidden = layer(hidden, mask[:, None, None, :])
        kept = mask[:, :, None]
        return (hidden.float() * kept).sum(dim=1) / kept.sum(dim=1)

    def forward(self, hidden: Tensor, mask: Tensor) -> dict[str, Tensor]:
        """What each head says, by its name."""
        vector = functional.dropout(self.feel(hidden, mask), DROPOUT, self.training)
        return {name: head(vector) for name, head in self.heads.items()}

    def start(self, weights: Arrays) -> None:
        """Takes over MiniLM's own weights for its layers; the heads stay as they are."""
        prefix = "encoder.layer."
        own = {name: value for name, value in self.state_dict().items() if prefix in name}
        self.load_state_dict({name: torch.from_numpy(weights[name]) for name in own}, strict=False)

    def layers(self) -> dict[str, npt.NDArray[np.float16]]:
        """The layers' weights as the service reads them."""
        state = self.encoder.state_dict(prefix="encoder.")
        return {name: value.half().numpy() for name, value in state.items()}


class Trunk(nn.Module):
    """MiniLM's embeddings and its layers up to, and without, `first`: they stay as they are."""

    def __init__(self, weights: Arrays, first: int) -> None:
        super().__init__()
        self._words = torch.from_numpy(weights["embeddings.word_embeddings.weight"])
        places = weights["embeddings.position_embeddings.weight"]
        types = weights["embeddings.token_type_embeddings.weight"][0]
        self._places = torch.from_numpy(places + types)
        names = ("weight", "bias")
        norm = [torch.from_numpy(weights[f"embeddings.LayerNorm.{name}"]) for name in names]
        self._weight, self._bias = norm
        layers = {str(number): Layer() for number in range(first)}
        self.encoder = nn.ModuleDict({"layer": nn.ModuleDict(layers)})
        self.load_state_dict({name: torch.from_numpy(weights[name]) for name in self.state_dict()})
        self.eval()

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Hidden states (texts, tokens, 384) of token ids."""
        hidden = self._words[ids] + self._places[: ids.shape[1]]
        hidden = functional.layer_norm(hidden, [DIMENSIONS], self._weight, self._bias, EPSILON)
        for layer in self.encoder["layer"].values():
            hidden = layer(hidden, mask[:, None, None, :])
        return hidden


def _output(inputs: int) -> nn.ModuleDict:
    norm = nn.LayerNorm(DIMENSIONS, eps=EPSILON)
    return nn.ModuleDict({"dense": nn.Linear(inputs, DIMENSIONS), "LayerNorm": norm})
