"""From the frames of a window to the flow that I3D's second stream was trained on."""

import torch
from torch import Tensor
from torch.nn.functional import pad

from services.captioner.backends.bmt.raft import Raft

FASTEST = 20.0
"""Pixels a frame; faster movement is told as this."""

_PAIRS = 4  # a pair's likenesses of 57 × 32 cells alone are 18 MB


def flow_of(raft: Raft, frames: Tensor) -> Tensor:
    """Returns the flow (n - 1, 2, height, width) in pixels between n frames (n, 3, height, width).

    Frames are 0 to 255; sides that 8 does not divide are filled up by repeating the edge.
    """
    height, width = frames.shape[-2:]
    down, right = -height % 8, -width % 8
    sides = (right // 2, right - right // 2, down // 2, down - down // 2)
    padded = pad(frames, sides, mode="replicate")
    pairs = range(0, len(frames) - 1, _PAIRS)
    whole = torch.cat([raft(padded[at : at + _PAIRS + 1]) for at in pairs])
    return whole[..., sides[2] : sides[2] + height, sides[0] : sides[0] + width]


def quantised(flow: Tensor) -> Tensor:
    """Clamps flow to ±20 pixels, brings it to 256 whole steps and those to [-1, 1]."""
    steps = (128 + 255 / (2 * FASTEST) * flow.clamp(-FASTEST, FASTEST)).round().clamp(0, 255)
    return 2 * steps / 255 - 1
