"""Decoders in the sandbox: what they give, and that only their own job suffers when they break."""

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from servicekit.sandbox import (
    Abandoned,
    Busy,
    Crashed,
    Failed,
    Limits,
    OutOfMemory,
    OutOfTime,
    Refused,
    Sandbox,
    Yielded,
)

DECODERS = "tests.unit.servicekit.decoders"
MEBIBYTE = 1024 * 1024


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(DECODERS, Limits(seconds=20, memory_bytes=128 * MEBIBYTE), name="test")
    made.start()
    yield made
    made.close()


def results(
    sandbox: Sandbox, function: str, media: bytes = b"media", **arguments: object
) -> list[Yielded]:
    with sandbox.job(function, media, arguments) as job:
        return list(job)


def until(condition: object, seconds: float = 5.0) -> None:
    """Waits for a condition, a callable without arguments."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        threading.Event().wait(0.01)


def test_a_job_gives_what_its_decoder_yields(sandbox: Sandbox) -> None:
    first, second = results(sandbox, "echo", b"hello", times=2)
    assert first[0] == {"number": 0, "read": "hello"}
    assert second[0] == {"number": 1, "read": ""}
    assert (second[1][0] == np.ones((4, 4, 3), np.uint8)).all()
    assert second[1][1].shape == (0,)


def test_a_file_is_read_from_the_service_s_descriptor(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "media"
    path.write_bytes(b"one two three")
    with path.open("rb") as file:
        file.seek(5)
        with sandbox.job("ends", file) as job:
            assert list(job) == [({"first": "one", "last": "ree", "place": 3}, ())]
        assert file.tell() == 5


def test_a_file_that_could_be_written_is_not_handed_over(sandbox: Sandbox, tmp_path: Path) -> None:
    with (tmp_path / "media").open("w+b") as file, pytest.raises(ValueError, match="reading only"):
        sandbox.job("ends", file).__enter__()


def test_every_job_has_a_process_of_its_own(sandbox: Sandbox) -> None:
    pids = {results(sandbox, "whoami")[0][0]["pid"] for _ in range(3)}
    assert len(pids) == 3
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids))


def test_a_refusal_arrives_with_its_facts(sandbox: Sandbox) -> None:
    with pytest.raises(Refused) as caught:
        results(sandbox, "refuses")
    assert caught.value.kind == "too_large"
    assert caught.value.facts == {"limit": "5 s", "given": "7 s"}


@pytest.mark.parametrize(
    ("function", "signal"),
    [("aborts", "SIG"), ("reads_nowhere", "SIGSEGV"), ("raises", "KeyError")],
)
def test_a_crash_is_told_and_another_job_goes_on(
    sandbox: Sandbox, function: str, signal: str, caplog: pytest.LogCaptureFixture
) -> None:
    with sandbox.job("echo", b"", {"times": 2}) as other:
        next(other)
        with caplog.at_level(logging.WARNING), pytest.raises(Crashed, match=signal):
            results(sandbox, function)
        assert next(other)[0]["number"] == 1
    assert function in caplog.text


def test_a_job_that_takes_too_much_memory_fails_alone(sandbox: Sandbox) -> None:
    with pytest.raises(OutOfMemory):
        results(sandbox, "takes_memory")
    with sandbox.job("takes_memory", b"", limits=Limits(memory_bytes=512 * MEBIBYTE)) as job:
        assert list(job)[1][0] == {"taken": 256 * MEBIBYTE}


def test_a_job_that_never_ends_is_killed_in_time(sandbox: Sandbox) -> None:
    began = time.monotonic()
    with sandbox.job("never_ends", b"", limits=Limits(seconds=0.2)) as job:
        pid = next(job)[0]["pid"]
        with pytest.raises(OutOfTime):
            next(job)
    assert time.monotonic() - began < 2
    until(lambda: not psutil.pid_exists(pid))


def test_the_time_that_the_service_takes_is_not_the_decoder_s(sandbox: Sandbox) -> None:
    with sandbox.job("echo", b"", {"times": 2}, limits=Limits(seconds=0.3)) as job:
        next(job)
        threading.Event().wait(0.4)
        assert next(job)[0]["number"] == 1


def test_a_decoder_that_yields_faster_than_it_is_read_waits(sandbox: Sandbox) -> None:
    limits = Limits(memory_bytes=256 * MEBIBYTE, output_bytes=1024 * MEBIBYTE)
    arguments = {"times": 40, "side": 2048}
    with sandbox.job("echo", b"", arguments, limits=limits) as job:
        assert sum(arrays[0].nbytes for _, arrays in job) == 40 * 2048 * 2048 * 3


@pytest.mark.parametrize(
    "limits", [Limits(array_bytes=1000), Limits(output_bytes=100_000)], ids=["at once", "in all"]
)
def test_more_than_the_service_has_room_for_is_not_taken(sandbox: Sandbox, limits: Limits) -> None:
    with (
        sandbox.job("echo", b"", {"times": 9, "side": 100}, limits=limits) as job,
        pytest.raises(Crashed, match="arrays of more than"),
    ):
        list(job)


def test_talk_without_end_is_not_listened_to(sandbox: Sandbox) -> None:
    with (
        sandbox.job("never_stops_talking", b"", limits=Limits(output_bytes=1_000_000)) as job,
        pytest.raises(Crashed, match="sent more than 1000000 bytes"),
    ):
        list(job)


def test_a_cancelled_job_is_gone_and_whoever_waits_is_told(sandbox: Sandbox) -> None:
    with sandbox.job("waits", b"") as job:
        pid = next(job)[0]["pid"]
        told: list[Exception] = []

        def wait() -> None:
            try:
                next(job)
            except Failed as error:
                told.append(error)

        waiting = threading.Thread(target=wait)
        waiting.start()
        job.cancel()
        waiting.join(5)
        assert [str(error) for error in told] == ["the job was closed"]
        until(lambda: not psutil.pid_exists(pid))


@pytest.mark.parametrize("function", ["waits", "never_ends", "never_stops_talking"])
def test_a_job_that_nobody_waits_for_ends_whatever_its_decoder_does(
    sandbox: Sandbox, function: str
) -> None:
    left = threading.Event()
    with sandbox.job(function, b"", is_abandoned=left.is_set) as job:
        pid = next(job)[0].get("pid", -1)
        left.set()
        with pytest.raises(Abandoned):
            list(job)
    until(lambda: not psutil.pid_exists(pid))
    assert results(sandbox, "echo", b"hello")


def test_asking_whether_somebody_waits_takes_nothing_of_a_job_s_time(sandbox: Sandbox) -> None:
    began = time.monotonic()
    with (
        sandbox.job("waits", b"", limits=Limits(seconds=0.7)) as job,
        pytest.raises(OutOfTime),
    ):
        list(job)
    assert 0.7 <= time.monotonic() - began < 5


def test_a_job_that_is_left_early_leaves_no_process(sandbox: Sandbox) -> None:
    with sandbox.job("never_ends", b"") as job:
        pid = next(job)[0]["pid"]
    until(lambda: not psutil.pid_exists(pid))
    assert list(job) == []


def test_more_jobs_than_may_run_are_refused_at_once() -> None:
    sandbox = Sandbox(DECODERS, name="small", max_jobs=1)
    try:
        with sandbox.job("waits", b""), pytest.raises(Busy):
            sandbox.job("echo", b"").__enter__()
        assert len(results(sandbox, "echo")) == 1
    finally:
        sandbox.close()


def test_many_threads_may_ask_at_once(sandbox: Sandbox) -> None:
    answers: list[str] = []

    def ask(number: int) -> None:
        answers.append(results(sandbox, "echo", str(number).encode())[0][0]["read"])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == sorted(map(str, range(12)))
