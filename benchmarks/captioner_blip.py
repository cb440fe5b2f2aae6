"""`blip` beside transformers' own pipeline at its defaults, one photo and eight at a time.

Both sides compute with as many threads as torch takes by itself, from pictures in memory, and
write captions of the same length.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from statistics import median
from typing import Any

import torch
from PIL import Image
from transformers import pipeline

from benchmarks.captioner_figures import Figure, in_turn, ratio
from benchmarks.captioner_weights import PROMPT, TOKENS, blip_base, pictures
from services.captioner.backends.blip import BlipWriter
from services.captioner.domain import Pixels
from services.captioner.settings import Settings

BATCH = 8

_REPETITIONS = 3
_BATCH_REPETITIONS = 2


def measured(folder: Path) -> list[Figure]:
    """Seconds a photo on either side, and the ratios."""
    model = str(blip_base(folder))
    theirs: Any = pipeline("image-text-to-text", model=model)
    writer = BlipWriter.opened(settings_for(model, torch.get_num_threads()))
    photos = pictures(BATCH)

    def by_pipeline(some: list[Pixels]) -> None:
        for each in some:  # its batches hold one, unless it is told otherwise
            answer = theirs(
                Image.fromarray(each), text=PROMPT, max_new_tokens=TOKENS, return_full_text=False
            )
            _check_length(answer[0]["generated_text"])

    with asyncio.Runner() as runner:

        def by_blip(some: list[Pixels]) -> None:
            runner.run(_written(writer, some))

        one = in_turn((lambda: by_pipeline(photos[:1]), lambda: by_blip(photos[:1])), _REPETITIONS)
        eight = in_turn((lambda: by_pipeline(photos), lambda: by_blip(photos)), _BATCH_REPETITIONS)
        runner.run(writer.close())
    return [
        Figure("blip_pipeline_seconds", median(one[0]), "s a photo"),
        Figure("blip_seconds", median(one[1]), "s a photo"),
        Figure("blip_ratio", ratio(*one), "× the pipeline", at_least=2.0),
        Figure("blip_pipeline_batch8_seconds", median(eight[0]) / BATCH, "s a photo"),
        Figure("blip_batch8_seconds", median(eight[1]) / BATCH, "s a photo"),
        Figure("blip_batch8_ratio", ratio(*eight), "× the pipeline", at_least=3.0),
    ]


def settings_for(model: str, threads: int) -> Settings:
    """The service's defaults, but for the model, the threads and the captions' length."""
    return Settings(
        backend="blip",
        model=model,
        device="cpu",
        threads=threads,
        max_new_tokens=TOKENS,
        max_batch=BATCH,
        max_wait_seconds=0.02,
    )


async def _written(writer: BlipWriter, photos: list[Pixels]) -> None:
    for lines in await asyncio.gather(*(writer.write(photo, PROMPT) for photo in photos)):
        _check_length(lines[0].text.removeprefix(PROMPT))


def _check_length(text: str) -> None:
    if len(text.split()) != TOKENS:
        raise RuntimeError(f"a caption of {len(text.split())} words, not {TOKENS}")
