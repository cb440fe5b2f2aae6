"""A text classifier of transformers in this process: texts in, logits of its labels out.

No code that comes with a model is ever run, and only safetensors are loaded.
"""

import json
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers import logging as transformers_logging

from servicekit.checkpoints import Checkpoint, UnusableCheckpointError
from services.mood.backends.bert.profile import Profile, ProfileError, profile_of
from services.mood.domain import Vectors

MAX_TOKENS = 256
"""Longest text that is read, in tokens; the rest is cut, as MiniLM cuts it."""
BATCH_TOKENS = 2048
"""Most tokens computed together, padding included."""

Device = Literal["auto", "cpu", "cuda"]


class Classifier:
    """A checkpoint on one device; blocks while it computes.

    Args:
        checkpoint: Its folder.
        device: Where it computes.

    Raises:
        UnusableCheckpointError: It is no classifier that transformers has classes for.
    """

    def __init__(self, checkpoint: Checkpoint, device: torch.device) -> None:
        quiet()
        folder = str(checkpoint.folder)
        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, **local)
            network: Any = AutoModelForSequenceClassification.from_pretrained(
                folder, use_safetensors=True, dtype=torch.float32, **local
            )
        except (ValueError, KeyError) as error:
            raise UnusableCheckpointError(
                f"{folder} is no text classifier that transformers has classes for "
                "(code that comes with a model is not run)"
            ) from error
        self._network = network.to(device).eval()
        self._device = device
        self._longest = longest(self._tokenizer, network.config)

    @torch.inference_mode()
    def logits(self, texts: Sequence[str]) -> Vectors:
        """Logits, shape (texts, labels), in the order given; texts beyond the limit are cut."""
        tokens: list[list[int]] = self._tokenizer(
            list(texts), truncation=True, max_length=self._longest
        )["input_ids"]
        answers = np.zeros((len(texts), self._network.config.num_labels), dtype=np.float32)
        for rows in grouped([len(each) for each in tokens], BATCH_TOKENS):
            padded = self._tokenizer.pad(
                {"input_ids": [tokens[row] for row in rows]}, return_tensors="pt"
            ).to(self._device)
            answers[rows] = self._network(**padded).logits.float().cpu().numpy()
        return answers


def profile(checkpoint: Checkpoint) -> Profile:
    """What the checkpoint says of its labels; reads its configuration only.

    Raises:
        UnusableCheckpointError: It does not tell what they mean.
    """
    try:
        config = json.loads((checkpoint.folder / "config.json").read_text(encoding="utf-8"))
        return profile_of(config)
    except (ProfileError, json.JSONDecodeError, UnicodeDecodeError, AttributeError) as error:
        raise UnusableCheckpointError(f"{checkpoint.folder}: {error}") from error


def longest(tokenizer: Any, config: Any) -> int:
    """The most tokens of a text that a model takes, at most `MAX_TOKENS`."""
    positions = getattr(config, "max_position_embeddings", MAX_TOKENS) or MAX_TOKENS
    if getattr(config, "model_type", "") in ("roberta", "xlm-roberta", "camembert"):
        positions -= 2  # theirs are counted from the padding's on
    return int(min(MAX_TOKENS, tokenizer.model_max_length, positions))


def grouped(lengths: Sequence[int], most_tokens: int) -> list[list[int]]:
    """Rows of like length together, each group within `most_tokens` when padded."""
    groups: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if groups and lengths[row] * (len(groups[-1]) + 1) <= most_tokens:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def device_for(wish: Device, setting: str) -> torch.device:
    """The device a wish stands for; `auto` takes CUDA where there is one.

    Raises:
        ValueError: CUDA is asked for and there is none.
    """
    has_cuda = torch.cuda.is_available()
    if wish == "cuda" and not has_cuda:
        raise ValueError(f"{setting} is cuda, but torch finds no CUDA device")
    return torch.device("cuda" if has_cuda and wish != "cpu" else "cpu")


def quiet() -> None:
    """Silences transformers' advice, which is for those who call it by hand."""
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
