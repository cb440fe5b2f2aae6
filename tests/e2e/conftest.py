"""The whole of VTS, started as `make run` starts it, on ports of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
OFFSET = 1000
START_LIMIT_SECONDS = 600


@dataclass
class Stack:
    """A running VTS."""

    process: subprocess.Popen[bytes]
    output: Path
    data: Path
    first_output: str
    first_exit: int
    second_start_seconds: float

    address = f"127.0.0.1:{50050 + OFFSET}"
    web = f"http://127.0.0.1:{8080 + OFFSET}"

    def children(self) -> dict[str, int]:
        """Process ids of the services, by module."""
        import psutil

        found = {}
        for child in psutil.Process(self.process.pid).children():
            module = child.cmdline()[2] if len(child.cmdline()) > 2 else ""
            found[module.removeprefix("services.")] = child.pid
        return found


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes], output: Path) -> None:
    """Waits until a condition holds; fails with the output if the process ends or time is up."""
    limit = time.monotonic() + START_LIMIT_SECONDS
    while not condition():
        assert process.poll() is None, output.read_text(encoding="utf-8")
        assert time.monotonic() < limit, output.read_text(encoding="utf-8")
        time.sleep(0.1)


def start(data: Path, output: Path) -> subprocess.Popen[bytes]:
    """Starts VTS and returns once it serves."""
    with output.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.local", "--data", data, "--port-offset", str(OFFSET)],
            cwd=ROOT,
            stdout=sink,
            stderr=sink,
            env={**os.environ, "COLUMNS": "120", "PYTHONUNBUFFERED": "1"},
        )
    wait_for(lambda: "is serving" in output.read_text(encoding="utf-8"), process, output)
    return process


def stop(process: subprocess.Popen[bytes]) -> int:
    """Presses Ctrl-C and waits."""
    process.send_signal(signal.SIGINT)
    return process.wait(60)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """VTS, filled by a first run, stopped, and started again."""
    folder = tmp_path_factory.mktemp("vts")
    data, output = folder / "data", folder / "output"
    first = start(data, output)
    first_output, first_exit = output.read_text(encoding="utf-8"), stop(first)
    begun = time.monotonic()
    process = start(data, output)
    seconds = time.monotonic() - begun
    yield Stack(process, output, data, first_output, first_exit, seconds)
    if process.poll() is None:
        stop(process)


@pytest.fixture
def vts(stack: Stack) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The `vts` command, speaking to the stack."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "vts",
            "--address",
            stack.address,
            "--web-address",
            stack.web,
        ]
        return subprocess.run(
            [*command, *map(str, arguments)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
            env={**os.environ, "COLUMNS": "120"},
        )

    return run


@pytest.fixture
def ask(vts) -> Callable[..., dict]:
    """`vts recommend … --json`, parsed."""

    def run(*arguments: object) -> dict:
        done = vts("recommend", *arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def microphone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Chromium's false microphone hears, over and over: the sample clip as WAV."""
    import soundfile

    path = tmp_path_factory.mktemp("microphone") / "clip.wav"
    samples, rate = soundfile.read(SAMPLES / "clip.ogg", dtype="int16")
    soundfile.write(path, samples, rate)
    return path


@pytest.fixture(scope="module")  # Playwright's event loop, while it runs, allows no other
def browser(microphone: Path) -> Iterator["Browser"]:
    """Chromium, which lets pages use the false microphone."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    from tests.e2e.browsing import ARGUMENTS, CHROMIUM

    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, f"--use-file-for-fake-audio-capture={microphone}"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: "Browser", stack: Stack, request: pytest.FixtureRequest) -> Iterator["Page"]:
    """A fresh page; it fails the test if the page says anything on its console."""
    from playwright.sync_api import expect

    context = browser.new_context(
        viewport={"width": 1180, "height": 900}, locale="en-US", permissions=["microphone"]
    )
    page = context.new_page()
    complaints: list[str] = []

    def hear(said: "ConsoleMessage") -> None:
        if said.type == "error":
            complaints.append(said.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_default_timeout(20_000)
    page.goto(stack.web)
    expect(page.locator("select[name=weather] option").nth(3)).to_be_attached()
    yield page
    context.close()
    expected = request.node.get_closest_marker("expects_refusal") is not None
    assert expected or complaints == []
