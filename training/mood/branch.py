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
HIDDEN_SCORE = -1e4
"""The attention score of padding: none is left after the softmax, in half precision too."""
EMOTIONS, AFFECTS, MOODS = 28, 3, 13
"""How many outputs each lesson has: GoEmotions' labels, EmoBank's axes, music's moods."""

Arrays = Mapping[str, npt.NDArray[np.float32]]


class Layer(nn.Module):
    """One layer: self-attention and a wide layer, each added to its input and normed."""

    def __init__(self) -> None:
        super().__init__()
        self.attention = _Attention()
        self.intermediate = _Wide()
        self.output = _Residual(4 * DIMENSIONS)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Hidden states (texts, tokens, 384) to the next; `mask` (texts, 1, 1, tokens) is bool."""
        hidden = self.attention.forward(hidden, mask)
        return self.output.forward(functional.gelu(self.intermediate.dense(hidden)), hidden)


class _Projections(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query = nn.Linear(DIMENSIONS, DIMENSIONS)
        self.key = nn.Linear(DIMENSIONS, DIMENSIONS)
        self.value = nn.Linear(DIMENSIONS, DIMENSIONS)


class _Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.self = _Projections()
        self.output = _Residual(DIMENSIONS)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        texts, tokens, _ = hidden.shape
        parts = (self.self.query, self.self.key, self.self.value)
        query, key, value = (
            part(hidden).view(texts, tokens, HEADS, -1).transpose(1, 2) for part in parts
        )
        # By hand: on a CPU torch's fused attention takes most of the time of a backward pass.
        scores = query @ key.transpose(2, 3) * (DIMENSIONS // HEADS) ** -0.5
        mixed = scores.masked_fill(~mask, HIDDEN_SCORE).softmax(dim=-1).to(value.dtype) @ value
        return self.output.forward(mixed.transpose(1, 2).flatten(2), hidden)


class _Wide(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.dense = nn.Linear(DIMENSIONS, 4 * DIMENSIONS)


class _Residual(nn.Module):
    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.dense = nn.Linear(inputs, DIMENSIONS)
        self.LayerNorm = nn.LayerNorm(DIMENSIONS, eps=EPSILON)

    def forward(self, inner: Tensor, outer: Tensor) -> Tensor:
        product = functional.dropout(self.dense(inner), DROPOUT, self.training)
        normal: Tensor = self.LayerNorm(product + outer)
        return normal


class _Layers(nn.Module):
    """Layers `first` to before `end`, by their numbers, as BERT names them."""

    def __init__(self, first: int, end: int) -> None:
        super().__init__()
        self.layer = nn.ModuleDict({str(number): Layer() for number in range(first, end)})

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        for layer in self.layer.values():
            hidden = layer(hidden, mask[:, None, None, :])
        return hidden


class Branch(nn.Module):
    """Layers from `first` on, the mean over tokens, and one linear head for each lesson."""

    def __init__(self, first: int) -> None:
        super().__init__()
        self.encoder = _Layers(first, LAYERS)
        heads = {"emotions": EMOTIONS, "affect": AFFECTS, "moods": MOODS}
        self.heads = nn.ModuleDict(
            {name: nn.Linear(DIMENSIONS, outputs) for name, outputs in heads.items()}
        )

    def feel(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """Feeling vectors (texts, 384) of the trunk's states; `mask` (texts, tokens) is bool."""
        hidden = self.encoder.forward(hidden, mask)
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

    def emotion_head(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Weights (28, 384) and bias (28,) of the head that it learned the emotions with."""
        head = self.heads["emotions"].state_dict()
        return head["weight"].numpy(), head["bias"].numpy()

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
        self.encoder = _Layers(0, first)
        self.load_state_dict({name: torch.from_numpy(weights[name]) for name in self.state_dict()})
        self.eval()

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Hidden states (texts, tokens, 384) of token ids."""
        hidden = self._words[ids] + self._places[: ids.shape[1]]
        hidden = functional.layer_norm(hidden, [DIMENSIONS], self._weight, self._bias, EPSILON)
        return self.encoder.forward(hidden, mask)
