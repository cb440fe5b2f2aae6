"""Any image-to-text model that transformers' auto classes load: GIT, Florence-2 and others.

No code that comes with a model is ever run: only classes that transformers has itself.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import torch
from transformers import AutoConfig, AutoModelForImageTextToText, AutoProcessor

from services.captioner.backends import checkpoints
from services.captioner.backends.blip import BlipNetwork
from services.captioner.backends.checkpoints import Checkpoint, UnusableCheckpointError
from services.captioner.backends.generating import (
    GeneratingWriter,
    Wish,
    by_prompt,
    generated,
    images,
    prepare,
    search,
    sentences,
)
from services.captioner.backends.precision import Precision, device_for, precision_for, reduce
from services.captioner.domain import Line, Model, Pixels
from services.captioner.settings import Settings

_TASKS = {"florence2": "<CAPTION>"}
_QUESTION = "Describe this picture in one short sentence."


class AutoNetwork:
    """A checkpoint of any model, on one device.

    A model whose task is a token (Florence-2) takes no beginning, and writes its own. One with a
    chat template is asked for a sentence. The others go on from the prompt.

    Args:
        checkpoint: Its folder.
        device: Where it computes.
        precision: With which numbers.
        beams: Beams of the search; 1 is greedy.
        max_new_tokens: Longest sentence, without its prompt.

    Raises:
        UnusableCheckpointError: transformers has no such model of its own.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        device: torch.device,
        precision: Precision,
        beams: int,
        max_new_tokens: int,
    ) -> None:
        folder = str(checkpoint.folder)
        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            kind = kind_of(checkpoint)
            network: Any = AutoModelForImageTextToText.from_pretrained(
                folder, use_safetensors=True, dtype=torch.float32, **local
            )
            self._processor = _processor(folder, local)
        except (ValueError, KeyError) as error:
            raise _unknown(checkpoint) from error
        self.model = Model(kind, checkpoint.version)
        self._task = _TASKS.get(kind, "")
        reduce(network, precision)
        self._network = network.to(device).eval()
        self._device = device
        self._search = search(beams, max_new_tokens)
        self._beams = beams

    @torch.inference_mode()
    def write(self, wishes: Sequence[Wish]) -> list[tuple[Line, ...]]:
        """Writes sentences about each picture; pictures with one prompt are computed together."""
        found: dict[int, tuple[Line, ...]] = {}
        for prompt, places in by_prompt(wishes).items():
            written = self._written([wishes[place].picture for place in places], prompt)
            found.update(zip(places, written, strict=True))
        return [found[place] for place in range(len(wishes))]

    def _written(self, pictures: Sequence[Pixels], prompt: str) -> list[tuple[Line, ...]]:
        begun = "" if self._task or self._chats else prompt
        inputs = self._inputs(pictures, prompt)
        output = self._network.generate(**inputs, **self._search)
        new = generated(self._network, output, self._ends())
        texts = self._processor.batch_decode(new.tokens, skip_special_tokens=True)
        return sentences([begun] * len(pictures), texts, new.confidences, self._beams)

    @property
    def _chats(self) -> bool:
        return bool(getattr(self._processor, "chat_template", None))

    def _inputs(self, pictures: Sequence[Pixels], prompt: str) -> Mapping[str, torch.Tensor]:
        photos = images(pictures)
        if self._task:
            texts = [self._task] * len(pictures)
            inputs = self._processor(images=photos, text=texts, return_tensors="pt")
        elif self._chats:
            texts = [self._asked(prompt)] * len(pictures)
            inputs = self._processor(
                images=[[photo] for photo in photos], text=texts, return_tensors="pt"
            )
        else:
            inputs = self._processor.image_processor(photos, return_tensors="pt")
            inputs["input_ids"] = self._begun(prompt, len(pictures))
        return {name: self._moved(value) for name, value in inputs.items()}

    def _asked(self, prompt: str) -> str:
        question = f"{_QUESTION} Begin with: {prompt}" if prompt else _QUESTION
        content = [{"type": "image"}, {"type": "text", "text": question}]
        asked: str = self._processor.apply_chat_template(
            [{"role": "user", "content": content}], add_generation_prompt=True
        )
        return asked

    def _begun(self, prompt: str, count: int) -> torch.Tensor:
        """The prompt's tokens after the one that begins a sentence, (count, tokens)."""
        tokenizer = self._processor.tokenizer
        begin = self._network.generation_config.bos_token_id
        begin = tokenizer.cls_token_id if begin is None else begin
        tokens = [begin, *tokenizer(prompt, add_special_tokens=False)["input_ids"]]
        return torch.tensor([tokens] * count)

    def _moved(self, value: torch.Tensor) -> torch.Tensor:
        kind = self._network.dtype if value.is_floating_point() else None
        return value.to(self._device, kind)

    def _ends(self) -> frozenset[int]:
        ends = self._network.generation_config.eos_token_id
        if ends is None:
            ends = self._processor.tokenizer.eos_token_id or self._processor.tokenizer.sep_token_id
        return frozenset(ends if isinstance(ends, list) else [ends])


def kind_of(checkpoint: Checkpoint) -> str:
    """The kind of model that a checkpoint's configuration names, such as `git`.

    Raises:
        UnusableCheckpointError: It names none that transformers has itself.
    """
    try:
        config = AutoConfig.from_pretrained(
            str(checkpoint.folder), local_files_only=True, trust_remote_code=False
        )
    except (ValueError, KeyError) as error:
        raise _unknown(checkpoint) from error
    kind: str = config.model_type
    return kind


def _unknown(checkpoint: Checkpoint) -> UnusableCheckpointError:
    return UnusableCheckpointError(
        f"{checkpoint.folder} is no image-to-text model that transformers has classes for "
        "(code that comes with a model is not run); see VTS_CAPTIONER_MODEL"
    )


def _processor(folder: str, local: Mapping[str, Any]) -> Any:
    """Both halves of a processor: pictures by PIL, words by the tokenizer."""
    auto: Any = AutoProcessor
    processor = auto.from_pretrained(folder, backend="pil", **local)
    if not hasattr(processor, "image_processor") or not hasattr(processor, "tokenizer"):
        raise ValueError("the processor does not take both pictures and words")
    return processor


class AutoWriter(GeneratingWriter):
    """The model behind a queue that forms batches."""

    @classmethod
    def opened(cls, settings: Settings) -> "AutoWriter":
        """Reads the weights that the settings name.

        Raises:
            UnusableCheckpointError: They are not here, pickled, or of an unknown kind.
            ValueError: The device or the precision is not to be had.
        """
        prepare(settings.threads)
        device = device_for(settings.device)
        checkpoint = checkpoints.found(settings.model, settings.models_dir)
        # BLIP's `generate` of its own takes no beginnings of different lengths.
        network_class = BlipNetwork if kind_of(checkpoint) == "blip" else AutoNetwork
        load = partial(
            network_class,
            checkpoint,
            device=device,
            precision=precision_for(settings.precision, device),
            beams=settings.beams,
            max_new_tokens=settings.max_new_tokens,
        )
        return cls.around(load, settings)
