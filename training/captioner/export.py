"""Writes what sees, trunk, tails and heads, as one ONNX file with its words inside.

The published blocks keep their original 8-bit weights (nothing is lost and nothing is gained by
storing them wider); what this project trained is stored in 16-bit floats. ONNX Runtime widens
both once, when it loads the file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from training.captioner.backbone import Bottleneck, Published
from training.captioner.corpora import NETWORK_SIDE
from training.captioner.embedding import STYLE_LAYERS
from training.captioner.features import TAIL_LAST, TRUNK_LAST
from training.captioner.graphs import OPSET, Graph, Linear
from training.captioner.objects import Objects


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that goes into the file.

    `tail` are the tuned copies of blocks 14 to 18. `heads` maps an output's name to its head on
    content (2560); `affect` is the head on style (5760).
    """

    published: Published
    tail: Sequence[Bottleneck]
    mean: NDArray[np.float32]
    spread: NDArray[np.float32]
    heads: Mapping[str, Linear]
    affect: Linear
    objects: Objects
    about: Mapping[str, object]


def write(parts: Parts, path: Path) -> None:
    """Builds, checks and writes the file.

    Input `photos`: uint8 (N, 192, 192, 3) RGB. Outputs: `cells` (N, 1280, 6, 6), what the tuned
    tail sees where; `content` (N, 2560); `style` (N, 5760); one (N, k) output per head; `affect`
    (N, 2); `object_logits` (N, objects).
    """
    graph = Graph()
    x = _prepared(graph)
    for block in parts.published.blocks[: TRUNK_LAST + 1]:
        x, _ = graph.published(x, block)
    cells = _tuned(graph, parts, x)
    frozen, style = _frozen(graph, parts, x)
    plain = graph.pooled(frozen)
    mean, spread = graph.constant(parts.mean), graph.constant(parts.spread)
    both = [graph.standardised(e, mean, spread) for e in (plain, graph.pooled(cells))]
    content = graph.apply("Concat", *both, axis=1)
    outputs = {"cells": cells, "content": content, "style": style}
    outputs |= {name: graph.linear(content, head) for name, head in parts.heads.items()}
    outputs["affect"] = graph.linear(style, parts.affect)
    outputs["object_logits"] = _objects(graph, parts.objects, plain)
    for name, made in outputs.items():
        graph.named(made, name)
    _save(graph, parts, path)


def _prepared(graph: Graph) -> str:
    x = graph.apply("Cast", "photos", to=TensorProto.FLOAT)
    x = graph.apply("Transpose", x, perm=[0, 3, 1, 2])
    return graph.apply("Div", graph.apply("Sub", x, graph.number(128.0)), graph.number(128.0))


def _tuned(graph: Graph, parts: Parts, x: str) -> str:
    blocks = parts.published.blocks[TRUNK_LAST + 1 : TAIL_LAST + 1]
    for block, trained in zip(blocks, parts.tail, strict=True):
        x = graph.tuned(x, block, trained)
    return x


def _frozen(graph: Graph, parts: Parts, x: str) -> tuple[str, str]:
    """The published tail's output, and style."""
    found: list[str] = []
    for number in range(TRUNK_LAST + 1, TAIL_LAST + 1):
        x, answers = graph.published(x, parts.published.blocks[number])
        for place, answer in enumerate(answers):
            if (number, place) in STYLE_LAYERS:
                found += graph.statistics(answer)
    return x, graph.apply("Concat", *found, axis=1)


def _objects(graph: Graph, objects: Objects, plain: str) -> str:
    narrow = graph.apply("MatMul", plain, graph.half(objects.narrow))
    logits = graph.linear(narrow, objects.wide)
    shares = graph.apply("Softmax", logits, axis=1)
    grouped = graph.apply("MatMul", shares, graph.half(objects.table))
    safe = graph.apply("Clip", grouped, graph.number(1e-6), graph.number(1 - 1e-6))
    odds = graph.apply("Div", safe, graph.apply("Sub", graph.number(1.0), safe))
    scaled = graph.apply("Mul", graph.apply("Log", odds), graph.number(objects.scale))
    return graph.apply("Add", scaled, graph.number(objects.shift))


def _save(graph: Graph, parts: Parts, path: Path) -> None:
    channels, side = 1280, NETWORK_SIDE // 32
    sizes: dict[str, tuple[int, ...]] = {"cells": (channels, side, side)}
    sizes |= {"content": (2 * channels,), "style": (len(parts.affect.weight),), "affect": (2,)}
    sizes |= {name: (len(head.bias),) for name, head in parts.heads.items()}
    sizes["object_logits"] = (len(parts.objects.names),)
    square = ("n", NETWORK_SIDE, NETWORK_SIDE, 3)
    photos = helper.make_tensor_value_info("photos", TensorProto.UINT8, square)
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *size])
        for name, size in sizes.items()
    ]
    whole = helper.make_graph(graph.nodes, "captioner", [photos], outputs, graph.constants)
    model = helper.make_model(whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    about = {key: json.dumps(value, ensure_ascii=False) for key, value in parts.about.items()}
    helper.set_model_props(model, about)
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))
