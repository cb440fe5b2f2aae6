"""A whole VTS on ports of its own, with nothing in it, for files that are bad."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OFFSET = 1500
START_SECONDS = 300


@dataclass(frozen=True)
class Stack:
    """Where it answers, and where its data lies."""

    data: Path
    address = f"127.0.0.1:{50050 + OFFSET}"
    audio_features = f"127.0.0.1:{50053 + OFFSET}"


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("vts")
    output = folder / "output"
    command = [sys.executable, "-m", "deploy.local", "--only-serve", "--data", str(folder / "data")]
    with output.open("wb") as sink:
        process = subprocess.Popen(
            [*command, "--port-offset", str(OFFSET)],
            cwd=ROOT,
            stdout=sink,
            stderr=sink,
            env={**os.environ, "COLUMNS": "120", "PYTHONUNBUFFERED": "1"},
        )
    try:
        limit = time.monotonic() + START_SECONDS
        while "is serving" not in output.read_text(encoding="utf-8"):
            assert process.poll() is None, output.read_text(encoding="utf-8")
            assert time.monotonic() < limit, output.read_text(encoding="utf-8")
            time.sleep(0.1)
        yield Stack(folder / "data")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
