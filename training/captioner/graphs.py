"""ONNX graphs under construction: nodes and constants by name, and the blocks of MobileNetV2."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from training.captioner.backbone import Block, Bottleneck, Convolution

OPSET = 17
"""The version of the operators."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A linear head: `weight` (inputs, outputs) and `bias`."""

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


class Graph:
    """An ONNX graph under construction; every method returns the name of what it made."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: NDArray[np.generic]) -> str:
        """Stores an array as it is."""
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(values, order="C"), name))
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

    def whole(self, value: int) -> str:
        """Stores one whole number."""
        return self.constant(np.array(value, dtype=np.int64))

    def packed(self, weight: NDArray[np.float32]) -> str:
        """Stores a weight (in, out) in 8 bits, with a scale for each output, and widens it."""
        scale = np.maximum(np.abs(weight).max(0), 1e-8).astype(np.float32) / 127
        stored = self.constant(np.rint(weight / scale).astype(np.int8))
        wide = self.apply("Cast", stored, to=TensorProto.FLOAT)
        return self.apply("Mul", wide, self.constant(scale))

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

    def published(self, x: str, block: Block) -> tuple[str, list[str]]:
        """A block with its published weights: its output, and what every layer answered."""
        layers = [x]
        for source in block.convolutions:
            weight, bias = self.eighth(source), self.constant(source.bias)
            layers.append(self.convolved(layers[-1], source, weight, bias))
        last = self.apply("Add", x, layers[-1]) if block.residual else layers[-1]
        return last, layers[1:]

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

    def statistics(self, x: str) -> list[str]:
        """Mean and standard deviation over height and width: (N, channels) each."""
        apart = self.apply("Sub", x, self.apply("ReduceMean", x, axes=[2, 3], keepdims=1))
        variance = self.pooled(self.apply("Mul", apart, apart))
        return [self.pooled(x), self.apply("Sqrt", variance)]

    def linear(self, x: str, head: Linear) -> str:
        """A linear head."""
        return self.apply("Gemm", x, self.half(head.weight), self.constant(head.bias))

    def standardised(self, x: str, mean: str, spread: str) -> str:
        """Subtracts the mean, divides by the spread."""
        return self.apply("Div", self.apply("Sub", x, mean), spread)

    def named(self, x: str, output: str) -> None:
        """Gives a result its public name."""
        self.nodes.append(helper.make_node("Identity", [x], [output]))
