"""MobileNetV2 1.0 as plain convolutions, read from the published int8 file.

Source: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018; weights
`mobilenet_v2_1.0_224_quant.tflite` by the TensorFlow authors, Apache-2.0. Batch normalisation is
already folded into the convolutions of that file, so every layer is convolution, bias, ReLU6.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

EMBEDDING = 1280
"""Length of the pooled embedding of one tail."""


@dataclass(frozen=True, slots=True)
class Convolution:
    """One convolution of the published file, still quantised.

    `weight` is uint8, shaped (out, in / groups, height, width); its real value is
    `(weight - zero_point) * scale`. `bias` is float32.
    """

    weight: NDArray[np.uint8]
    scale: float
    zero_point: int
    bias: NDArray[np.float32]
    stride: int
    groups: int
    clipped: bool

    def dequantised(self) -> NDArray[np.float32]:
        """The weight as float32."""
        shifted = self.weight.astype(np.float32) - np.float32(self.zero_point)
        return (shifted * np.float32(self.scale)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Block:
    """One bottleneck: its convolutions in order, and whether its input is added to its output."""

    convolutions: tuple[Convolution, ...]
    residual: bool


@dataclass(frozen=True, slots=True)
class Published:
    """The whole published network: stem, 17 bottlenecks, last convolution, 1001-way classifier."""

    blocks: tuple[Block, ...]
    classifier: Convolution


def read_published(path: Path) -> Published:
    """Reads the int8 file; block 0 is the stem, 1 to 17 the bottlenecks, 18 the last layer."""
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    details = {d["index"]: d for d in interpreter.get_tensor_details()}
    convolutions: list[Convolution] = []
    kinds = {"CONV_2D", "DEPTHWISE_CONV_2D"}
    for op in interpreter._get_ops_details():
        if op["op_name"] in kinds:
            shapes = [details[int(op[end][0])]["shape"] for end in ("inputs", "outputs")]
            stride = int(shapes[0][1]) // int(shapes[1][1])
            depthwise = op["op_name"] == "DEPTHWISE_CONV_2D"
            weight, bias = (details[int(i)] for i in op["inputs"][1:3])
            convolutions.append(_convolution(interpreter, weight, bias, stride, depthwise))
    return Published(blocks=_blocks(convolutions[:-1]), classifier=convolutions[-1])


def _convolution(
    interpreter: Interpreter,
    weight: dict[str, NDArray[np.generic]],
    bias: dict[str, NDArray[np.generic]],
    stride: int,
    depthwise: bool,
) -> Convolution:
    scale, zero_point = weight["quantization"]
    values = interpreter.get_tensor(weight["index"])
    order = (3, 0, 1, 2) if depthwise else (0, 3, 1, 2)
    real_bias = interpreter.get_tensor(bias["index"]).astype(np.float64) * bias["quantization"][0]
    return Convolution(
        weight=np.ascontiguousarray(values.transpose(order)),
        scale=float(scale),
        zero_point=int(zero_point),
        bias=real_bias.astype(np.float32),
        stride=stride,
        groups=values.shape[-1] if depthwise else 1,
        clipped="project" not in str(bias["name"]) and "Logits" not in str(bias["name"]),
    )


def _blocks(convolutions: list[Convolution]) -> tuple[Block, ...]:
    blocks: list[Block] = [Block((convolutions[0],), residual=False)]
    pending: list[Convolution] = []
    for convolution in convolutions[1:-1]:
        pending.append(convolution)
        if not convolution.clipped:
            same_size = all(c.stride == 1 for c in pending)
            same_width = pending[0].weight.shape[1] == convolution.weight.shape[0]
            expands = len(pending) == 3
            blocks.append(Block(tuple(pending), residual=same_size and same_width and expands))
            pending = []
    blocks.append(Block((convolutions[-1],), residual=False))
    return tuple(blocks)


class Layer(nn.Module):
    """Convolution with TensorFlow's SAME padding, then ReLU6 where the original has it."""

    def __init__(self, source: Convolution) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.from_numpy(source.dequantised()))
        self.bias = nn.Parameter(torch.from_numpy(source.bias))
        self.stride, self.groups, self.clipped = source.stride, source.groups, source.clipped

    def forward(self, x: Tensor) -> Tensor:
        """Maps (N, in, H, W) to (N, out, H / stride, W / stride); H and W must divide by stride."""
        if self.weight.shape[-1] == 3:
            # SAME padding of an even input at stride 2 pads only the far edge.
            x = functional.pad(x, (0, 1, 0, 1) if self.stride == 2 else (1, 1, 1, 1))
        x = functional.conv2d(x, self.weight, self.bias, stride=self.stride, groups=self.groups)
        return x.clamp(0.0, 6.0) if self.clipped else x


class Bottleneck(nn.Module):
    """One block of the network."""

    def __init__(self, source: Block) -> None:
        super().__init__()
        self.layers = nn.Sequential(*(Layer(c) for c in source.convolutions))
        self.residual = source.residual

    def forward(self, x: Tensor) -> Tensor:
        """Maps a feature map through the block."""
        y: Tensor = self.layers(x)
        return x + y if self.residual else y


def stack(published: Published, first: int, last: int) -> nn.Sequential:
    """Blocks `first` to `last`, both included, as trainable float layers."""
    return nn.Sequential(*(Bottleneck(b) for b in published.blocks[first : last + 1]))


def prepared(pixels: Tensor, side: int) -> Tensor:
    """Turns uint8 (N, H, W, 3) into the network's input: float (N, 3, side, side) in [-1, 1)."""
    x = pixels.permute(0, 3, 1, 2).float()
    x = functional.interpolate(x, size=(side, side), mode="bilinear", align_corners=False)
    return (x - 128.0) / 128.0
