"""Writes the whole network as one ONNX file, with its words inside.

The published blocks keep their original 8-bit weights (nothing is lost and nothing is gained by
storing them wider); what this project trained is stored in 16-bit floats. ONNX Runtime widens
both once, when it loads the file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.captioner.backbone import EMBEDDING, Block, Bottleneck, Convolution, Published
from training.captioner.corpora import SIDE
from training.captioner.features import NETWORK_SIDE, TAIL_LAST, TRUNK_LAST

_OPSET = 17


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear head on standardised embeddings: `weight` (inputs, outputs) and `bias`."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that goes into the file.

    `tail` are the tuned copies of blocks 14 to 18. `heads` maps an output's name to its head on
    content (2560); `affect` is the head on content and style (2752). `groups` is (1001, objects),
    one where a class belongs to an object; `object_scale` and `object_shift` turn the logit of a
    group's probability into a calibrated one.
    """

    published: Published
    tail: Sequence[Bottleneck]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    style_mean: NDArray[np.float32]
    style_spread: NDArray[np.float32]
    heads: Mapping[str, Linear]
    affect: Linear
    groups: NDArray[np.float32]
    object_scale: float
    object_shift: float
    about: Mapping[str, object]


class Graph:
    """An ONNX graph under construction; every method returns the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: NDArray[np.generic]) -> str:
        """Stores an array as it is."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def number(self, value: float) -> str:
        """Stores one float."""
        return self.constant(np.array(value, dtype=np.float32))

    def apply(self, op: str, *inputs: str, **attributes: Any) -> str:
        """Adds one node."""
        name = f"{op.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def half(self, values: NDArray[np.floating]) -> str:
        """Stores an array in 16 bits and widens it."""
        stored = self.constant(values.astype(np.float16))
        return self.apply("Cast", stored, to=TensorProto.FLOAT)

    def eighth(self, source: Convolution) -> str:
        """Stores a quantised weight as it was published and widens it."""
        wide = self.apply("Cast", self.constant(source.weight), to=TensorProto.FLOAT)
        shifted = self.apply("Sub", wide, self.number(source.zero_point))
        return self.apply("Mul", shifted, self.number(source.scale))

    def convolved(self, x: str, source: Convolution, weight: str, bias: str) -> str:
        """Convolution with SAME padding and, where the original has it, ReLU6."""
        side = source.weight.shape[-1]
        pads = {1: [0, 0, 0, 0], 3: [1, 1, 1, 1] if source.stride == 1 else [0, 0, 1, 1]}[side]
        strides = [source.stride, source.stride]
        y = self.apply("Conv", x, weight, bias, pads=pads, strides=strides, group=source.groups)
        return self.apply("Clip", y, self.number(0.0), self.number(6.0)) if source.clipped else y

    def published(self, x: str, block: Block) -> str:
        """A block with its published weights."""
        y = x
        for source in block.convolutions:
            y = self.convolved(y, source, self.eighth(source), self.constant(source.bias))
        return self.apply("Add", x, y) if block.residual else y

    def tuned(self, x: str, block: Block, trained: Bottleneck) -> str:
        """A block with weights of this project."""
        y = x
        for source, layer in zip(block.convolutions, trained.layers, strict=True):
            weight, bias = (values.detach().numpy() for values in layer.parameters())
            y = self.convolved(y, source, self.half(weight), self.constant(bias))
        return self.apply("Add", x, y) if block.residual else y

    def pooled(self, x: str) -> str:
        """Mean over height and width: (N, channels)."""
        return self.apply("ReduceMean", x, axes=[2, 3], keepdims=0)

    def linear(self, x: str, head: Linear) -> str:
        """A linear head."""
        return self.apply("Gemm", x, self.half(head.weight), self.constant(head.bias))

    def standardised(self, x: str, mean: str, spread: str) -> str:
        """Subtracts the mean, divides by the spread."""
        return self.apply("Div", self.apply("Sub", x, mean), spread)

    def named(self, x: str, output: str) -> None:
        """Gives a result its public name."""
        self.nodes.append(helper.make_node("Identity", [x], [output]))


