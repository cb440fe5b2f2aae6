"""BLIP in this process: a picture in, a sentence out, with or without a beginning.

Li et al., "BLIP: Bootstrapping Language-Image Pre-training", ICML 2022, by transformers' classes.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import AutoTokenizer, BlipForConditionalGeneration, GenerationConfig
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from services.captioner.backends import checkpoints
from services.captioner.backends.checkpoints import Checkpoint
from services.captioner.backends.generating import (
    GeneratingWriter,
    Wish,
    generated,
    images,
    prepare,
    search,
    sentences,
)
from services.captioner.backends.precision import Precision, device_for, precision_for, reduce
from services.captioner.domain import Line, Model
from services.captioner.settings import Settings


class FusedAttention(nn.Module):
    """The vision half's attention by torch's fused kernel: the same weights, the same answer."""

    def __init__(self, attention: Any) -> None:
        super().__init__()
        self.qkv: nn.Module = attention.qkv
        self.projection: nn.Module = attention.projection
        self._heads: int = attention.num_heads

    def forward(self, hidden_states: torch.Tensor, **_: object) -> tuple[torch.Tensor, None]:
        """Maps (batch, patches, channels) to the same shape."""
        batch, patches, channels = hidden_states.shape
        shape = (batch, patches, 3, self._heads, channels // self._heads)
        query, key, value = self.qkv(hidden_states).view(shape).permute(2, 0, 3, 1, 4)
        seen = scaled_dot_product_attention(query, key, value)
        return self.projection(seen.transpose(1, 2).reshape(batch, patches, channels)), None


class BlipNetwork:
    """A checkpoint of BLIP, base or large, on one device.

    Args:
        checkpoint: Its folder.
        device: Where it computes.
        precision: With which numbers.
        beams: Beams of the search; 1 is greedy.
        max_new_tokens: Longest sentence, without its prompt.
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
        self.model = Model("blip", checkpoint.version)
        folder = str(checkpoint.folder)
        self._processor = BlipImageProcessorPil.from_pretrained(folder, local_files_only=True)
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        network: Any = BlipForConditionalGeneration.from_pretrained(
            folder, use_safetensors=True, local_files_only=True, dtype=torch.float32
        )
        reduce(network, precision)
        # On processors the fused kernel is slower in bfloat16 than two products and a softmax.
        if device.type != "cpu" or precision != "bfloat16":
            for layer in network.vision_model.encoder.layers:
                layer.self_attn = FusedAttention(layer.self_attn)
        self._network = network.to(device).eval()
        self._device = device
        words = network.config.text_config
        self._begin, self._pad, self._end = (
            words.bos_token_id,
            words.pad_token_id,
            words.sep_token_id,
        )
        self._generation = GenerationConfig(  # type: ignore[no-untyped-call]
            **search(beams, max_new_tokens), eos_token_id=self._end, pad_token_id=self._pad
        )
        self._beams = beams

    @torch.inference_mode()
    def write(self, wishes: Sequence[Wish]) -> list[tuple[Line, ...]]:
        """Writes sentences about each picture, each with its own beginning."""
        seen = self._seen(wishes)
        tokens, mask = self._beginnings([wish.prompt for wish in wishes])
        decoder = self._network.text_decoder
        output = decoder.generate(
            input_ids=tokens,
            attention_mask=mask,
            encoder_hidden_states=seen,
            encoder_attention_mask=torch.ones(seen.shape[:2], dtype=torch.long, device=seen.device),
            generation_config=self._generation,
        )
        found = generated(decoder, output, frozenset({self._end}))
        texts = self._tokenizer.batch_decode(found.tokens, skip_special_tokens=True)
        prompts = [wish.prompt for wish in wishes]
        return sentences(prompts, texts, found.confidences, self._beams)

    def _seen(self, wishes: Sequence[Wish]) -> torch.Tensor:
        """What the vision half sees, (batch, patches + 1, channels)."""
        pictures = self._pixels(wishes)
        # A processor gains nothing by many pictures at once, and its caches hold only one.
        step = 1 if self._device.type == "cpu" else len(pictures)
        parts = [
            self._network.vision_model(pixel_values=part).last_hidden_state
            for part in torch.split(pictures, step)
        ]
        return torch.cat(parts)

    def _pixels(self, wishes: Sequence[Wish]) -> torch.Tensor:
        """Pictures as the model was trained to see them: (batch, 3, side, side), normalised."""
        processed = self._processor(images(wish.picture for wish in wishes), return_tensors="pt")
        pixels: torch.Tensor = processed["pixel_values"]
        return pixels.to(self._device, self._network.dtype)

    def _beginnings(self, prompts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Tokens that each sentence begins with, filled up from the left, and their mask."""
        rows = [
            [self._begin, *self._tokenizer(prompt, add_special_tokens=False)["input_ids"]]
            for prompt in prompts
        ]
        longest = max(map(len, rows))
        tokens = [[self._pad] * (longest - len(row)) + row for row in rows]
        mask = [[0] * (longest - len(row)) + [1] * len(row) for row in rows]
        return torch.tensor(tokens, device=self._device), torch.tensor(mask, device=self._device)


class BlipWriter(GeneratingWriter):
    """BLIP behind a queue that forms batches."""

    @classmethod
    def opened(cls, settings: Settings) -> "BlipWriter":
        """Reads the weights that the settings name.

        Raises:
            UnusableCheckpointError: They are not on this machine, or are pickled.
            ValueError: The device or the precision is not to be had.
        """
        prepare(settings.threads)
        device = device_for(settings.device)
        load = partial(
            BlipNetwork,
            checkpoints.found(settings.model, settings.models_dir),
            device=device,
            precision=precision_for(settings.precision, device),
            beams=settings.beams,
            max_new_tokens=settings.max_new_tokens,
        )
        return cls.around(load, settings)
