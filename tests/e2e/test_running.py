"""`make run`, as a new user sees it."""

import json

import psutil
import pytest

from tests.e2e.conftest import Stack

pytestmark = pytest.mark.timeout(900)

MEMORY_LIMIT_BYTES = 1.8 * 2**30


def test_the_first_run_fills_the_catalogue_and_recommends_for_a_photo(stack: Stack) -> None:
    assert "All healthy after" in stack.first_output
    assert "The catalogue is filled." in stack.first_output
    after = stack.first_output.split("Music for", 1)[1]
    assert "10" in after
    assert "photo" in after
    assert f"page  {stack.web}" in after


def test_ctrl_c_drains_and_stops_everything(stack: Stack) -> None:
    assert stack.first_exit == 0


def test_the_second_run_keeps_what_was_imported(stack: Stack) -> None:
    again = stack.output.read_text(encoding="utf-8")
    assert "The catalogue is filled." not in again
    assert "Importing" not in again
    assert stack.second_start_seconds < 60


def test_the_catalogue_holds_the_songs_and_the_pieces(stack: Stack, vts) -> None:
    status = json.loads(vts("status", "--json").stdout)
    catalogue = status["catalogue"]
    assert {each["state"] for each in status["services"]} == {"SERVING"}
    assert int(catalogue["sources"]["vts-starter"]) >= 500
    assert int(catalogue["languages"]["ko"]) * 3 >= 500
    assert int(catalogue["tracks_with_sound"]) >= 48
    assert int(catalogue["tracks_with_audio_vector"]) >= 48


def test_all_processes_together_stay_within_the_memory_promised(stack: Stack) -> None:
    sizes = {name: psutil.Process(pid).memory_info().rss for name, pid in stack.children().items()}
    assert len(sizes) == 5
    assert sum(sizes.values()) <= MEMORY_LIMIT_BYTES, sizes


def test_a_port_that_is_taken_is_told_at_once(stack: Stack, tmp_path) -> None:
    import subprocess
    import sys

    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", "--data", tmp_path, "--port-offset", "1000"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "is in use" in done.stdout
