"""Writes the trained window network as ONNX, with its normalisation folded into its weights."""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from torch import Tensor, nn

from services.audio_features.backends.patches import BANDS
from training.audio_features.fingerprint_network import LEAST_SPREAD, WIDTH, WindowNetwork
from training.captioner.graphs import OPSET, Graph

_IR_VERSION = 9


def write(network: WindowNetwork, path: Path) -> None:
    """Writes the file: `log_mels` (n, frames, 64) in, `points` (n, 128) out, weights in 16 bits."""
    graph = Graph()
    x = graph.apply("Transpose", "log_mels", perm=[0, 2, 1])
    x = graph.apply("AveragePool", x, kernel_shape=[2], strides=[2])
    x = graph.apply("Transpose", x, perm=[0, 2, 1])
    pictures = [_centred(graph, x, axes) for axes in ((1, 2), (1,))]
    x = graph.apply("Concat", *pictures, axis=1)
    x = _layers(graph, x, network.seeing)
    x = graph.apply("Transpose", x, perm=[0, 1, 3, 2])
    flat = graph.constant(np.array([0, network.joining[0].in_channels, -1], np.int64))
    x = _layers(graph, graph.apply("Reshape", x, flat), network.joining)
    x = _pointed(graph, _pooled(graph, x), network.pointing)
    graph.nodes.append(helper.make_node("Identity", [x], ["points"]))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "fingerprint",
            [helper.make_tensor_value_info("log_mels", TensorProto.FLOAT, ["n", "frames", BANDS])],
            [helper.make_tensor_value_info("points", TensorProto.FLOAT, ["n", WIDTH])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=_IR_VERSION,
    )
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(model.SerializeToString())


def _centred(graph: Graph, x: str, axes: tuple[int, ...]) -> str:
    """The log-mels less their mean over some axes, as a picture of its own."""
    mean = graph.apply("ReduceMean", x, axes=list(axes), keepdims=1)
    picture = graph.apply("Sub", x, mean)
    return graph.apply("Unsqueeze", picture, graph.constant(np.array([1], np.int64)))


def _layers(graph: Graph, x: str, layers: nn.Sequential) -> str:
    """Convolutions, each with the batch norm and the ReLU that follow it."""
    modules = list(layers)
    for layer, norm in zip(modules[::3], modules[1::3], strict=True):
        assert isinstance(layer, nn.Conv1d | nn.Conv2d)  # noqa: S101 - for the type checker
        assert isinstance(norm, nn.BatchNorm1d | nn.BatchNorm2d)  # noqa: S101
        weight, bias = _folded(layer, norm)
        pads = [int(pad) for pad in (*layer.padding, *layer.padding)]
        x = graph.apply(
            "Conv", x, graph.half(weight), graph.half(bias), pads=pads, strides=list(layer.stride)
        )
        x = graph.apply("Relu", x)
    return x


def _folded(
    layer: nn.Conv1d | nn.Conv2d, norm: nn.BatchNorm1d | nn.BatchNorm2d
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    assert layer.bias is not None  # noqa: S101 - for the type checker
    assert norm.running_mean is not None and norm.running_var is not None  # noqa: S101, PT018
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weight = layer.weight * scale.reshape(-1, *[1] * (layer.weight.ndim - 1))
    return _array(weight), _array((layer.bias - norm.running_mean) * scale + norm.bias)


def _pooled(graph: Graph, x: str) -> str:
    """Mean and deviation over time of (n, channels, steps)."""
    mean = graph.apply("ReduceMean", x, axes=[2], keepdims=1)
    apart = graph.apply("Sub", x, mean)
    variance = graph.apply("ReduceMean", graph.apply("Mul", apart, apart), axes=[2], keepdims=1)
    spread = graph.apply("Sqrt", graph.apply("Add", variance, graph.number(LEAST_SPREAD**2)))
    return graph.apply("Flatten", graph.apply("Concat", mean, spread, axis=1), axis=1)


def _pointed(graph: Graph, x: str, layer: nn.Linear) -> str:
    """A linear layer, then everything divided by its length."""
    weight, bias = graph.half(_array(layer.weight.T)), graph.half(_array(layer.bias))
    x = graph.apply("Add", graph.apply("MatMul", x, weight), bias)
    return graph.apply("LpNormalization", x, axis=1, p=2)


def _array(values: Tensor) -> NDArray[np.float32]:
    return values.detach().contiguous().numpy()
