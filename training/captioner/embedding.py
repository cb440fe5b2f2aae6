"""What the heads are fitted on: `content`, what the network sees, and `style`, how it is pictured.

Content joins the published tail's pooled output and the tuned tail's, 1,280 numbers each. Style is
how much three late layers of the published tail answer, and how unevenly: mean and deviation over
the area of their 960 channels. It tells more about arousal than content does.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.captioner.backbone import Bottleneck, Published, stack
from training.captioner.corpora import Pixels
from training.captioner.features import TAIL_LAST, TRUNK_LAST, Store
from training.captioner.tuning import Tagger

Floats = NDArray[np.float32]

STYLE_LAYERS = ((15, 1), (17, 0), (17, 1))
"""Block, and layer in the block, of what makes up style."""

_BATCH = 128


def content(store: Store, tagger: Tagger, name: str, pixels: Pixels, view: int = 0) -> Floats:
    """Both tails' standardised embeddings, (photos, 2560), for a whole collection."""
    maps, frozen = store.maps(name, pixels, view), store.embeddings(name, pixels, view)
    rows: list[Floats] = []
    with torch.inference_mode():
        for start in range(0, len(maps), _BATCH):
            chunk = torch.from_numpy(maps[start : start + _BATCH].astype(np.float32))
            plain = torch.from_numpy(frozen[start : start + _BATCH])
            rows.append(tagger.joined(chunk, plain).numpy())
    return np.concatenate(rows)


def style(published: Published, maps: NDArray[np.float16]) -> Floats:
    """How photos are pictured, (photos, 5760), from the trunk's feature maps."""
    tail = stack(published, TRUNK_LAST + 1, TAIL_LAST - 1).eval()
    rows: list[Floats] = []
    with torch.inference_mode():
        for start in range(0, len(maps), _BATCH):
            x = torch.from_numpy(maps[start : start + _BATCH].astype(np.float32))
            rows.append(torch.cat(_statistics(tail, x), dim=1).numpy())
    return np.concatenate(rows)


def _statistics(tail: nn.Sequential, x: Tensor) -> list[Tensor]:
    found: list[Tensor] = []
    for number, block in enumerate(tail, start=TRUNK_LAST + 1):
        y = x
        for place, layer in enumerate(block.layers if isinstance(block, Bottleneck) else ()):
            y = layer(y)
            if (number, place) in STYLE_LAYERS:
                found += [y.mean((2, 3)), y.std((2, 3), correction=0)]
        x = block(x)
    return found


def scale_of(values: Floats) -> tuple[Floats, Floats]:
    """Mean and spread that standardise each column; columns that hardly vary stay small."""
    return values.mean(0), values.std(0) + np.float32(0.05 * values.std())
