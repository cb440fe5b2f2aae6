"""`python -m deploy.torchserve.run` as a child process, on free ports."""

import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from deploy.torchserve.serving import Plan, Ports, TorchServe
from services.captioner.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
LIMIT_SECONDS = 150.0


class TorchServeCommand:
    """The command, everything it started, and how to speak to it."""

    def __init__(self, store: Path) -> None:
        offset = _free_offset()
        self.plan = Plan(store, Ports().moved(offset))
        self._output = store / f"output-{offset}.txt"
        with self._output.open("wb") as sink:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "deploy.torchserve.run"),
                    *("--store", str(store), "--port-offset", str(offset)),
                ],
                cwd=ROOT,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )

    def output(self) -> str:
        """What it printed."""
        return self._output.read_text(encoding="utf-8")

    def wait_for(self, done: Callable[[], bool]) -> None:
        """Waits until `done` says so; fails if the command ends or time is up."""
        limit = time.monotonic() + LIMIT_SECONDS
        while not done():
            assert self.process.poll() is None, self.output()
            assert time.monotonic() < limit, self.output()
            time.sleep(0.05)

    def wait_until_healthy(self) -> None:
        """Waits until the command says so."""
        self.wait_for(lambda: "is healthy" in self.output())

    def stop(self) -> int:
        """Ends it with SIGTERM; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(LIMIT_SECONDS)

    def started(self, word: str = "") -> list[psutil.Process]:
        """The processes it started whose command line holds `word`."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        return [each for each in found if any(word in part for part in _command(each))]

    def settings(self, **changed: object) -> Settings:
        """Settings of a captioner that asks this server."""
        chosen: dict[str, object] = {
            "backend": "torchserve",
            "server": f"127.0.0.1:{self.plan.ports.grpc}",
            "server_token_file": self.plan.token_file,
            "server_seconds": 60.0,
        }
        return Settings.model_validate({**chosen, **changed})

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels."""
        return TorchServe(self.plan, self.process).metric(name)


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def _free_offset() -> int:
    """An offset at which all ports are free; drawn, so that runs side by side do not meet."""
    for offset in random.SystemRandom().sample(range(2_000, 40_000), 50):
        try:
            for port in Ports().moved(offset).all():
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return offset
    raise AssertionError("no ports are free")
