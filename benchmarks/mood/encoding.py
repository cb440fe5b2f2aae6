"""Search vectors by the service's encoder and by sentence-transformers on torch, side by side.

Both load the same weights, encode the same texts in the same run, in turn, on as many threads.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from benchmarks.captioner_figures import in_turn, ratio
from benchmarks.mood.texts import english
from services.mood.backends.encoder import Encoder
from services.mood.backends.weights import installed_folder

SENTENCE = "rainy drive home, a bit sad"
BATCH = 32
BATCHES = 8
COMPARED = 1000
ONE_REPETITIONS = 60


def measure(data: Path | None = None) -> dict[str, float]:
    """How near the vectors are, and how many times faster they come, by threads and texts."""
    texts = english(data, COMPARED)
    theirs = SentenceTransformer(str(installed_folder()), device="cpu")
    found: dict[str, float] = {}
    for threads, name in ((1, "one_thread"), (2, "two_threads")):
        torch.set_num_threads(threads)
        ours = Encoder(threads=threads)
        if threads == 1:
            found |= _nearness(ours, theirs, texts)
        found |= {f"{name}_{key}": value for key, value in _times(ours, theirs, texts).items()}
    return found


def _nearness(ours: Encoder, theirs: SentenceTransformer, texts: list[str]) -> dict[str, float]:
    original = np.asarray(theirs.encode(texts, show_progress_bar=False))
    near = (ours.encode(texts) * original).sum(axis=1)
    return {"lowest_cosine": float(near.min()), "mean_cosine": float(near.mean())}


def _times(ours: Encoder, theirs: SentenceTransformer, texts: list[str]) -> dict[str, float]:
    slow, fast = in_turn(
        (
            lambda: theirs.encode([SENTENCE], show_progress_bar=False),
            lambda: ours.encode([SENTENCE]),
        ),
        ONE_REPETITIONS,
    )
    batches = [texts[start : start + BATCH] for start in range(0, BATCHES * BATCH, BATCH)]
    slows, fasts = [], []
    for batch in batches:

        def by_theirs(batch: list[str] = batch) -> object:
            return theirs.encode(batch, show_progress_bar=False)

        def by_ours(batch: list[str] = batch) -> object:
            return ours.encode(batch)

        of_theirs, of_ours = in_turn((by_theirs, by_ours), 2)
        slows += of_theirs
        fasts += of_ours
    return {
        "one_torch_ms": 1000 * median(slow),
        "one_ms": 1000 * median(fast),
        "one_ratio": ratio(slow, fast),
        "batch_torch_ms": 1000 * median(slows),
        "batch_ms": 1000 * median(fasts),
        "batch_ratio": ratio(slows, fasts),
    }
