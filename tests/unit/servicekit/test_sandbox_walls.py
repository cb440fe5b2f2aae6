"""What code that took a decoder over can reach, and what it can make the service do: nothing."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servicekit.sandbox import Crashed, Limits, Sandbox

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has the locks")
DECODERS = "tests.unit.servicekit.decoders"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox(DECODERS, Limits(seconds=20, memory_bytes=256 * 2**20), name="test")
    yield made
    made.close()


@LINUX
def test_nothing_outside_can_be_reached(sandbox: Sandbox, tmp_path: Path) -> None:
    arguments = {"folder": str(tmp_path), "parent": os.getpid()}
    with sandbox.job("breaks_out", b"", arguments) as job:
        outcomes = next(job)[0]
    assert {name for name, outcome in outcomes.items() if outcome != "PermissionError"} == set()
    assert len(outcomes) == 12
    assert list(tmp_path.iterdir()) == []


@LINUX
def test_the_file_itself_cannot_be_written(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "media"
    path.write_bytes(b"as it was")
    with path.open("rb") as file, sandbox.job("writes_into_its_file", file) as job:
        assert next(job)[0] == {"written": []}
    assert path.read_bytes() == b"as it was"


def test_threads_of_its_own_are_fine(sandbox: Sandbox) -> None:
    with sandbox.job("computes_in_threads", b"") as job:
        assert next(job)[0] == {"done": [0, 1, 2]}


def head(kind: object, header: object, shapes: object) -> str:
    return json.dumps([kind, header, shapes])


@pytest.mark.parametrize(
    "lie",
    [
        "",
        "no JSON",
        "[" * 60_000,
        "17",
        head("yielded", {}, 5),
        head("yielded", [], []),
        head("shrugged", {}, []),
        head("yielded", {}, [["|O", 1]]),
        head("yielded", {}, [[["<f4", [2]], 1]]),
        head("yielded", {}, [["|u1", -1]]),
        head("yielded", {}, [["|u1", 1e3]]),
        head("yielded", {}, [["|u1", True]]),
        head("yielded", {}, [["|u1", 1 << 40]]),
        head("yielded", {}, [["|u1", 0, 1 << 30, 1 << 30, 1 << 30]]),
        head("yielded", {}, [["<f8", 1 << 20, 1 << 20]]),
        head("yielded", {}, [["|u1", 1]] * 17),
        head("yielded", {}, [["|u1", 5]]),
        head("refused", {}, []),
        head("refused", {"kind": "x", "facts": {"limit": 5}}, []),
        head("refused", {"kind": "x", "facts": {"limit": "x" * 301}}, []),
        head("refused", {"kind": "x", "facts": {str(n): "" for n in range(9)}}, []),
        head("failed", {"error": ["MemoryError"]}, []),
    ],
)
def test_a_lie_is_a_failure_of_that_job(sandbox: Sandbox, lie: str) -> None:
    with pytest.raises(Crashed), sandbox.job("lies", b"", {"head": lie}) as job:
        next(job)


@pytest.mark.parametrize("length", [65 * 1024, 2**32 - 1])
def test_no_room_is_made_for_a_head_that_is_too_long(sandbox: Sandbox, length: int) -> None:
    with (
        pytest.raises(Crashed, match=f"a head of {length} bytes"),
        sandbox.job("lies", b"", {"head": "x", "length": length}) as job,
    ):
        next(job)
