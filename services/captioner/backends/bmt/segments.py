"""From candidates to the stretches worth a caption."""

import torch
from torch import Tensor

SHORTEST_SECONDS = 0.2
MOST = 100
OVERLAP = 0.4
"""The published reading of single videos: the surest 100, of which none overlaps another more."""


def chosen(
    candidates: Tensor, seconds: float, most: int = MOST, overlap: float = OVERLAP
) -> Tensor:
    """Returns the surest stretches, (n, 3): start and end in s, confidence; surest first.

    Args:
        candidates: (candidates, 3) as the proposal network tells them: centre, length, confidence.
        seconds: How long the video lasts; stretches are clipped to it.
        most: Most stretches looked at before those that overlap are dropped.
        overlap: Two stretches that share at least so much of what they cover are one.
    """
    half = candidates[:, 1] / 2
    start = (candidates[:, 0] - half).clamp(0.0, seconds)
    end = (candidates[:, 0] + half).clamp(max=seconds)
    clipped = torch.stack([start, end, candidates[:, 2]], dim=1)
    clipped = clipped[end - start > SHORTEST_SECONDS]
    order = clipped[:, 2].argsort(descending=True, stable=True)[:most]
    return apart(clipped[order], overlap)


def apart(segments: Tensor, overlap: float) -> Tensor:
    """Drops every stretch that shares `overlap` or more with a surer one (sorted, surest first)."""
    kept: list[Tensor] = []
    while len(segments):
        first, segments = segments[0], segments[1:]
        kept.append(first)
        segments = segments[shared(first, segments) < overlap]
    return torch.stack(kept) if kept else segments


def shared(one: Tensor, others: Tensor) -> Tensor:
    """How much of what two stretches cover both cover, 0 to 1: (n,) for one against n."""
    both = (torch.minimum(one[1], others[:, 1]) - torch.maximum(one[0], others[:, 0])).clamp(min=0)
    either = (one[1] - one[0]) + (others[:, 1] - others[:, 0]) - both
    return both / (either + 1e-8)
