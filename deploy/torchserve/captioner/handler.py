"""TorchServe's handler: photos in, captions out, one batch at a time.

It is all that a `.mar` holds besides the weights, so it imports nothing of VTS: a GPU node needs
TorchServe, torch, transformers, safetensors and Pillow.

A request is `image` (a JPEG or PNG) and perhaps `prompt`, as `Predictions` carries them, or the
same two as BYTES tensors of the Open Inference Protocol. TorchServe's gRPC drops the status of
single requests, so a refusal is part of the answer: `{"error": {"reason": …, "message": …}}`, or a
tensor `error`.
"""

import base64
import binascii
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from transformers import AutoModelForImageTextToText, AutoProcessor

MAX_SIDE = 4096
"""The longest side of a photo that is decoded, in pixels; callers send 640."""

MAX_PROMPT_CHARACTERS = 200
"""The longest prompt, as the captioner's contract has it."""

_FORMATS = ("JPEG", "PNG")
_TASKS = {"florence2": "<CAPTION>"}  # models that are told by a word what to do
_FAILURES = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)


class Refused(Exception):  # noqa: N818 - what happened to a request, not a mishap of ours
    """A request that is answered with why it was not described."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one request asks for; `refused` says why it gets nothing, `call` is its OIP request."""

    photo: Image.Image | None = None
    prompt: str = ""
    refused: Refused | None = None
    call: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Caption:
    """A sentence, and the geometric mean of its tokens' probabilities."""

    text: str
    confidence: float


class CaptionModel:
    """An image-to-text model of transformers, from a folder with safetensors, never pickles."""

    def __init__(self, folder: Path, device: torch.device, max_new_tokens: int) -> None:
        # bfloat16 has the range of float32 and halves the memory; processors gain little by it.
        precision = torch.bfloat16 if device.type == "cuda" else torch.float32
        options = {"local_files_only": True, "trust_remote_code": False}
        processors: Any = AutoProcessor
        self._processor: Any = processors.from_pretrained(folder, **options)
        model: Any = AutoModelForImageTextToText.from_pretrained(
            folder, use_safetensors=True, dtype=precision, **options
        )
        self._model = model.to(device).eval()
        self._device = device
        self._precision = precision
        self._max_new_tokens = max_new_tokens
        self.takes_prompts: bool = model.config.model_type == "blip"
        self._task = _TASKS.get(model.config.model_type, "")

    @torch.inference_mode()
    def captions(self, photos: Sequence[Image.Image], prompt: str = "") -> list[Caption]:
        """Writes a caption for each photo in one pass; all begin with `prompt`, if it takes one."""
        begun = prompt if self.takes_prompts else ""
        text = {"text": [begun or self._task] * len(photos)} if begun or self._task else {}
        inputs = self._processor(images=list(photos), return_tensors="pt", **text)
        inputs = inputs.to(self._device)
        inputs["pixel_values"] = inputs["pixel_values"].to(self._precision)
        made = self._model.generate(
            **inputs,
            max_new_tokens=self._max_new_tokens,
            do_sample=False,
            num_beams=1,
            return_dict_in_generate=True,
            output_scores=True,
        )
        # What the decoder began with, prompt and marks, is no part of what it wrote.
        tokens = made.sequences[:, -len(made.scores) :]
        texts = self._processor.batch_decode(tokens, skip_special_tokens=True)
        sure = self._confidences(tokens, made.scores)
        return [
            Caption(" ".join(f"{begun} {text}".split()), confidence)
            for text, confidence in zip(texts, sure, strict=True)
        ]

    def _confidences(self, tokens: torch.Tensor, scores: tuple[torch.Tensor, ...]) -> list[float]:
        logs = torch.stack(scores, dim=1).float().log_softmax(-1)
        logs = logs.gather(2, tokens.unsqueeze(-1)).squeeze(-1)
        # Rows that ended early are filled up with padding, which is no part of the sentence.
        written = tokens != self._processor.tokenizer.pad_token_id
        mean = logs.where(written, 0.0).sum(1) / written.sum(1).clamp(min=1)
        return [min(1.0, math.exp(value)) for value in mean.tolist()]


