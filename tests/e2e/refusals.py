"""What every refusal has in common, and that refusing does no harm."""

from collections.abc import Iterator
from typing import Any

import httpx
import psutil

import vts as sdk
from tests.e2e.conftest import Stack

REFUSAL_SECONDS = 4.0
"""Refusals take a few milliseconds; two busy cores may make more of them."""

GROWTH_BYTES = 300 * 2**20
TRACES = ("Traceback", "google.protobuf", "site-packages", ".py", "/root", "/home", "/var")
NOBODY = "00000000-0000-0000-0000-000000000000"
SITUATION = "inputs[0].situation"


def unharmed(stack: Stack) -> Iterator[None]:
    """In the end every service serves, none is much larger, and no process was replaced."""
    before = {pid: psutil.Process(pid).memory_info().rss for pid in stack.children().values()}
    yield
    after = {pid: psutil.Process(pid).memory_info().rss for pid in stack.children().values()}
    assert set(after) == set(before)
    grown = {pid: after[pid] - before[pid] for pid in after}
    assert max(grown.values()) < GROWTH_BYTES, grown
    with sdk.Client(stack.address) as opened:
        assert {each.state for each in opened.status().services} == {"SERVING"}


def problem(response: httpx.Response) -> tuple[int, str, str]:
    """Status, reason and first field of a refusal, after what holds for all of them."""
    assert response.elapsed.total_seconds() < REFUSAL_SECONDS
    assert not any(trace in response.text for trace in TRACES), response.text
    document = response.json()
    assert document["status"] == response.status_code
    assert document["request_id"] == response.headers["x-request-id"]
    violations = document["field_violations"]
    return response.status_code, document["reason"], violations[0]["field"] if violations else ""


def notes(playlist: dict[str, Any]) -> set[str]:
    told = [*playlist["notes"], *(note for each in playlist["evidence"] for note in each["notes"])]
    assert all(note["message"]["en"] and note["message"]["ko"] for note in told)
    return {note["code"] for note in told}
