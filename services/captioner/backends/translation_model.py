"""English into Korean by a sequence-to-sequence model of transformers, in this process.

Marian, NLLB, M2M100 and mBART are told apart by the token that names the language to speak; a
model without one is taken to speak Korean only. No code that comes with a model is ever run.
"""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

from servicekit import checkpoints
from servicekit.batching import Batcher
from servicekit.checkpoints import Checkpoint, UnusableCheckpointError
from services.captioner.backends.generating import prepare
from services.captioner.backends.precision import Precision, device_for, precision_for, reduce
from services.captioner.settings import Settings

MODEL_SETTING = "VTS_CAPTIONER_TRANSLATION_MODEL"
MAX_TOKENS = 96
"""Longest sentence, in either language."""

_LANGUAGES = (("kor_Hang", "eng_Latn"), ("__ko__", "en"), ("ko_KR", "en_XX"))
"""Tokens that make a model speak Korean, and what its tokenizer calls English."""
_PREFIX = ">>kor<<"
_HANGUL = re.compile(r"[\uac00-\ud7a3]")


class TranslationModel:
    """A checkpoint on one device; blocks while it computes.

    Args:
        checkpoint: Its folder.
        device: Where it computes.
        precision: With which numbers.

    Raises:
        UnusableCheckpointError: It is no model that translates, or its tokenizer cannot be read.
    """

    def __init__(
        self, checkpoint: Checkpoint, *, device: torch.device, precision: Precision
    ) -> None:
        folder = str(checkpoint.folder)
        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, **local)
            network: Any = AutoModelForSeq2SeqLM.from_pretrained(
                folder, use_safetensors=True, dtype=torch.float32, **local
            )
        except (ValueError, KeyError, ImportError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise UnusableCheckpointError(
                f"{folder} is no translation model that can be loaded ({reason}); "
                f"see {MODEL_SETTING}"
            ) from error
        reduce(network, precision)
        self._network = network.to(device).eval()
        self._device = device
        self._first, self._prefix = self._spoken()

    @torch.inference_mode()
    def translate(self, sentences: Sequence[str]) -> list[str]:
        """Korean sentences, in the order given; empty where what came out is none, or has no end.

        Greedy, so the same sentence always gives the same.
        """
        inputs = self._tokenizer(
            [f"{self._prefix}{sentence}" for sentence in sentences],
            truncation=True,
            max_length=MAX_TOKENS,
            padding=True,
            return_tensors="pt",
        ).to(self._device)
        inputs.pop("token_type_ids", None)
        wish = {} if self._first is None else {"forced_bos_token_id": self._first}
        # A longest length of the model's own would be in the way of the number of new tokens.
        rows = self._network.generate(
            **inputs, **wish, do_sample=False, num_beams=1, max_length=None,
            max_new_tokens=MAX_TOKENS,
        ).tolist()  # fmt: skip
        texts = self._tokenizer.batch_decode(rows, skip_special_tokens=True)
        end = self._network.generation_config.eos_token_id
        return [
            # An end that came with the last token there may be was forced, not meant.
            " ".join(text.split()) if end in row[1:MAX_TOKENS] and _HANGUL.search(text) else ""
            for row, text in zip(rows, texts, strict=True)
        ]

    def _spoken(self) -> tuple[int | None, str]:
        """The token that a Korean sentence is begun with, and the words an English one is."""
        for korean, english in _LANGUAGES:
            if (token := self._token(korean)) is not None:
                self._tokenizer.src_lang = english
                return token, ""
        return None, f"{_PREFIX} " if self._token(_PREFIX) is not None else ""

    def _token(self, word: str) -> int | None:
        """The number of a token, or None where there is none; M2M100 has some beside its words."""
        number: int | None = self._tokenizer.convert_tokens_to_ids(word)
        return None if number == self._tokenizer.unk_token_id else number


class ModelTranslator:
    """A `Translator` around a model: sentences that come together are translated together."""

    def __init__(self, batcher: Batcher[str, str]) -> None:
        self._batcher = batcher

    @classmethod
    def opened(cls, settings: Settings) -> "ModelTranslator":
        """Reads the weights that the settings name.

        Raises:
            UnusableCheckpointError: They are not on this machine, are pickled, or do not translate.
            ValueError: The device or the precision is not to be had.
        """
        prepare(settings.threads)
        device = device_for(settings.device)
        checkpoint = checkpoints.found(
            settings.translation_model, MODEL_SETTING, settings.models_dir
        )
        precision = precision_for(settings.precision, device)
        # Loaded by a thread that ends, for the reason that `GeneratingWriter` gives.
        with ThreadPoolExecutor(max_workers=1) as once:
            model = once.submit(
                lambda: TranslationModel(checkpoint, device=device, precision=precision)
            ).result()
        batcher: Batcher[str, str] = Batcher(
            model.translate,
            max_batch=settings.max_batch,
            max_wait_seconds=settings.max_wait_seconds,
            max_queue=settings.max_queue,
            name="captioner-translator",
        )
        return cls(batcher)

    async def translate(self, english: str) -> str:
        """The sentence in Korean; empty where the model gave none."""
        return await self._batcher.submit(english)

    async def close(self) -> None:
        """Finishes what is queued."""
        await self._batcher.close()