class CaptionHandler:
    """What TorchServe calls: `initialize` once in each worker, then `handle` for each batch."""

    def __init__(self) -> None:
        self._model: CaptionModel | None = None
        self._name = ""
        self._version = ""

    def initialize(self, context: Any) -> None:
        """Loads the weights that lie beside this file in the archive, and writes one caption.

        Raises:
            OSError: There are no safetensors.
        """
        chosen = (context.model_yaml_config or {}).get("captioner", {})
        folder = Path(context.system_properties["model_dir"])
        device = _device(chosen.get("device", "auto"), context.system_properties.get("gpu_id"))
        torch.set_num_threads(int(chosen.get("threads", torch.get_num_threads())))
        self._model = CaptionModel(folder, device, int(chosen.get("maxNewTokens", 30)))
        self._name = context.manifest["model"]["modelName"]
        self._version = context.manifest["model"]["modelVersion"]
        # The first pass allocates and compiles; nobody shall wait for it.
        self._model.captions([Image.new("RGB", (64, 64))])

    def handle(self, data: Sequence[Mapping[str, Any]], context: Any) -> list[bytes]:
        """Answers every request of a batch; a broken one fails alone."""
        requests = [wanted(request) for request in data]
        captions = self._written(requests)
        described = sum(caption is not None for caption in captions)
        context.metrics.add_counter("CaptionBatches", 1)
        context.metrics.add_counter("CaptionsWritten", described)
        context.metrics.add_counter("CaptionsRefused", len(captions) - described)
        return [
            self._answer(request, caption)
            for request, caption in zip(requests, captions, strict=True)
        ]

    def _written(self, requests: Sequence[Wanted]) -> list[Caption | None]:
        """One pass for each prompt: padding between prompt and caption would change the caption."""
        model = self._model
        if model is None:
            raise RuntimeError("asked before it was initialized")
        groups: dict[str, list[int]] = {}
        for place, request in enumerate(requests):
            if request.photo is not None:
                groups.setdefault(request.prompt if model.takes_prompts else "", []).append(place)
        captions: list[Caption | None] = [None] * len(requests)
        for prompt, places in groups.items():
            photos = [photo for place in places if (photo := requests[place].photo) is not None]
            for place, caption in zip(places, model.captions(photos, prompt), strict=True):
                captions[place] = caption
        return captions

    def _answer(self, request: Wanted, caption: Caption | None) -> bytes:
        if request.call is not None:
            answer: dict[str, Any] = {
                "id": request.call.get("id", ""),
                "model_name": self._name,
                "model_version": self._version,
                "outputs": _tensors(request, caption),
            }
        else:
            answer = {"model": self._name, "version": self._version}
            if caption is not None:
                answer["captions"] = [{"text": caption.text, "confidence": caption.confidence}]
            elif request.refused is not None:
                refused = request.refused
                answer["error"] = {"reason": refused.reason, "message": refused.message}
        return json.dumps(answer, ensure_ascii=False).encode()


_handler = CaptionHandler()


def handle(data: Sequence[Mapping[str, Any]] | None, context: Any) -> list[bytes] | None:
    """TorchServe's way in: without data it tells a new worker to get ready."""
    if data is None:
        _handler.initialize(context)
        return None
    return _handler.handle(data, context)


def wanted(request: Mapping[str, Any]) -> Wanted:
    """Reads one request of either protocol; what is wrong with it becomes its own refusal."""
    body = request.get("body")
    call = body if isinstance(body, Mapping) and "inputs" in body else None
    try:
        fields = _tensors_given(call) if call is not None else request
        photo = _photo(fields.get("image", body))
        return Wanted(photo, _prompt(fields.get("prompt", b"")), call=call)
    except Refused as refused:
        return Wanted(refused=refused, call=call)


def _tensors_given(call: Mapping[str, Any]) -> dict[str, bytes]:
    """The first element of each BYTES tensor; TorchServe hands them over in base64."""
    try:
        return {
            tensor["name"]: base64.b64decode(tensor["data"][0], validate=True)
            for tensor in call["inputs"]
        }
    except (KeyError, IndexError, TypeError, ValueError, binascii.Error) as error:
        raise Refused("REQUEST_INVALID", "image and prompt must be BYTES tensors") from error


def _photo(given: object) -> Image.Image:
    if not isinstance(given, bytes | bytearray) or not given:
        raise Refused("IMAGE_MISSING", "there is no image")
    try:
        with Image.open(io.BytesIO(given), formats=_FORMATS) as image:
            if max(image.size) > MAX_SIDE:
                raise Refused("IMAGE_TOO_LARGE", f"a side is longer than {MAX_SIDE} pixels")
            return image.convert("RGB")
    except _FAILURES as error:
        raise Refused("IMAGE_UNREADABLE", "it is corrupt, cut short or no JPEG or PNG") from error


def _prompt(given: object) -> str:
    text = bytes(given).decode(errors="replace") if isinstance(given, bytes | bytearray) else ""
    text = str(given) if isinstance(given, str) else text
    if len(text) > MAX_PROMPT_CHARACTERS:
        raise Refused("PROMPT_TOO_LONG", f"more than {MAX_PROMPT_CHARACTERS} characters")
    return text.strip()


def _tensors(request: Wanted, caption: Caption | None) -> list[dict[str, Any]]:
    if caption is None:
        why = request.refused
        text = f"{why.reason}: {why.message}" if why is not None else ""
        return [_tensor("error", "BYTES", text)]
    return [
        _tensor("caption", "BYTES", caption.text),
        _tensor("confidence", "FP32", caption.confidence),
    ]


def _tensor(name: str, datatype: str, value: str | float) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": [1], "data": [value]}


def _device(chosen: str, gpu: int | None) -> torch.device:
    if chosen == "cuda" or (chosen == "auto" and gpu is not None and torch.cuda.is_available()):
        return torch.device("cuda", gpu or 0)
    return torch.device("cpu")
