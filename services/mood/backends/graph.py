"""MiniLM and its feeling branch as ONNX graphs, written from their weights.

So the process needs neither torch nor transformers, and no second copy of the weights on disk.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnxruntime
from onnx import NodeProto, TensorProto, helper

from services.mood.backends.weights import LAYERS, Branch
from services.mood.domain import Vectors

DIMENSIONS = 384
HEADS = 12
EPSILON = 1e-12
MICROSOFT = "com.microsoft"


def trunk(
    weights: Mapping[str, Vectors], *, threads: int, branch_at: int | None = None
) -> onnxruntime.InferenceSession:
    """MiniLM: `ids` and `mask` (texts, tokens) in, `hidden` (texts, tokens, 384) out.

    With `branch_at`, the hidden states that go into that layer come out too, as `branching`.
    """
    graph = _Graph(weights)
    hidden = graph.embeddings()
    outputs = []
    for layer in range(LAYERS):
        if layer == branch_at:
            outputs.append(graph.copied(hidden, "branching"))
        hidden = graph.layer(hidden, layer)
    outputs.insert(0, graph.copied(hidden, "hidden"))
    return graph.session(["ids", "mask"], outputs, threads)


def branch(branch: Branch, *, threads: int) -> onnxruntime.InferenceSession:
    """The branch: `branching` (texts, tokens, 384) and `mask` in, `hidden` as large out."""
    graph = _Graph(branch.weights)
    hidden = "branching"
    for layer in range(branch.first_layer, LAYERS):
        hidden = graph.layer(hidden, layer)
    return graph.session(["branching", "mask"], [graph.copied(hidden, "hidden")], threads)


class _Graph:
    """BERT with post-norm layers, as ONNX nodes over ONNX Runtime's fused operators."""

    def __init__(self, weights: Mapping[str, Vectors]) -> None:
        self._values: dict[str, Vectors] = {}
        self._weights = weights
        self._nodes: list[NodeProto] = []

    def embeddings(self) -> str:
        """The nodes that look tokens up."""
        tables = [
            self._value(f"embeddings.{name}.weight")
            for name in ("word_embeddings", "position_embeddings")
        ]
        norm = self._norm("embeddings.LayerNorm")
        # Token types are absent: a sentence on its own is all of type 0.
        inputs = ["ids", "", *tables, "", *norm, "mask"]
        table = self._weights["embeddings.token_type_embeddings.weight"][0]
        self._put(tables[1], self._weights[tables[1]] + table)
        self._add("EmbedLayerNormalization", inputs, "embedded", "lengths", epsilon=EPSILON)
        return "embedded"

    def layer(self, hidden: str, index: int) -> str:
        """The nodes of one layer; returns the name of its hidden states."""
        name = f"encoder.layer.{index}"
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        weight = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        inputs = [hidden, self._put(f"{name}.qkv", weight), self._put(f"{name}.qkv_bias", bias)]
        attended = self._add("Attention", [*inputs, "mask"], f"{name}.attended", num_heads=HEADS)
        hidden = self._residual(attended, hidden, f"{name}.attention.output")
        wide = self._multiplied(hidden, f"{name}.intermediate.dense")
        bias_name = self._value(f"{name}.intermediate.dense.bias")
        active = self._add("BiasGelu", [wide, bias_name], f"{name}.active")
        return self._residual(active, hidden, f"{name}.output")

    def copied(self, value: str, name: str) -> str:
        """Gives a value the name that it leaves the graph by."""
        return self._add("Identity", [value], name, domain="")

    def session(
        self, inputs: list[str], outputs: list[str], threads: int
    ) -> onnxruntime.InferenceSession:
        """Opens a session; the weights are lent to it, not copied into the graph."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the largest batch's memory for good
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(each) for each in self._values.values()]
        options.add_external_initializers(list(self._values), values)
        return onnxruntime.InferenceSession(
            self._model(inputs, outputs), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def _model(self, inputs: list[str], outputs: list[str]) -> bytes:
        graph = helper.make_graph(
            self._nodes,
            "minilm",
            [_declared(name) for name in inputs],
            [_declared(name) for name in outputs],
            initializer=[_lent(name, value) for name, value in self._values.items()],
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        return bytes(model.SerializeToString())

    def _residual(self, inner: str, outer: str, name: str) -> str:
        product = self._multiplied(inner, f"{name}.dense")
        inputs = [product, outer, *self._norm(f"{name}.LayerNorm")]
        inputs.append(self._value(f"{name}.dense.bias"))
        return self._add("SkipLayerNormalization", inputs, f"{name}.normal", epsilon=EPSILON)

    def _multiplied(self, hidden: str, name: str) -> str:
        weight = self._put(f"{name}.weight", self._weights[f"{name}.weight"].T)
        return self._add("MatMul", [hidden, weight], f"{name}.product", domain="")

    def _norm(self, name: str) -> list[str]:
        return [self._value(f"{name}.weight"), self._value(f"{name}.bias")]

    def _value(self, name: str) -> str:
        return self._put(name, self._weights[name])

    def _put(self, name: str, value: Vectors) -> str:
        self._values[name] = np.ascontiguousarray(value)
        return name

    def _add(
        self,
        operator: str,
        inputs: list[str],
        *outputs: str,
        domain: str = MICROSOFT,
        **attributes: Any,
    ) -> str:
        node = helper.make_node(operator, inputs, list(outputs), domain=domain, **attributes)
        self._nodes.append(node)
        return outputs[0]


def _declared(name: str) -> Any:
    """A value that goes into a graph or comes out of it."""
    if name in ("ids", "mask"):
        return helper.make_tensor_value_info(name, TensorProto.INT32, ["texts", "tokens"])
    shape: list[str | int | None] = ["texts", "tokens", DIMENSIONS]
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _lent(name: str, value: Vectors) -> TensorProto:
    """Names an initializer that the session is handed in memory, under a made-up location."""
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=value.shape)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="in-memory")
    return tensor
