"""The process that forks: it starts clean, comes back when it dies, and leaves with the service."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import psutil
import pytest

from servicekit.sandbox import Crashed, Sandbox, Unavailable

DECODERS = "tests.unit.servicekit.decoders"
ROOT = Path(__file__).resolve().parents[3]


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def zygotes() -> list[psutil.Process]:
    children = psutil.Process().children()
    return [child for child in children if "servicekit.sandbox.zygote" in child.cmdline()]


def is_gone(pid: int) -> bool:
    """Whether a process has ended; one whose parent died may wait to be reaped by another."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def works(sandbox: Sandbox) -> bool:
    with sandbox.job("echo", b"") as job:
        return len(list(job)) == 1


def test_it_starts_at_once_and_small_and_is_gone_after_close() -> None:
    sandbox = Sandbox(DECODERS, name="test")
    sandbox.start()
    (process,) = zygotes()
    assert process.num_threads() == 1
    assert 0 < sandbox.resident_bytes() < 100 * 2**20
    with sandbox.job("waits", b"") as job:
        pid = next(job)[0]["pid"]
        sandbox.close()
        assert not psutil.pid_exists(pid)
        with pytest.raises(Crashed):
            next(job)
    assert not process.is_running()
    with pytest.raises(Unavailable):
        works(sandbox)


def test_nothing_of_the_environment_gets_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VTS_SECRET", "hunter2")
    sandbox = Sandbox(DECODERS, name="test")
    sandbox.start()
    try:
        (process,) = zygotes()
        assert "VTS_SECRET" not in process.environ()
    finally:
        sandbox.close()


def test_a_process_that_was_killed_is_replaced() -> None:
    sandbox = Sandbox(DECODERS, name="test")
    try:
        assert works(sandbox)
        for _ in range(3):
            (process,) = zygotes()
            with sandbox.job("waits", b"") as job:
                pid = next(job)[0]["pid"]
                process.kill()
                with pytest.raises(Crashed):
                    next(job)
            until(partial(is_gone, pid))
            assert works(sandbox)
    finally:
        sandbox.close()


def test_it_goes_on_while_a_service_that_was_asked_to_end_finishes_its_calls() -> None:
    sandbox = Sandbox(DECODERS, name="test")
    try:
        with sandbox.job("echo", b"", {"times": 2}) as job:
            (process,) = zygotes()
            for each in (process, *process.children()):
                each.terminate()
            assert len(list(job)) == 2
        assert works(sandbox)
        assert zygotes() == [process]
    finally:
        sandbox.close()


@pytest.mark.parametrize(
    "module", ["tests.unit.servicekit.threaded_decoders", "servicekit.errors", "no.such.module"]
)
def test_a_module_that_cannot_be_forked_from_is_refused_at_the_start(
    module: str, capfd: pytest.CaptureFixture[str]
) -> None:
    sandbox = Sandbox(module, name="test")
    with pytest.raises(Unavailable):
        sandbox.start()
    assert module in capfd.readouterr().err
    assert zygotes() == []


def test_a_process_that_cannot_start_is_not_tried_again_and_again() -> None:
    sandbox = Sandbox("no.such.module", name="test")
    for _ in range(2):
        with pytest.raises(Unavailable, match="cannot start"):
            sandbox.start()
    with pytest.raises(Unavailable, match="start again soon"):
        sandbox.start()


def test_it_ends_with_a_service_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import sys; from servicekit.sandbox import Sandbox\n"
        f"job = Sandbox({DECODERS!r}, name='test').job('never_ends', b'').__enter__()\n"
        "print(next(job)[0]['pid'], flush=True); next(job)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=ROOT, text=True
    ) as service:
        assert service.stdout is not None
        pid = int(service.stdout.readline())
        forker = psutil.Process(pid).ppid()
        os.kill(service.pid, signal.SIGKILL)
    until(lambda: is_gone(pid) and is_gone(forker))
