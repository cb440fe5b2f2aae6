"""Writes the published YAMNet as ONNX, from log-mel patches to scores, pooled layers, textures.

Source: YAMNet by the TensorFlow authors (Apache-2.0): MobileNetV1 (Howard et al., 2017) trained on
AudioSet (Gemmeke et al., ICASSP 2017), as the 8-bit `yamnet.tflite`. The convolutions keep their
published 8-bit weights; the waveform's way to log-mel patches is done by the service.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.audio_features.textures import BLOCKS, DIMENSIONS, FLOOR, Basis

FRAMES, BANDS, CLASSES = 96, 64, 521
POOLED = 512 + 512 + 1_024
"""Numbers in the pooled outputs of `BLOCKS`."""

_OPSET = 17
_CONVOLUTIONS = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D"})


class Graph:
    """An ONNX graph under construction, fed from the tensors of a TFLite file."""

    def __init__(self, interpreter: Interpreter) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._interpreter = interpreter
        self._details = {each["index"]: each for each in interpreter.get_tensor_details()}

    def shape(self, index: int) -> list[int]:
        """The shape of a tensor of the file."""
        return [int(side) for side in self._details[index]["shape"]]

    def apply(self, op: str, *inputs: str, **attributes: Any) -> str:
        """Adds one node; returns the name of its output."""
        name = f"{op.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [name], **attributes))
        return name

    def constant(self, values: NDArray[np.generic]) -> str:
        """Stores an array; returns its name."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, index: int, order: tuple[int, ...]) -> str:
        """A weight with its axes reordered; 8-bit ones stay so and are widened by the graph."""
        values = self._interpreter.get_tensor(index).transpose(order)
        if values.dtype != np.int8:
            return self.constant(values)
        quantised = self._details[index]["quantization_parameters"]
        scales = np.asarray(quantised["scales"], np.float32)
        axis = order.index(int(quantised["quantized_dimension"]))
        if len(scales) == 1:
            return self.apply(
                "DequantizeLinear", self.constant(values), self.constant(scales.reshape(()))
            )
        return self.apply(
            "DequantizeLinear", self.constant(values), self.constant(scales), axis=axis
        )

    def bias(self, index: int) -> str:
        """A bias of the file."""
        return self.constant(self._interpreter.get_tensor(index))


def converted(path: Path, basis: Basis | None = None) -> onnx.ModelProto:
    """Builds the network: log-mel patches (n, 96, 64) to scores of 521 classes, each in [0, 1].

    Other outputs are `pooled`, the means of the layers that textures are made of, shape (n, 2048),
    and, given their basis, `textures`, shape (n, 128); what is not asked for is not computed.
    """
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    graph = Graph(interpreter)
    y = graph.apply("Unsqueeze", "patches", graph.constant(np.array([1])))
    operations = interpreter._get_ops_details()
    convolutions = [each for each in operations if each["op_name"] in _CONVOLUTIONS]
    pooled = []
    for number, operation in enumerate(convolutions):
        y = _convolved(graph, y, operation)
        if number / 2 in BLOCKS:  # after the first, every second one ends a block
            pooled.append(graph.apply("ReduceMean", y, axes=[2, 3], keepdims=0))
    *_, last = (each for each in operations if each["op_name"] == "FULLY_CONNECTED")
    weight, bias = (int(index) for index in last["inputs"][1:3])
    learnt = graph.weight(weight, (0, 1)), graph.bias(bias)
    scores = graph.apply("Gemm", pooled[-1], *learnt, transB=1)
    graph.nodes.append(helper.make_node("Sigmoid", [scores], ["scores"]))
    graph.nodes.append(helper.make_node("Concat", pooled, ["pooled"], axis=1))
    if basis is not None:
        _add_textures(graph, basis)
    return _model(graph, {"textures": DIMENSIONS} if basis else {})


def _add_textures(graph: Graph, basis: Basis) -> None:
    floored = graph.apply("Add", "pooled", graph.constant(np.array(FLOOR, np.float32)))
    centred = graph.apply("Sub", graph.apply("Log", floored), graph.constant(basis.centre))
    axes = graph.constant(np.ascontiguousarray(basis.axes.T))
    graph.nodes.append(helper.make_node("MatMul", [centred, axes], ["textures"]))


def _convolved(graph: Graph, x: str, operation: Mapping[str, Any]) -> str:
    """A convolution with SAME padding and ReLU; batch normalisation is folded into the file."""
    weight, bias = (int(index) for index in operation["inputs"][1:3])
    depthwise = operation["op_name"] == "DEPTHWISE_CONV_2D"
    _, height, _, channels = graph.shape(int(operation["inputs"][0]))
    stride = height // graph.shape(int(operation["outputs"][0]))[1]
    side = graph.shape(weight)[1]
    # SAME padding of an even input at stride 2 pads only the far edge.
    pads = {1: [0, 0, 0, 0], 3: [1, 1, 1, 1] if stride == 1 else [0, 0, 1, 1]}[side]
    y = graph.apply(
        "Conv",
        x,
        graph.weight(weight, (3, 0, 1, 2) if depthwise else (0, 3, 1, 2)),
        graph.bias(bias),
        pads=pads,
        strides=[stride, stride],
        group=channels if depthwise else 1,
    )
    return graph.apply("Relu", y)


def _model(graph: Graph, more_outputs: Mapping[str, int]) -> onnx.ModelProto:
    patches = helper.make_tensor_value_info("patches", TensorProto.FLOAT, ["n", FRAMES, BANDS])
    widths = {"scores": CLASSES, "pooled": POOLED, **more_outputs}
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", width])
        for name, width in widths.items()
    ]
    whole = helper.make_graph(graph.nodes, "listening", [patches], outputs, graph.constants)
    opset = helper.make_opsetid("", _OPSET)
    model = helper.make_model(whole, opset_imports=[opset], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model
