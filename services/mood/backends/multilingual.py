"""Search vectors by another sentence encoder, which reads Korean as it stands.

The encoder is a folder in the format of sentence-transformers: a transformers model, the pooling
of its tokens, and perhaps a normalisation. It must give 384 numbers, for which all stores and
indexes are made. Everything else in a reading stays as it was.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer

from servicekit.checkpoints import Checkpoint, UnusableCheckpointError
from services.mood.backends.bert.classifier import BATCH_TOKENS, grouped, longest, quiet
from services.mood.backends.cache import VectorCache
from services.mood.domain import Model, MoodReader, Reading, Text, Vectors, Word
from vts.moods import TEXT_DIMENSIONS

ENCODER_SETTING = "VTS_MOOD_ENCODER"

Pooling = Literal["mean", "cls"]

_POOLINGS: dict[str, Pooling] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
}
_HARMLESS = ("Transformer", "Pooling", "Normalize")


class SentenceEncoder:
    """A checkpoint that embeds sentences of any language it knows; blocks while it computes.

    Args:
        checkpoint: Its folder.
        prefix: What it wants before every text, such as `query: ` of E5.

    Raises:
        UnusableCheckpointError: It has another width, or is no such encoder.
    """

    def __init__(self, checkpoint: Checkpoint, prefix: str = "") -> None:
        self._folder = checkpoint.folder
        self._prefix = prefix
        self._pooling = pooling_of(checkpoint.folder)
        self.version = f"{checkpoint.version} {prefix.strip()}".strip()

    def load(self) -> None:
        """Reads the weights; raises `UnusableCheckpointError` for what transformers cannot read."""
        quiet()
        folder = str(self._folder)
        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, **local)
            network: Any = AutoModel.from_pretrained(
                folder, use_safetensors=True, dtype=torch.float32, **local
            )
        except (ValueError, KeyError, ImportError) as error:
            raise UnusableCheckpointError(
                f"{folder} is no encoder that transformers has classes for; see {ENCODER_SETTING}"
            ) from error
        self._network = network.eval()
        self._longest = longest(self._tokenizer, network.config)

    @torch.inference_mode()
    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1 (L2), shape (texts, 384), in the order given."""
        tokens: list[list[int]] = self._tokenizer(
            [self._prefix + text for text in texts], truncation=True, max_length=self._longest
        )["input_ids"]
        vectors = np.zeros((len(texts), TEXT_DIMENSIONS), dtype=np.float32)
        for rows in grouped([len(each) for each in tokens], BATCH_TOKENS):
            padded = self._tokenizer.pad(
                {"input_ids": [tokens[row] for row in rows]}, return_tensors="pt"
            )
            hidden = self._network(**padded).last_hidden_state
            vectors[rows] = self._pooled(hidden, padded["attention_mask"]).numpy()
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def _pooled(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """One vector a text, (texts, 384), of (texts, tokens, 384)."""
        if self._pooling == "cls":
            return hidden[:, 0]
        counted = mask[:, :, None].to(hidden.dtype)
        return (hidden * counted).sum(1) / counted.sum(1)


class MultilingualReader:
    """A reader whose search vectors are another encoder's; not for several threads at a time.

    Args:
        base: What reads everything else; closed with the whole.
        encoder: Not yet loaded.
        threads: Threads of torch, for the whole process.
        cache_entries: Most vectors that are kept.
    """

    def __init__(
        self, base: MoodReader, encoder: SentenceEncoder, *, threads: int, cache_entries: int
    ) -> None:
        self._base = base
        self._encoder = encoder
        self._threads = threads
        self._cache = VectorCache(cache_entries)

    @property
    def model(self) -> Model:
        """The base's, with the encoder's version: vectors of other encoders are not alike."""
        base = self._base.model
        return Model(base.name, f"{base.version}+{self._encoder.version}")

    def load(self) -> None:
        """Loads both and answers once; some seconds."""
        torch.set_num_threads(self._threads)
        self._base.load()
        self._encoder.load()
        self._encoder.encode(["a quiet, happy evening", "조용하고 행복한 저녁"])

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts in the order given."""
        vectors = self.embed(texts)
        return [
            replace(reading, embedding=vector)
            for reading, vector in zip(self._base.read(texts), vectors, strict=True)
        ]

    def embed(self, texts: Sequence[Text]) -> Vectors:
        """Embeds texts as they stand, in whatever language, shape (texts, 384)."""
        return self._cache.get([text.content for text in texts], self._encoder.encode)

    def words(self, texts: Sequence[Text]) -> list[tuple[Word, ...]]:
        """The words of texts, as the base tells them."""
        return self._base.words(texts)

    def close(self) -> None:
        """Empties the cache and closes the base; the encoder goes with the object."""
        self._cache.clear()
        self._base.close()


def pooling_of(folder: Path) -> Pooling:
    """How the encoder of a folder makes one vector of its tokens.

    Raises:
        UnusableCheckpointError: Its width is not 384, or it has parts that are not known here.
    """
    width = _json(folder / "config.json").get("hidden_size")
    if width != TEXT_DIMENSIONS:
        raise UnusableCheckpointError(
            f"{folder} gives {width} numbers; {ENCODER_SETTING} needs an encoder with "
            f"{TEXT_DIMENSIONS}, for which catalogues are made"
        )
    parts = _json(folder / "modules.json") if (folder / "modules.json").is_file() else []
    for part in parts:
        kind = str(part.get("type", "")).rpartition(".")[2]
        if kind not in _HARMLESS:
            raise UnusableCheckpointError(f"{folder} has a part {kind}, which is not known here")
    return _pooling(folder)


def _pooling(folder: Path) -> Pooling:
    path = folder / "1_Pooling" / "config.json"
    if not path.is_file():
        raise UnusableCheckpointError(
            f"{folder} has no 1_Pooling/config.json, as encoders of sentence-transformers have; "
            f"see {ENCODER_SETTING}"
        )
    config = _json(path)
    chosen = [kind for key, kind in _POOLINGS.items() if config.get(key)]
    if config.get("pooling_mode") in _POOLINGS.values():
        chosen = [config["pooling_mode"]]
    others = [key for key, on in config.items() if key.startswith("pooling_mode_") and on is True]
    if len(chosen) != 1 or len(others) > 1:
        raise UnusableCheckpointError(f"{path} asks for a pooling that is neither mean nor cls")
    return chosen[0]


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnusableCheckpointError(f"{path} is no JSON") from error
