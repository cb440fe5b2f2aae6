"""TorchServe's life: workers that die, and an end that leaves nothing."""

import asyncio
from pathlib import Path

import numpy as np
import psutil

from servicekit.errors import ServiceError
from services.captioner.backends.torchserve import TorchServeWriter
from tests.integration.captioner.torchserve_command import LIMIT_SECONDS, TorchServeCommand

PICTURE = np.full((40, 60, 3), 90, dtype=np.uint8)
WORKER = "model_service_worker.py"


async def test_a_worker_that_is_killed_comes_back_and_until_then_the_server_is_away(
    torchserve: TorchServeCommand,
) -> None:
    writer = TorchServeWriter.opened(torchserve.settings(server_seconds=2.0))
    (worker,) = torchserve.started(WORKER)
    worker.kill()
    failures = []
    async with asyncio.timeout(LIMIT_SECONDS):
        while True:
            try:
                answer = await writer.write(PICTURE)
                break
            except ServiceError as error:
                failures.append(error)
                await asyncio.sleep(0.2)
    assert answer[0].text
    assert {error.code.name for error in failures} <= {"UNAVAILABLE"}
    (successor,) = torchserve.started(WORKER)
    assert successor.pid != worker.pid
    await writer.close()


def test_sigterm_leaves_no_process_even_while_a_worker_loads(store: Path, tmp_path: Path) -> None:
    (tmp_path / "captioner.mar").write_bytes((store / "captioner.mar").read_bytes())
    command = TorchServeCommand(tmp_path)
    command.wait_for(lambda: bool(command.started(WORKER)))
    started = command.started()
    assert command.stop() == 0
    gone, alive = psutil.wait_procs(started, timeout=1)
    assert len(gone) >= 2
    assert alive == []
    assert "Stopped." in command.output()


def test_a_taken_port_is_named(torchserve: TorchServeCommand) -> None:
    from deploy.torchserve.run import main

    taken = torchserve.plan.ports.grpc - 7070
    store = torchserve.plan.store
    assert main(["--store", str(store), "--port-offset", str(taken)]) == 1
    assert torchserve.process.poll() is None
