"""`blip` beside transformers' own pipeline at its defaults, one photo and eight at a time.

Both sides compute with as many threads as torch takes by itself, from pictures in memory, and
write captions of the same length. Each has a process of its own and waits while the other works:
in one process, their OpenMP helpers would be in each other's way.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache
from multiprocessing import get_context
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

_REPETITIONS = 5
_BATCH_REPETITIONS = 3


def measured(folder: Path) -> list[Figure]:
    """Seconds a photo on either side, and the ratios."""
    model = str(blip_base(folder))
    with ExitStack() as stack:
        by_pipeline, by_blip = (
            _side(stack, write, model) for write in (_write_by_pipeline, _write_by_blip)
        )
        one = in_turn((lambda: by_pipeline(1), lambda: by_blip(1)), _REPETITIONS)
        eight = in_turn((lambda: by_pipeline(BATCH), lambda: by_blip(BATCH)), _BATCH_REPETITIONS)
    return [
        Figure("blip_pipeline_seconds", median(one[0]), "s a photo"),
        Figure("blip_seconds", median(one[1]), "s a photo"),
        Figure("blip_ratio", ratio(*one), "× the pipeline", at_least=2.0),
        Figure("blip_pipeline_batch8_seconds", median(eight[0]) / BATCH, "s a photo"),
        Figure("blip_batch8_seconds", median(eight[1]) / BATCH, "s a photo"),
        Figure("blip_batch8_ratio", ratio(*eight), "× the pipeline", at_least=3.0),
    ]


def _side(stack: ExitStack, write: Callable[[str, int], None], model: str) -> Callable[[int], None]:
    """One side in a process of its own, which ends with the stack."""
    process = stack.enter_context(ProcessPoolExecutor(1, mp_context=get_context("spawn")))
    return lambda count: process.submit(write, model, count).result()


def _write_by_pipeline(model: str, count: int) -> None:
    for each in pictures(count):  # its batches hold one, unless it is told otherwise
        answer = _pipeline(model)(
            Image.fromarray(each), text=PROMPT, max_new_tokens=TOKENS, return_full_text=False
        )
        _check_length(answer[0]["generated_text"])


@cache
def _pipeline(model: str) -> Any:
    return pipeline("image-text-to-text", model=model)


def _write_by_blip(model: str, count: int) -> None:
    runner, writer = _blip(model)
    runner.run(_written(writer, pictures(count)))


@cache
def _blip(model: str) -> tuple[asyncio.Runner, BlipWriter]:
    runner, writer = (
        asyncio.Runner(),
        BlipWriter.opened(settings_for(model, torch.get_num_threads())),
    )
    atexit.register(lambda: runner.run(writer.close()))
    return runner, writer


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
