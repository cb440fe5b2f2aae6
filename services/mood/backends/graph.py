"""MiniLM and its feeling branch in eight bits, as ONNX sessions made from their weights."""

from collections.abc import Mapping

import numpy as np
import onnxruntime

from services.mood.backends import quantisation
from services.mood.backends.nodes import MICROSOFT, Nodes, Shape
from services.mood.backends.quantisation import Steps
from services.mood.backends.weights import LAYERS, Branch
from services.mood.domain import Vectors

DIMENSIONS = 384
HEADS = 12
EPSILON = 1e-12
FLOAT_INPUTS = 8
"""Inputs of a layer's neurons that stay floats: those that reach furthest."""
FLOAT_NEURONS = 32
"""Neurons of a layer that stay floats: those that reach furthest."""
EMBEDDING_BLOCK = 128
"""Numbers of a token's embedding that share a scale."""

_TOKENS: Shape = ["texts", "tokens"]
_STATES: Shape = [*_TOKENS, DIMENSIONS]


def trunk(
    weights: Mapping[str, Vectors],
    reaches: Mapping[str, Vectors],
    *,
    threads: int,
    branch_at: int | None = None,
    signed: bool | None = None,
) -> onnxruntime.InferenceSession:
    """MiniLM: `ids` and `mask` (texts, tokens) in, `hidden` (texts, tokens, 384) out.

    With `branch_at`, the hidden states that go into that layer come out too, as `branching`. The
    processor decides whether weights are `signed` where nobody does.
    """
    bert = _Bert(weights, reaches, signed=signed)
    hidden = bert.embeddings()
    outputs = {"hidden": _STATES}
    for layer in range(LAYERS):
        if layer == branch_at:
            outputs[bert.nodes.add("Identity", [hidden], "branching")] = _STATES
        hidden = bert.layer(hidden, layer)
    bert.nodes.add("Identity", [hidden], "hidden")
    return bert.nodes.session({"ids": _TOKENS, "mask": _TOKENS}, outputs, threads)


def branch(
    branch: Branch, reaches: Mapping[str, Vectors], *, threads: int
) -> onnxruntime.InferenceSession:
    """The branch: `branching` (texts, tokens, 384) and `mask` in, `hidden` as large out."""
    bert = _Bert(branch.weights, reaches)
    hidden = "branching"
    for layer in range(branch.first_layer, LAYERS):
        hidden = bert.layer(hidden, layer)
    bert.nodes.add("Identity", [hidden], "hidden")
    inputs = {"branching": _STATES, "mask": _TOKENS}
    return bert.nodes.session(inputs, {"hidden": _STATES}, threads)


