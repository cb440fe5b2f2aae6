"""Every job is counted once, under what became of it."""

from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY

from servicekit.sandbox import Busy, Failed, Limits, Refused, Sandbox, Unavailable

DECODERS = "tests.unit.servicekit.decoders"
MEBIBYTE = 1024 * 1024
NAME = "counted"
OUTCOMES = (
    "done",
    "refused",
    "crashed",
    "out_of_time",
    "out_of_memory",
    "busy",
    "unavailable",
    "left",
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    limits = Limits(seconds=20, memory_bytes=128 * MEBIBYTE)
    made = Sandbox(DECODERS, limits, name=NAME, max_jobs=1)
    made.start()
    yield made
    made.close()


def counted(name: str = NAME) -> dict[str, float]:
    """How many jobs ended in each way so far, and how many were timed."""
    labels = [{"sandbox": name, "outcome": outcome} for outcome in OUTCOMES]
    found = {
        each["outcome"]: REGISTRY.get_sample_value("vts_sandbox_jobs_total", each) or 0.0
        for each in labels
    }
    timed = REGISTRY.get_sample_value("vts_sandbox_job_seconds_count", {"sandbox": name})
    return {**found, "timed": timed or 0.0}


def new(before: dict[str, float], name: str = NAME) -> dict[str, float]:
    after = counted(name)
    return {key: after[key] - before[key] for key in after if after[key] != before[key]}


@pytest.mark.parametrize(
    ("function", "outcome", "seconds"),
    [
        ("refuses", "refused", 20),
        ("aborts", "crashed", 20),
        ("raises", "crashed", 20),
        ("takes_memory", "out_of_memory", 20),
        ("never_ends", "out_of_time", 0.5),
    ],
)
def test_a_job_without_a_result_is_counted_by_the_reason(
    sandbox: Sandbox, function: str, outcome: str, seconds: float
) -> None:
    before, limits = counted(), Limits(seconds=seconds, memory_bytes=128 * MEBIBYTE)
    with pytest.raises((Refused, Failed)), sandbox.job(function, b"media", limits=limits) as job:
        list(job)
    assert new(before) == {outcome: 1.0, "timed": 1.0}


def test_a_job_is_done_at_its_end_or_when_enough_came(sandbox: Sandbox) -> None:
    before = counted()
    with sandbox.job("echo", b"hello") as job:
        list(job)
    with sandbox.job("never_stops_talking", b"media") as job:
        next(job)
    assert new(before) == {"done": 2.0, "timed": 2.0}


def test_a_job_that_is_given_up_is_counted_as_left(sandbox: Sandbox) -> None:
    before = counted()
    with sandbox.job("never_ends", b"media") as job:
        next(job)
        job.cancel()
        with pytest.raises(Failed):
            next(job)
    with sandbox.job("echo", b"media") as outer:
        outer.close()
    assert new(before) == {"left": 2.0, "timed": 2.0}


def test_a_job_that_finds_no_place_is_counted_and_not_timed(sandbox: Sandbox) -> None:
    with sandbox.job("never_ends", b"media") as job:
        next(job)
        before = counted()
        with pytest.raises(Busy), sandbox.job("echo", b"media"):
            pass
        assert new(before) == {"busy": 1.0}


def test_a_job_of_a_sandbox_that_is_closed_is_counted_as_unavailable() -> None:
    sandbox, before = Sandbox(DECODERS, name="closed"), counted("closed")
    sandbox.close()
    with pytest.raises(Unavailable), sandbox.job("echo", b"media"):
        pass
    assert new(before, "closed") == {"unavailable": 1.0}
