"""What the two networks are taught to make small."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits as cross_entropy
from torch.nn.functional import kl_div, mse_loss

from services.captioner.backends.bmt.features import PADDING
from services.captioner.backends.bmt.sizes import HeadSizes

SMOOTHING = 0.7
EMPTY_WEIGHT = 100.0
"""How much heavier a sure guess weighs where nothing happens than a missed event."""

Segments = Sequence[tuple[float, float]]


def word_loss(told: Tensor, words: Tensor, smoothing: float = SMOOTHING) -> Tensor:
    """Kullback-Leibler divergence from smoothed words, per word that is no padding.

    Args:
        told: Log-probabilities (batch, length, vocabulary).
        words: The words that follow, (batch, length).
        smoothing: The share of probability that is spread over all other words.
    """
    wanted = torch.full_like(told, smoothing / (told.shape[-1] - 2))
    wanted.scatter_(-1, words.unsqueeze(-1), 1 - smoothing)
    wanted[..., PADDING] = 0.0
    said = words != PADDING
    wanted = wanted * said.unsqueeze(-1)
    return kl_div(told, wanted, reduction="sum") / said.sum()


def proposal_loss(told: Tensor, sizes: HeadSizes, videos: Sequence[Segments]) -> Tensor:
    """One head's loss, as YOLO's: where, how long, and how sure.

    Every event belongs to the step that its centre lies in and to the anchor nearest in length.

    Args:
        told: What the head says, (batch, anchors, steps, 3).
        sizes: The head's anchors and grid.
        videos: Of each video of the batch the events, as start and end in seconds.
    """
    video = torch.tensor([number for number, events in enumerate(videos) for _ in events])
    spans = torch.tensor([event for events in videos for event in events]).view(-1, 2)
    centre, length = spans.mean(1) / sizes.stride, (spans[:, 1] - spans[:, 0]) / sizes.stride
    anchors = torch.tensor(sizes.anchors).unsqueeze(0) / sizes.stride
    nearest = _alike(anchors, length.unsqueeze(1)).argmax(1)
    step = centre.long().clamp(0, told.shape[2] - 1)
    empty = torch.ones(told.shape[:3], dtype=torch.bool)
    empty[video, nearest, step] = False
    found = told[video, nearest, step]
    where = mse_loss(found[:, 0].sigmoid(), centre - centre.floor())
    how_long = mse_loss(found[:, 1], torch.log(length / anchors[0, nearest]))
    sure = cross_entropy(found[:, 2], torch.ones(len(found)))
    nothing = told[..., 2][empty]
    unsure = cross_entropy(nothing, torch.zeros_like(nothing))
    return where + how_long + sure + EMPTY_WEIGHT * unsure


def _alike(one: Tensor, other: Tensor) -> Tensor:
    """How much two lengths with one centre overlap, 0 to 1."""
    return torch.minimum(one, other) / torch.maximum(one, other)
