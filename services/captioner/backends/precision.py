"""Where a torch network computes, and with which numbers: what its processor gains by."""

from typing import Literal

import torch
from torch import nn

Precision = Literal["float32", "bfloat16", "int8"]

_INT8_DOTS = ("avx512_vnni", "avx_vnni", "amx_int8")
_BFLOAT16_DOTS = ("avx512_bf16", "amx_bf16")
_LARGEST = 127


def device_for(wish: Literal["auto", "cpu", "cuda"]) -> torch.device:
    """The device a setting stands for; `auto` takes CUDA where there is one.

    Raises:
        ValueError: CUDA is asked for and this machine or this torch has none.
    """
    has_cuda = torch.cuda.is_available()
    if wish == "cuda" and not has_cuda:
        raise ValueError("VTS_CAPTIONER_DEVICE is cuda, but torch finds no CUDA device")
    return torch.device("cuda" if has_cuda and wish != "cpu" else "cpu")


def precision_for(
    wish: Literal["auto", "float32", "bfloat16", "int8"], device: torch.device
) -> Precision:
    """The numbers a setting stands for.

    `auto` takes int8 on processors that multiply bytes (VNNI, AMX), else bfloat16 where there are
    instructions for it, else float32; on CUDA bfloat16 where the GPU has it.

    Raises:
        ValueError: int8 is asked for on CUDA, where it gains nothing here.
    """
    if wish == "int8" and device.type != "cpu":
        raise ValueError("VTS_CAPTIONER_PRECISION is int8, which is for processors, not for CUDA")
    if wish != "auto":
        return wish
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float32"
    able = torch.cpu.get_capabilities()
    if any(able.get(name) for name in _INT8_DOTS):
        return "int8"
    return "bfloat16" if any(able.get(name) for name in _BFLOAT16_DOTS) else "float32"


def reduce(model: nn.Module, precision: Precision) -> None:
    """Turns a float32 model, in place, to numbers of the given precision."""
    if precision == "bfloat16":
        model.to(torch.bfloat16)
    elif precision == "int8":
        _replace_linears(model)


def _replace_linears(module: nn.Module) -> None:
    for name, child in module.named_children():
        # Subclasses, such as the halves of `MultiheadAttention`, are read by others than `forward`.
        if type(child) is nn.Linear:
            setattr(module, name, Int8Linear(child))
        else:
            _replace_linears(child)


class Int8Linear(nn.Module):
    """A linear layer that multiplies bytes, with one scale per output and one per row of input.

    Scales of rows are found as the rows come, so that no calibration is needed and what a row
    gives does not depend on the other rows of its batch.

    Args:
        linear: What it stands in for; its weights are copied.
    """

    weight: torch.Tensor
    scale: torch.Tensor
    bias: torch.Tensor | None

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        scale = _steps(weight)
        self.register_buffer("weight", (weight / scale).round().to(torch.int8))
        self.register_buffer("scale", scale.squeeze(1))
        bias = linear.bias
        self.register_buffer("bias", None if bias is None else bias.detach().float().clone())

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Maps (…, inputs) to (…, outputs), in the type that it is given."""
        rows = values.reshape(-1, values.shape[-1]).float()
        steps = _steps(rows)
        bytes_ = (rows / steps).round_().to(torch.int8)
        sums = torch._int_mm(bytes_, self.weight.t()).float()
        products = sums.mul_(steps).mul_(self.scale)
        if self.bias is not None:
            products += self.bias
        return products.view(*values.shape[:-1], -1).to(values.dtype)


def _steps(rows: torch.Tensor) -> torch.Tensor:
    """The size of one step per row, shaped (rows, 1), so that the largest value takes 127."""
    return (rows.abs().amax(dim=1, keepdim=True) / _LARGEST).clamp_(min=torch.finfo().tiny)
