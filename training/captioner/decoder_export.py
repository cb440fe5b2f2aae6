"""Writes the decoder as two ONNX files: what is done once a photo, and what is done once a word.

Weights are stored in 8 bits with one scale for each output; ONNX Runtime widens them when it loads
the files. Nothing is computed in 8 bits, so processors that lack the instructions lose nothing.
"""

import json
from collections.abc import Mapping
from math import sqrt
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import Tensor, nn

from training.captioner.decoder import Decoder, Layer, Shape
from training.captioner.graphs import OPSET, Graph
from training.captioner.wording import UNWRITTEN

Floats = NDArray[np.float32]

_NEVER = -1e4


def write_decoder(decoder: Decoder, about: Mapping[str, object], folder: Path) -> None:
    """Writes `memory.onnx` and `decoder.onnx`; `about` goes into the latter's metadata."""
    folder.mkdir(parents=True, exist_ok=True)
    _save(_memory(decoder), {}, folder / "memory.onnx")
    _save(_step(decoder), about, folder / "decoder.onnx")


def _save(graph: onnx.GraphProto, about: Mapping[str, object], path: Path) -> None:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    words = {key: json.dumps(value, ensure_ascii=False) for key, value in about.items()}
    helper.set_model_props(model, words)
    onnx.checker.check_model(model, full_check=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def _array(parameter: Tensor) -> Floats:
    values: Floats = parameter.detach().float().cpu().numpy()
    return values


def _linear(graph: Graph, x: str, *layers: nn.Linear) -> str:
    """Linear layers side by side, as one."""
    weight = np.concatenate([_array(layer.weight).T for layer in layers], axis=1)
    bias = np.concatenate([_array(layer.bias) for layer in layers])
    return graph.apply("Add", graph.apply("MatMul", x, graph.packed(weight)), graph.constant(bias))


def _normal(graph: Graph, x: str, norm: nn.Module) -> str:
    weight, bias = (graph.constant(_array(p)) for p in norm.parameters())
    return graph.apply("LayerNormalization", x, weight, bias, axis=-1, epsilon=1e-5)


def _shaped(graph: Graph, x: str, *sizes: int) -> str:
    return graph.apply("Reshape", x, graph.constant(np.array(sizes, dtype=np.int64)))


def _memory(decoder: Decoder) -> onnx.GraphProto:
    """Input `cells` (N, seen, H, W); output `memory` (N, layers, 2, heads, cells + 1, size)."""
    graph, shape = Graph(), decoder.shape
    flat = graph.apply("Transpose", _shaped(graph, "cells", 0, shape.seen, -1), perm=[0, 2, 1])
    mean = graph.apply("ReduceMean", flat, axes=[1], keepdims=1)
    x = _linear(graph, graph.apply("Concat", mean, flat, axis=1), decoder.bridge)
    x = graph.apply("Add", x, graph.constant(_array(decoder.places)))
    x = _normal(graph, x, decoder.settled)
    kept = _linear(graph, x, *(layer.at.keys_values for layer in decoder.stacked()))
    size = shape.width // shape.heads
    kept = _shaped(graph, kept, 0, shape.cells + 1, shape.layers, 2, shape.heads, size)
    graph.named(graph.apply("Transpose", kept, perm=[0, 2, 3, 4, 1, 5]), "memory")
    side = round(sqrt(shape.cells))
    cells = _described("cells", "n", shape.seen, side, side)
    return helper.make_graph(
        graph.nodes, "memory", [cells], [_memory_described(shape)], graph.constants
    )


def _described(name: str, *sizes: str | int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, sizes)


def _memory_described(shape: Shape) -> onnx.ValueInfoProto:
    size = shape.width // shape.heads
    return _described("memory", "n", shape.layers, 2, shape.heads, shape.cells + 1, size)


def _step(decoder: Decoder) -> onnx.GraphProto:
    """One more word for each line of each photo.

    Inputs `numbers` (N, lines) int64, `memory`, `past` (N, lines, layers, 2, heads, words so far,
    size). Outputs `log_probabilities` (N, lines, words) and `present`, which is `past` and one.
    """
    graph, shape = Graph(), decoder.shape
    words = graph.packed(_array(decoder.words.weight).T)
    table = graph.apply("Transpose", words, perm=[1, 0])
    turn = graph.apply("Gather", graph.apply("Shape", "past"), graph.whole(5))
    place = graph.apply("Gather", graph.constant(_array(decoder.turns)), turn)
    x = graph.apply("Add", graph.apply("Gather", table, "numbers"), place)
    present: list[str] = []
    for number, layer in enumerate(decoder.stacked()):
        x = graph.apply("Add", x, _back(graph, x, layer, number, present))
        x = graph.apply("Add", x, _at(graph, x, layer, number))
        x = graph.apply("Add", x, _thought(graph, x, layer))
    scores = graph.apply("MatMul", _normal(graph, x, decoder.last), words)
    bias = _array(decoder.bias).copy()
    bias[list(UNWRITTEN)] = _NEVER
    scores = graph.apply("Add", scores, graph.constant(bias))
    graph.named(graph.apply("LogSoftmax", scores, axis=-1), "log_probabilities")
    graph.named(graph.apply("Concat", *present, axis=2), "present")
    return helper.make_graph(graph.nodes, "decoder", *_step_described(shape), graph.constants)


def _step_described(
    shape: Shape,
) -> tuple[list[onnx.ValueInfoProto], list[onnx.ValueInfoProto]]:
    ends = (shape.layers, 2, shape.heads), shape.width // shape.heads
    past, present = (
        _described(name, "n", "lines", *ends[0], words, ends[1])
        for name, words in (("past", "before"), ("present", "after"))
    )
    numbers = helper.make_tensor_value_info("numbers", TensorProto.INT64, ["n", "lines"])
    scores = _described("log_probabilities", "n", "lines", shape.words)
    return [numbers, past, _memory_described(shape)], [scores, present]


def _back(graph: Graph, x: str, layer: Layer, number: int, present: list[str]) -> str:
    """Attention to the words before and to this one, whose keys and values are kept."""
    y, attention = _normal(graph, x, layer.before[0]), layer.back
    heads, size = attention.heads, attention.query.in_features // attention.heads
    query = _shaped(graph, _linear(graph, y, attention.query), 0, 0, heads, 1, size)
    new = _shaped(graph, _linear(graph, y, attention.keys_values), 0, 0, 2, heads, 1, size)
    before = graph.apply("Gather", "past", graph.whole(number), axis=2)
    kept = graph.apply("Concat", before, new, axis=4)
    present.append(graph.apply("Unsqueeze", kept, graph.constant(np.array([2]))))
    keys, values = (graph.apply("Gather", kept, graph.whole(side), axis=2) for side in (0, 1))
    found = _found(graph, query, keys, values, size, perm=[0, 1, 2, 4, 3])
    return _linear(graph, _shaped(graph, found, 0, 0, -1), attention.out)


def _at(graph: Graph, x: str, layer: Layer, number: int) -> str:
    """Attention to the picture; all lines of a photo look together."""
    y, attention = _normal(graph, x, layer.before[1]), layer.at
    heads, size = attention.heads, attention.query.in_features // attention.heads
    query = _shaped(graph, _linear(graph, y, attention.query), 0, 0, heads, size)
    query = graph.apply("Transpose", query, perm=[0, 2, 1, 3])
    kept = graph.apply("Gather", "memory", graph.whole(number), axis=1)
    keys, values = (graph.apply("Gather", kept, graph.whole(side), axis=1) for side in (0, 1))
    found = _found(graph, query, keys, values, size, perm=[0, 1, 3, 2])
    found = graph.apply("Transpose", found, perm=[0, 2, 1, 3])
    return _linear(graph, _shaped(graph, found, 0, 0, -1), attention.out)


def _found(graph: Graph, query: str, keys: str, values: str, size: int, perm: list[int]) -> str:
    scores = graph.apply("MatMul", query, graph.apply("Transpose", keys, perm=perm))
    scores = graph.apply("Mul", scores, graph.number(1 / sqrt(size)))
    shares = graph.apply("Softmax", scores, axis=-1)
    return graph.apply("MatMul", shares, values)


def _thought(graph: Graph, x: str, layer: Layer) -> str:
    y = _linear(graph, _normal(graph, x, layer.before[2]), layer.inner)
    bent = graph.apply("Erf", graph.apply("Div", y, graph.number(sqrt(2.0))))
    half = graph.apply("Mul", y, graph.number(0.5))
    y = graph.apply("Mul", half, graph.apply("Add", bent, graph.number(1.0)))
    return _linear(graph, y, layer.outer)
