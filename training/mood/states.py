"""The trunk's hidden states of training texts, worked out once and kept on disk.

Sentences are short, so a corpus of a million tokens takes under a gigabyte as half floats.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

from services.mood.backends.encoder import batches
from services.mood.backends.graph import DIMENSIONS
from services.mood.backends.weights import installed_folder, verified_weights
from training.mood.branch import Trunk

CACHE = Path("build/mood")
MAX_TOKENS = 64
"""Longer texts are cut for training: one sentence in a thousand, and captions of music."""
PROGRESS_EVERY = 100

Halves = npt.NDArray[np.float16]


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """Hidden states of all texts one after the other, (tokens, 384).

    Text i has the rows from `starts[i]` to `starts[i + 1]`.
    """

    table: Halves
    starts: npt.NDArray[np.int64]

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many tokens each text has."""
        return np.diff(self.starts)

    def of(self, text: int) -> Halves:
        """One text's states, (its tokens, 384)."""
        return self.table[self.starts[text] : self.starts[text + 1]]


def states(texts: Sequence[str], first: int) -> States:
    """The states of texts after `first` layers, from the disk if these texts were done before."""
    digest = hashlib.sha256("\n".join([str(first), str(MAX_TOKENS), *texts]).encode())
    path = CACHE / f"states-{digest.hexdigest()[:16]}.npy"
    tokens = _tokens(texts)
    starts = np.concatenate([[0], np.cumsum([len(ids) for ids in tokens])]).astype(np.int64)
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        _compute(tokens, starts, first, part)
        part.rename(path)
    shape = (int(starts[-1]), DIMENSIONS)
    return States(np.memmap(path, dtype=np.float16, mode="r", shape=shape), starts)


def padded(rows: Sequence[Halves]) -> tuple[torch.Tensor, torch.Tensor]:
    """States (texts, tokens, 384) padded to the longest, and the mask of true tokens."""
    width = max(map(len, rows))
    hidden = np.zeros((len(rows), width, DIMENSIONS), dtype=np.float32)
    mask = np.zeros((len(rows), width), dtype=bool)
    for place, row in enumerate(rows):
        hidden[place, : len(row)] = row
        mask[place, : len(row)] = True
    return torch.from_numpy(hidden), torch.from_numpy(mask)


def _tokens(texts: Sequence[str]) -> list[list[int]]:
    tokenizer = Tokenizer.from_file(str(installed_folder() / "tokenizer.json"))
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]


def _compute(
    tokens: Sequence[list[int]], starts: npt.NDArray[np.int64], first: int, path: Path
) -> None:
    trunk = Trunk(verified_weights(installed_folder() / "model.safetensors"), first)
    table = np.memmap(path, dtype=np.float16, mode="w+", shape=(int(starts[-1]), DIMENSIONS))
    groups = batches([len(ids) for ids in tokens])
    for number, rows in enumerate(groups, start=1):
        hidden = _hidden(trunk, [tokens[row] for row in rows])
        for place, row in enumerate(rows):
            table[starts[row] : starts[row + 1]] = hidden[place, : len(tokens[row])]
        if number % PROGRESS_EVERY == 0:
            print(f"states: {number} of {len(groups)} batches", flush=True)
    table.flush()


def _hidden(trunk: Trunk, tokens: Sequence[list[int]]) -> npt.NDArray[np.float32]:
    width = max(map(len, tokens))
    ids = torch.tensor([[*sequence, *[0] * (width - len(sequence))] for sequence in tokens])
    lengths = torch.tensor([len(sequence) for sequence in tokens])
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        hidden = trunk(ids, torch.arange(width) < lengths[:, None])
    return np.asarray(hidden.float().numpy())