def write(parts: Parts, path: Path) -> None:
    """Builds, checks and writes the file.

    Input `photos`: uint8 (N, 144, 144, 3) RGB. Outputs: `embedding` (N, 2752), content then
    style; one (N, k) output per head; `affect` (N, 2); `object_logits` (N, objects).
    """
    graph = Graph()
    blocks = parts.published.blocks
    x = _prepared(graph)
    for block in blocks[: TRUNK_LAST + 1]:
        x = graph.published(x, block)
    frozen = tuned = x
    for block, trained in zip(blocks[TRUNK_LAST + 1 : TAIL_LAST + 1], parts.tail, strict=True):
        frozen, tuned = graph.published(frozen, block), graph.tuned(tuned, block, trained)
    plain = graph.pooled(frozen)
    content = _content(graph, parts, plain, graph.pooled(tuned))
    for name, head in parts.heads.items():
        graph.named(graph.linear(content, head), name)
    whole = graph.apply("Concat", content, _style(graph, parts, x), axis=1)
    graph.named(whole, "embedding")
    graph.named(graph.linear(whole, parts.affect), "affect")
    graph.named(_objects(graph, parts, plain), "object_logits")
    _save(graph, parts, path)


def _prepared(graph: Graph) -> str:
    x = graph.apply("Cast", "photos", to=TensorProto.FLOAT)
    x = graph.apply("Transpose", x, perm=[0, 3, 1, 2])
    factor = NETWORK_SIDE / SIDE
    scales = graph.constant(np.array([1.0, 1.0, factor, factor], dtype=np.float32))
    x = graph.apply("Resize", x, "", scales, mode="linear")
    return graph.apply("Div", graph.apply("Sub", x, graph.number(128.0)), graph.number(128.0))


def _content(graph: Graph, parts: Parts, *embeddings: str) -> str:
    mean, spread = graph.constant(parts.mean), graph.constant(parts.spread)
    return graph.apply("Concat", *(graph.standardised(e, mean, spread) for e in embeddings), axis=1)


def _style(graph: Graph, parts: Parts, maps: str) -> str:
    mean = graph.apply("ReduceMean", maps, axes=[2, 3], keepdims=1)
    apart = graph.apply("Sub", maps, mean)
    deviation = graph.apply("Sqrt", graph.pooled(graph.apply("Mul", apart, apart)))
    values = graph.apply("Concat", graph.pooled(maps), deviation, axis=1)
    mean, spread = graph.constant(parts.style_mean), graph.constant(parts.style_spread)
    return graph.standardised(values, mean, spread)


def _objects(graph: Graph, parts: Parts, plain: str) -> str:
    source = parts.published.classifier
    rows = Convolution(
        source.weight.reshape(-1, EMBEDDING),
        source.scale,
        source.zero_point,
        source.bias,
        1,
        1,
        False,
    )
    logits = graph.apply("Gemm", plain, graph.eighth(rows), graph.constant(rows.bias), transB=1)
    shares = graph.apply("Softmax", logits, axis=1)
    grouped = graph.apply("MatMul", shares, graph.half(parts.groups))
    safe = graph.apply("Clip", grouped, graph.number(1e-6), graph.number(1 - 1e-6))
    odds = graph.apply("Div", safe, graph.apply("Sub", graph.number(1.0), safe))
    scaled = graph.apply("Mul", graph.apply("Log", odds), graph.number(parts.object_scale))
    return graph.apply("Add", scaled, graph.number(parts.object_shift))


def _save(graph: Graph, parts: Parts, path: Path) -> None:
    widths = {"embedding": len(parts.affect.weight), "affect": 2}
    widths["object_logits"] = parts.groups.shape[1]
    widths |= {name: len(head.bias) for name, head in parts.heads.items()}
    photos = helper.make_tensor_value_info("photos", TensorProto.UINT8, ["n", SIDE, SIDE, 3])
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", width])
        for name, width in widths.items()
    ]
    whole = helper.make_graph(graph.nodes, "captioner", [photos], outputs, graph.constants)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)
    about = {key: json.dumps(value, ensure_ascii=False) for key, value in parts.about.items()}
    helper.set_model_props(model, about)
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
