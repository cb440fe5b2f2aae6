"""TorchServe against the same model in process: eight photos, a BLIP of base size, random weights.

Example: `python -m benchmarks.torchserve` needs Java 17, 4 GiB of memory and 3 GiB of disk.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import torch
from PIL import Image
from transformers import BertTokenizer, BlipConfig, BlipForConditionalGeneration, BlipProcessor
from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil

from deploy.torchserve.archive import archived
from deploy.torchserve.captioner.handler import CaptionModel
from deploy.torchserve.serving import START_SECONDS, Plan, Ports, TorchServe, started
from services.captioner.backends.remote import encoded
from services.captioner.backends.torchserve import TorchServeWriter
from services.captioner.domain import Pixels
from services.captioner.settings import Settings

BATCH = 8
TOKENS = 20
THREADS = 1
OFFSET = 21_000
"""Moves TorchServe's ports away from one that runs already."""

_CONFIG = f"""
minWorkers: 1
maxWorkers: 1
batchSize: {BATCH}
maxBatchDelay: 5000 # a full batch does not wait
responseTimeout: 600
startupTimeout: 600
captioner: {{device: auto, threads: {THREADS}, maxNewTokens: {TOKENS}}}
"""


class DifferentCaptionsError(Exception):
    """The two sides did not write the same, so their times do not compare."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a batch took: seconds on the clock, of processors, and on the clock in the handler."""

    seconds: float
    processor_seconds: float
    handler_seconds: float


def measured(repetitions: int = 5) -> dict[str, float]:
    """The quickest batch of either side, in turn, and the share that TorchServe adds to it.

    The photos are 640 × 480. TorchServe's side includes their way as JPEG through gRPC and the
    frontend; both decode, run one pass and write 20 tokens at most. The quickest counts, since
    whatever else the machine does can only slow a batch down. On a busy machine even so only two
    figures hold: the processors' time, and what a batch spends outside of the handler.

    Raises:
        ServeError: There is no Java 17 or no TorchServe.
        DifferentCaptionsError: The sides disagree.
    """
    draw = np.random.default_rng(0)
    photos = [draw.integers(0, 255, (480, 640, 3), dtype=np.uint8) for _ in range(BATCH)]
    with tempfile.TemporaryDirectory(prefix="vts-bench-") as folder:
        model = random_blip_base(Path(folder) / "model")
        with _served(model, Path(folder) / "store") as (serving, settings):
            sides = asyncio.run(_timed(serving, settings, _in_process(model), photos, repetitions))
    served, alone = (min(cost.seconds for cost in side) for side in sides)
    busy, busy_alone = (min(cost.processor_seconds for cost in side) for side in sides)
    return {
        "torchserve_batch_seconds": served,
        "torchserve_in_process_batch_seconds": alone,
        "torchserve_overhead": served / alone - 1.0,
        "torchserve_processor_overhead": busy / busy_alone - 1.0,
        "torchserve_outside_handler": min(
            cost.seconds / cost.handler_seconds - 1.0 for cost in sides[0]
        ),
    }


def random_blip_base(folder: Path) -> Path:
    """Writes a BLIP of base size (384 pixels, 12 + 12 layers, 768 wide) with random weights."""
    torch.manual_seed(0)
    BlipForConditionalGeneration(BlipConfig()).save_pretrained(folder)
    marks = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    words = [*marks, *(f"word{number}" for number in range(30_524 - len(marks)))]
    tokenizer = BertTokenizer(vocab={word: token for token, word in enumerate(words)})
    pictures = BlipImageProcessorPil(size={"height": 384, "width": 384})
    processor: Any = BlipProcessor
    processor(pictures, tokenizer).save_pretrained(folder)
    return folder


@contextmanager
def _served(model: Path, store: Path) -> Iterator[tuple[TorchServe, Settings]]:
    store.mkdir()
    config = store / "chosen.yaml"
    config.write_text(_CONFIG, encoding="utf-8")
    archived(model, store, config)
    plan = Plan(store, Ports().moved(OFFSET))
    with started(plan) as serving:
        serving.wait_until(serving.healthy, START_SECONDS)
        settings = Settings(
            backend="torchserve",
            server=f"127.0.0.1:{plan.ports.grpc}",
            server_token_file=plan.token_file,
            server_seconds=600.0,
        )
        yield serving, settings


def _in_process(folder: Path) -> CaptionModel:
    torch.set_num_threads(THREADS)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return CaptionModel(folder, device, TOKENS)


async def _timed(
    serving: TorchServe,
    settings: Settings,
    model: CaptionModel,
    photos: list[Pixels],
    repetitions: int,
) -> tuple[list[Cost], list[Cost]]:
    """Costs of either side, each time one after the other, after one that does not count.

    Raises:
        DifferentCaptionsError: The sides disagree, or the photos were no single batch.
    """
    writer = TorchServeWriter.opened(settings)
    served: list[Cost] = []
    alone: list[Cost] = []
    for _ in range(repetitions + 1):
        with _costing(served, serving):
            answers = await asyncio.gather(*(writer.write(photo) for photo in photos))
        with _costing(alone, serving):
            captions = model.captions([_as_sent(photo) for photo in photos])
        if [lines[0].text for lines in answers] != [caption.text for caption in captions]:
            raise DifferentCaptionsError("TorchServe wrote other sentences than the same model")
    await writer.close()
    if serving.metric("CaptionBatches") != repetitions + 1:
        raise DifferentCaptionsError("TorchServe did not take the photos as one batch")
    return served[1:], alone[1:]


@contextmanager
def _costing(costs: list[Cost], serving: TorchServe) -> Iterator[None]:
    busy, began = _processor_seconds(serving), time.perf_counter()
    yield
    seconds = time.perf_counter() - began
    costs.append(
        Cost(
            seconds,
            _processor_seconds(serving) - busy,
            serving.metric("PredictionTime") / 1000,
        )
    )


def _processor_seconds(serving: TorchServe) -> float:
    """Of this process, the frontend and its workers together."""
    frontend = psutil.Process(serving.process.pid)
    every = [psutil.Process(), frontend, *frontend.children(recursive=True)]
    return sum(sum(process.cpu_times()[:2]) for process in every)


def _as_sent(photo: Pixels) -> Image.Image:
    return Image.open(io.BytesIO(encoded(photo))).convert("RGB")


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5, help="batches on either side")
    print(json.dumps(measured(parser.parse_args().repetitions), indent=2))


if __name__ == "__main__":
    main()
