"""Turns the published YAMNet into the network that tells talk from music; nothing is trained here.

Source: YAMNet by the TensorFlow authors (Apache-2.0): MobileNetV1 (Howard et al., 2017) trained on
AudioSet (Gemmeke et al., ICASSP 2017), as the 8-bit `yamnet.tflite`. The convolutions keep their
published 8-bit weights; the waveform's way to log-mel patches is done by the service.

Example: python -m training.audio_features.listening --data ../shared/data
"""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.audio_features.clips import DEFAULT_DATA

MODEL = Path("models/audio_features/listening.onnx")
FRAMES, BANDS, CLASSES = 96, 64, 521

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


def converted(path: Path) -> onnx.ModelProto:
    """Builds the network: log-mel patches (n, 96, 64) to scores of 521 classes, each in [0, 1]."""
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    graph = Graph(interpreter)
    y = graph.apply("Unsqueeze", "patches", graph.constant(np.array([1])))
    operations = interpreter._get_ops_details()
    for operation in operations:
        if operation["op_name"] in _CONVOLUTIONS:
            y = _convolved(graph, y, operation)
    y = graph.apply("ReduceMean", y, axes=[2, 3], keepdims=0)
    *_, last = (each for each in operations if each["op_name"] == "FULLY_CONNECTED")
    weight, bias = (int(index) for index in last["inputs"][1:3])
    y = graph.apply("Gemm", y, graph.weight(weight, (0, 1)), graph.bias(bias), transB=1)
    graph.nodes.append(helper.make_node("Sigmoid", [y], ["scores"]))
    return _model(graph)


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


def _model(graph: Graph) -> onnx.ModelProto:
    patches = helper.make_tensor_value_info("patches", TensorProto.FLOAT, ["n", FRAMES, BANDS])
    scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n", CLASSES])
    whole = helper.make_graph(graph.nodes, "listening", [patches], [scores], graph.constants)
    opset = helper.make_opsetid("", _OPSET)
    model = helper.make_model(whole, opset_imports=[opset], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    """Reads the arguments, converts and writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data")
    parser.add_argument("--output", type=Path, default=MODEL, help="where the network is written")
    given = parser.parse_args()
    model = converted(given.data / "models" / "yamnet.tflite")
    given.output.write_bytes(model.SerializeToString(deterministic=True))
    print(f"wrote {given.output} ({given.output.stat().st_size / 1e6:.1f} MB)")


if __name__ == "__main__":
    main()
