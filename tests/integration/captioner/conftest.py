"""A real TorchServe with a tiny BLIP, started once for all tests that need it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.torchserve.archive import archived
from deploy.torchserve.serving import ServeError, java_found, torchserve_found
from tests.integration.captioner.torchserve_command import TorchServeCommand
from tests.unit.captioner.checkpoints_made import tiny_blip

MAX_TOKENS = 6

CONFIG = f"""
minWorkers: 1
maxWorkers: 1
batchSize: 8
maxBatchDelay: 200
responseTimeout: 60
captioner: {{device: cpu, threads: 1, maxNewTokens: {MAX_TOKENS}}}
"""


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_blip(tmp_path_factory.mktemp("blip"))


@pytest.fixture(scope="session")
def store(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `captioner.mar`, where TorchServe can run."""
    try:
        java_found()
        torchserve_found()
    except ServeError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("store")
    config = folder / "chosen.yaml"
    config.write_text(CONFIG)
    archived(tiny_folder, folder, config)
    return folder


@pytest.fixture(scope="session")
def torchserve(store: Path) -> Iterator[TorchServeCommand]:
    """What `make torchserve` starts, stopped at the end as Ctrl-C would."""
    command = TorchServeCommand(store)
    try:
        command.wait_until_healthy()
        yield command
    finally:
        assert command.stop() == 0, command.output()
