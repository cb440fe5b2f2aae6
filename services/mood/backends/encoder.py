"""Sentences as vectors: MiniLM's search vector and, beside it, the feeling branch's."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from services.mood.backends import graph
from services.mood.backends.graph import DIMENSIONS
from services.mood.backends.weights import (
    FEELING,
    EncoderUnavailableError,
    branch_weights,
    installed_folder,
    reaches,
    verified_weights,
)
from services.mood.domain import Vectors

MAX_TOKENS = 256
BATCH_TOKENS = 512
"""Most tokens computed together: more is no quicker and takes memory, 20 KB a token or more."""
FEW_TOKENS = 64
"""So few are computed together however unlike their texts' lengths are."""
LONGEST_PADDING = 0.25
"""How much of its length the shortest text of a batch is padded by, at most."""

Ids = npt.NDArray[np.int32]


class Encoder:
    """Turns English text into vectors; texts beyond 256 tokens are cut.

    The search vector is Sentence-BERT's (Reimers and Gurevych, EMNLP 2019): the mean of the hidden
    states over tokens, then length 1 (L2). The feeling vector is the same mean over the hidden
    states of the feeling branch, of any length. Safe to call from several threads.
    """

    def __init__(
        self, *, threads: int, folder: Path | None = None, feeling: Path = FEELING
    ) -> None:
        """Opens the models; where there is no branch in `feeling`, only `encode` works."""
        folder = folder or installed_folder()
        weights = verified_weights(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        branch = branch_weights(feeling) if feeling.is_file() else None
        first_layer = branch.first_layer if branch else None
        own, felt = reaches()
        self._trunk = graph.trunk(weights, own, threads=threads, branch_at=first_layer)
        self._branch = graph.branch(branch, felt, threads=threads) if branch else None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Search vectors, shape (texts, 384), in the order given; an empty text has one too."""
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for rows, ids, mask in self._batches(texts):
            (hidden,) = self._trunk.run(["hidden"], {"ids": ids, "mask": mask})
            vectors[rows] = _mean(hidden, mask)
        return _normalised(vectors)

    def feel(self, texts: Sequence[str]) -> tuple[Vectors, Vectors]:
        """Search vectors as of `encode`, and feeling vectors of the same shape.

        Raises:
            EncoderUnavailableError: There is no feeling branch.
        """
        if self._branch is None:
            raise EncoderUnavailableError("there is no feeling branch")
        vectors = np.zeros((2, len(texts), DIMENSIONS), dtype=np.float32)
        for rows, ids, mask in self._batches(texts):
            hidden, branching = self._trunk.run(["hidden", "branching"], {"ids": ids, "mask": mask})
            vectors[0, rows] = _mean(hidden, mask)
            (hidden,) = self._branch.run(["hidden"], {"branching": branching, "mask": mask})
            vectors[1, rows] = _mean(hidden, mask)
        return _normalised(vectors[0]), vectors[1]

    def _batches(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Ids, Ids]]:
        """The rows of each batch, with their tokens and which of those count."""
        # One by one: the threads of `encode_batch` would keep megabytes and save next to no time.
        tokens = [encoding.ids for encoding in map(self._tokenizer.encode, texts)]
        for rows in batches([len(ids) for ids in tokens]):
            width = max(len(tokens[row]) for row in rows)
            ids = np.zeros((len(rows), width), dtype=np.int32)
            mask = np.zeros((len(rows), width), dtype=np.int32)
            for place, row in enumerate(rows):
                ids[place, : len(tokens[row])] = tokens[row]
                mask[place, : len(tokens[row])] = 1
            yield rows, ids, mask


def batches(lengths: Sequence[int]) -> list[list[int]]:
    """Groups rows of like length, each group within `BATCH_TOKENS` when padded to its longest.

    What is padded is computed like any token: lengths are mixed only where they are near, or few.
    """
    groups: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        tokens = lengths[row] * (len(groups[-1]) + 1) if groups else 0
        near = groups and lengths[row] <= lengths[groups[-1][0]] * (1.0 + LONGEST_PADDING)
        if groups and (tokens <= FEW_TOKENS or (near and tokens <= BATCH_TOKENS)):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _mean(hidden: Vectors, mask: Ids) -> Vectors:
    """The mean over the tokens that count, shape (texts, 384)."""
    shares = mask / mask.sum(axis=1, keepdims=True, dtype=np.float32)
    return np.asarray((shares[:, None, :].astype(np.float32) @ hidden)[:, 0])


def _normalised(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
