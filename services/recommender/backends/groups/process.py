"""The building of groups as the service sees it: a process that is fed, listened to, and ended."""

import asyncio
import json
import logging
import os
import shutil
import sys
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.recommender.backends.groups import files, material
from services.recommender.backends.groups.child import ORDER, RESULT
from services.recommender.domain import StoreError
from services.recommender.groups import BuildError, Order, Progress
from services.recommender.predicting import Built
from services.recommender.tracks import StoredTrack

SCRATCH = "groups.new"
LOG = "log"
LOG_TAIL_BYTES = 2000
CHILD = "services.recommender.backends.groups.child"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a building may take: memory, and time, both of the processor's and by the clock."""

    memory_bytes: int
    seconds: int
    threads: int


class GroupFolder:
    """Builds groups, one at a time, and keeps them in a directory; calls but `run` block."""

    def __init__(self, home: Path, limits: Limits, *, audio_dimensions: int) -> None:
        """Keeps groups in `home`, beside the songs; what a killed service left is removed."""
        self._home, self._limits = home, limits
        self._audio_dimensions = audio_dimensions
        shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def _scratch(self) -> Path:
        return self._home / SCRATCH

    def load(self) -> Built | None:
        """The groups as they were built last; None if there are none for sounds of this length.

        A damaged file is kept aside: songs are found without groups as well.
        """
        try:
            built = files.load(self._home / files.NAME)
        except StoreError as error:
            aside = files.set_aside(self._home)
            _log.error("the groups are left out: %s; the file is kept as %s", error, aside)
            return None
        if built and len(built.rules.mean) != self._audio_dimensions:
            _log.warning("the groups are of sounds measured otherwise: build them again")
            return None
        return built

    def prepare(self, songs: Iterable[Sequence[StoredTrack]], order: Order, first_id: int) -> int:
        """Writes down the songs and the order; gives how many songs have sound."""
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch.mkdir()
        told = {
            "groups": order.groups,
            "seed": order.seed,
            "first_id": first_id,
            "audio_dimensions": self._audio_dimensions,
            "memory_bytes": self._limits.memory_bytes,
            "seconds": self._limits.seconds,
            "parent": os.getpid(),
        }
        (self._scratch / ORDER).write_text(json.dumps(told), encoding="utf-8")
        return material.write(songs, self._scratch)

    async def run(self) -> AsyncGenerator[Progress, None]:
        """Builds from what was prepared, and tells how far it is; ends the process if it is left.

        Raises:
            BuildError: It failed, or took too long or too much memory; its words are in the log.
        """
        process = await self._started()
        until = time.monotonic() + self._limits.seconds
        try:
            while line := await asyncio.wait_for(_line(process), _left(until)):
                yield Progress(**json.loads(line))
            status = await asyncio.wait_for(process.wait(), _left(until))
        except TimeoutError as error:
            raise BuildError(f"it took longer than {self._limits.seconds} s") from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if status:
            raise BuildError(f"the process ended with {status}: {self._last_words()}")

    def install(self) -> Built:
        """Makes what was built the groups that count; they are on disk when this returns."""
        built = files.load(self._scratch / RESULT)
        if built is None:
            raise BuildError("the process left no groups")
        files.install(self._scratch / RESULT, self._home)
        return built

    def clear(self) -> None:
        """Removes what the building left."""
        shutil.rmtree(self._scratch, ignore_errors=True)

    async def _started(self) -> asyncio.subprocess.Process:
        """Starts the child; this thread must outlive it, for the child ends with it."""
        with (self._scratch / LOG).open("wb") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                CHILD,
                str(self._scratch),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                env=_variables(self._limits.threads),
            )

    def _last_words(self) -> str:
        words = (self._scratch / LOG).read_bytes()[-LOG_TAIL_BYTES:]
        return words.decode(errors="replace").strip() or "nothing was said"


async def _line(process: asyncio.subprocess.Process) -> bytes:
    """The next line the child says; nothing once it has ended."""
    return await process.stdout.readline() if process.stdout else b""


def _left(until: float) -> float:
    return max(until - time.monotonic(), 0)


def _variables(threads: int) -> dict[str, str]:
    """All that the child sees of the environment."""
    folders = [os.path.realpath(each) for each in sys.path if not each.endswith(".zip")]
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT")
    return dict.fromkeys(names, str(threads)) | {"PYTHONPATH": os.pathsep.join(folders)}