class _Bert:
    """Layers with the norm last, as nodes over ONNX Runtime's fused operators."""

    def __init__(
        self,
        weights: Mapping[str, Vectors],
        reaches: Mapping[str, Vectors],
        *,
        signed: bool | None = None,
    ) -> None:
        self.nodes = Nodes()
        self._weights = weights
        self._reaches = reaches
        self._signed = quantisation.multiplies_signed() if signed is None else signed

    def embeddings(self) -> str:
        """The nodes that look tokens up; each layer takes the mask itself."""
        # Token types are absent: a sentence on its own is all of type 0.
        places = self._weights["embeddings.position_embeddings.weight"]
        places = places + self._weights["embeddings.token_type_embeddings.weight"][0]
        width = self.nodes.add("Shape", ["ids"], "width", start=1)
        bounds = [self.nodes.put("first", np.array([0])), width]
        here = self.nodes.add("Slice", [self.nodes.put("places", places), *bounds], "here")
        inputs = [self._words(), here, *self._norm("embeddings.LayerNorm")]
        return self._fused("SkipLayerNormalization", inputs, "embedded", epsilon=EPSILON)

    def layer(self, hidden: str, index: int) -> str:
        """The nodes of one layer; returns the name of its hidden states."""
        name = f"encoder.layer.{index}"
        attended = self._attention(hidden, f"{name}.attention.self")
        output = f"{name}.attention.output"
        narrow = self._narrowed(attended, output, quantisation.around_zero(self._reaches[output]))
        product = self._product(narrow, output, self._matrix(f"{output}.dense"))
        hidden = self._residual(product, hidden, output)
        return self._residual(self._neurons(hidden, name), hidden, f"{name}.output")

    def _words(self) -> str:
        table = self._weights["embeddings.word_embeddings.weight"]
        blocks = table.reshape(len(table), -1, EMBEDDING_BLOCK)
        sizes = np.abs(blocks).max(axis=2) / 127.0
        values = np.rint(blocks / sizes[:, :, None]).reshape(table.shape) + 128.0
        inputs = [self.nodes.put("words", values.astype(np.uint8)), "ids"]
        inputs.append(self.nodes.put("sizes", sizes))
        block = {"bits": 8, "block_size": EMBEDDING_BLOCK, "gather_axis": 0, "quantize_axis": 1}
        return self._fused("GatherBlockQuantized", inputs, "looked_up", **block)

    def _attention(self, hidden: str, name: str) -> str:
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self._matrix(part) for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        evening = quantisation.even(self._reaches[name], weight)
        steps = quantisation.around_zero(self._reaches[name] / evening)
        narrow = self._narrowed(self._evened(hidden, name, evening), name, steps)
        columns, scales, nought = self._columns(name, weight * evening[:, None])
        inputs = [narrow, columns, self.nodes.put(f"{name}.bias", bias), f"{name}.scale", scales]
        inputs += ["mask", f"{name}.zero", nought]
        return self._fused("QAttention", inputs, f"{name}.attended", num_heads=HEADS)

    def _neurons(self, hidden: str, name: str) -> str:
        """What the neurons of a layer give together, without the last bias."""
        first, last = f"{name}.intermediate", f"{name}.output"
        above, below = self._matrix(f"{first}.dense"), self._matrix(f"{last}.dense")
        bias = self._weights[f"{first}.dense.bias"]
        far, near = quantisation.furthest(self._reaches[last], FLOAT_NEURONS)
        active = self._active(self._summed(hidden, first, above[:, near]), first, bias[near])
        steps = quantisation.above_gelu(self._reaches[last][near])
        product = self._product(self._narrowed(active, last, steps), last, below[near])
        few = self._floats(hidden, f"{first}.far", above[:, far])
        few = self._floats(self._active(few, f"{first}.far", bias[far]), last, below[far])
        return self.nodes.add("Add", [product, few], f"{last}.sum")

    def _summed(self, hidden: str, name: str, weight: Vectors) -> str:
        """A product in bytes and, for the inputs that reach furthest, in floats."""
        reach = self._reaches[name]
        far, _ = quantisation.furthest(reach, FLOAT_INPUTS)
        places = self.nodes.put(f"{name}.places", far)
        few = self.nodes.add("Gather", [hidden, places], f"{name}.few", axis=2)
        few = self._floats(few, f"{name}.few", weight[far])
        evening = quantisation.even(reach, weight)
        rest = weight * evening[:, None]
        rest[far] = 0.0
        steps = quantisation.around_zero(np.delete(reach / evening, far))
        narrow = self._narrowed(self._evened(hidden, name, evening), name, steps)
        return self.nodes.add("Add", [self._product(narrow, name, rest), few], f"{name}.sum")

    def _evened(self, value: str, name: str, evening: Vectors) -> str:
        shares = self.nodes.put(f"{name}.evening", (1.0 / evening).astype(np.float32))
        return self.nodes.add("Mul", [value, shares], f"{name}.even")

    def _narrowed(self, value: str, name: str, steps: Steps) -> str:
        scale = self.nodes.put(f"{name}.scale", np.array(steps.scale, dtype=np.float32))
        zero = self.nodes.put(f"{name}.zero", np.array(steps.zero, dtype=np.uint8))
        return self.nodes.add("QuantizeLinear", [value, scale, zero], f"{name}.narrow")

    def _product(self, narrow: str, name: str, weight: Vectors) -> str:
        columns, scales, nought = self._columns(name, weight)
        inputs = [narrow, columns, f"{name}.scale", scales, f"{name}.zero", nought]
        return self._fused("MatMulIntegerToFloat", inputs, f"{name}.product")

    def _columns(self, name: str, weight: Vectors) -> tuple[str, str, str]:
        columns = quantisation.columns(weight, signed=self._signed)
        put = self.nodes.put
        return (
            put(f"{name}.columns", columns.values),
            put(f"{name}.scales", columns.scales),
            put(f"{name}.nought", columns.zero),
        )

    def _floats(self, value: str, name: str, weight: Vectors) -> str:
        matrix = self.nodes.put(f"{name}.floats", weight)
        return self.nodes.add("MatMul", [value, matrix], f"{name}.float_product")

    def _active(self, value: str, name: str, bias: Vectors) -> str:
        inputs = [value, self.nodes.put(f"{name}.bias", bias)]
        return self._fused("BiasGelu", inputs, f"{name}.active")

    def _residual(self, inner: str, outer: str, name: str) -> str:
        bias = self.nodes.put(f"{name}.bias", self._weights[f"{name}.dense.bias"])
        inputs = [inner, outer, *self._norm(f"{name}.LayerNorm"), bias]
        return self._fused("SkipLayerNormalization", inputs, f"{name}.normal", epsilon=EPSILON)

    def _norm(self, name: str) -> list[str]:
        parts = [f"{name}.weight", f"{name}.bias"]
        return [self.nodes.put(part, self._weights[part]) for part in parts]

    def _matrix(self, name: str) -> Vectors:
        """A weight as (inputs, outputs)."""
        return self._weights[f"{name}.weight"].T

    def _fused(self, operator: str, inputs: list[str], output: str, **attributes: object) -> str:
        return self.nodes.add(operator, inputs, output, domain=MICROSOFT, **attributes)
