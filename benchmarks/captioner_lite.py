"""`lite` on one core, beside `blip` on one core, a photo at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path
from statistics import median

from benchmarks.captioner_blip import settings_for
from benchmarks.captioner_figures import Figure, in_turn, ratio
from benchmarks.captioner_weights import blip_base, pictures
from services.captioner.backends import open_captioner
from services.captioner.backends.blip import BlipWriter
from services.captioner.settings import Settings

_REPETITIONS = 3
_PHOTOS = 10


def measured(folder: Path) -> list[Figure]:
    """Milliseconds of a look by `lite`, and how many times as long `blip` writes."""
    lite = open_captioner(Settings(threads=1, max_batch=1, max_wait_seconds=0.0))
    alone = settings_for(str(blip_base(folder)), threads=1)
    writer = BlipWriter.opened(alone.model_copy(update={"max_wait_seconds": 0.0}))
    photos = pictures(_PHOTOS)
    with asyncio.Runner() as runner:

        async def looked() -> None:
            for photo in photos:
                await lite.look(photo)

        by_lite, by_blip = in_turn(
            (lambda: runner.run(looked()), lambda: runner.run(writer.write(photos[0]))),
            _REPETITIONS,
        )
        runner.run(lite.close())
        runner.run(writer.close())
    per_photo = [seconds / _PHOTOS for seconds in by_lite]
    return [
        Figure("lite_ms", 1000 * median(per_photo), "ms a photo, one core", at_most=60.0),
        Figure("lite_ratio", ratio(by_blip, per_photo), "× faster than blip", at_least=30.0),
    ]
