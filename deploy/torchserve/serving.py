"""One TorchServe as a child process: its ports, its start, its health and its end."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path

from deploy.torchserve.archive import HOME, NAME

JAVA_VERSION = 17
START_SECONDS = 300.0
STOP_SECONDS = 30.0
_POLL_SECONDS = 0.2
_ANSWER_BYTES = 1 << 20
_TOKEN_FILE = "key_file.json"  # noqa: S105 - a file's name


class ServeError(Exception):
    """TorchServe cannot be started or has ended; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where it answers, all on loopback; `moved` shifts all alike."""

    grpc: int = 7070
    grpc_management: int = 7071
    inference: int = 7080
    management: int = 7081
    metrics: int = 7082

    def moved(self, offset: int) -> Ports:
        """The ports, each higher by `offset`."""
        return Ports(*(port + offset for port in self.all()))

    def all(self) -> tuple[int, ...]:
        """Each of them."""
        return (self.grpc, self.grpc_management, self.inference, self.management, self.metrics)

    def settings(self) -> dict[str, str]:
        """What they are called in `config.properties`."""
        return {
            "grpc_inference_port": str(self.grpc),
            "grpc_management_port": str(self.grpc_management),
            "inference_address": f"http://127.0.0.1:{self.inference}",
            "management_address": f"http://127.0.0.1:{self.management}",
            "metrics_address": f"http://127.0.0.1:{self.metrics}",
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What is served: the folder of `captioner.mar`, where logs and tokens go, and how."""

    store: Path
    ports: Ports = Ports()
    tokens: bool = True

    @property
    def home(self) -> Path:
        """The folder of logs, tokens and the settings in use."""
        return self.store.resolve() / "run"

    @property
    def token_file(self) -> Path:
        """Where TorchServe writes its tokens, readable by its user only."""
        return self.home / _TOKEN_FILE


class TorchServe:
    """A running TorchServe."""

    def __init__(self, plan: Plan, process: subprocess.Popen[bytes]) -> None:
        self.plan = plan
        self.process = process

    def wait_until(self, done: Callable[[], bool], seconds: float = math.inf) -> None:
        """Returns once `done` says so.

        Raises:
            ServeError: TorchServe ended before, or `seconds` are over.
        """
        end = time.monotonic() + seconds
        while not done():
            if (status := self.process.poll()) is not None:
                raise ServeError(f"TorchServe ended with status {status}")
            if time.monotonic() > end:
                raise ServeError(f"no worker is ready after {seconds:.0f} s")
            time.sleep(_POLL_SECONDS)

    def healthy(self) -> bool:
        """Whether every worker has loaded the model and gRPC answers.

        `/ping` would not do: it takes a worker for healthy as soon as its process has started.
        """
        ports = self.plan.ports
        try:
            told = self._told(ports.management, f"/models/{NAME}", "management")
            model = json.loads(told)[0]
            ready = [worker for worker in model["workers"] if worker["status"] == "READY"]
            return 0 < int(model["minWorkers"]) <= len(ready) and _listens(ports.grpc)
        except (OSError, ValueError, LookupError, HTTPException):
            return False

    def metric(self, name: str) -> float:
        """The sum over its labels of a metric that Prometheus reads; 0 if it is not there yet.

        Raises:
            OSError: TorchServe does not answer, or refuses.
        """
        shown = self._told(self.plan.ports.metrics, "/metrics", "inference")
        return sum(map(float, re.findall(rf"^{name}{{.*}} (\S+)$", shown, re.M)))

    def _told(self, port: int, path: str, token: str) -> str:
        headers = {}
        if self.plan.tokens:
            tokens = json.loads(self.plan.token_file.read_text(encoding="utf-8"))
            headers["authorization"] = f"Bearer {tokens[token]['key']}"
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=5.0) as answer:  # noqa: S310 - loopback
            return str(answer.read(_ANSWER_BYTES).decode())

    def stop(self) -> None:
        """Ends the frontend and all it started; kills what takes longer than `STOP_SECONDS`."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        # Workers are in the frontend's process group; one that computes does not see its end.
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


@contextmanager
def started(plan: Plan, *, verbose: bool = False) -> Iterator[TorchServe]:
    """Starts TorchServe; on leaving, neither it nor a worker is left.

    Raises:
        ServeError: Java, TorchServe or the archive is missing, or a port is taken.
    """
    if not (plan.store / f"{NAME}.mar").is_file():
        raise ServeError(f"{plan.store} holds no {NAME}.mar: make one with `make mar MODEL=…`")
    java, torchserve = java_found(), torchserve_found()
    _check_ports_are_free(plan.ports)
    plan.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    plan.token_file.unlink(missing_ok=True)  # those of the last start open nothing any more
    # Unpacked models and workers' sockets; a socket's path may have 107 bytes, so not under `home`.
    with tempfile.TemporaryDirectory(prefix="vts-ts-") as scratch:
        serving = TorchServe(plan, _start(plan, java, torchserve, scratch, verbose))
        try:
            yield serving
        finally:
            serving.stop()


def java_found() -> str:
    """The path of a Java that is new enough.

    Raises:
        ServeError: There is none.
    """
    home = os.environ.get("JAVA_HOME")
    java = f"{home}/bin/java" if home else shutil.which("java")
    if java is None or not Path(java).exists():
        raise ServeError(f"Java {JAVA_VERSION} is needed: install a JRE or set JAVA_HOME")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', told)
    if version is None or int(version[1]) < JAVA_VERSION:
        found = version[1] if version else "unknown"
        raise ServeError(f"Java {JAVA_VERSION} is needed; {java} is version {found}")
    return java


def torchserve_found() -> Path:
    """The folder of TorchServe's package, which is not imported.

    Raises:
        ServeError: It is not installed.
    """
    spec = find_spec("ts")
    if spec is None or not spec.submodule_search_locations:
        raise ServeError("TorchServe is not installed: pip install -e '.[torchserve]'")
    return Path(spec.submodule_search_locations[0])


def settings_of(plan: Plan) -> dict[str, str]:
    """The settings beside the handler, with the plan's ports and the way it guards them."""
    lines = (HOME / "config.properties").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {
        **{key.strip(): value.strip() for key, value in pairs},
        **plan.ports.settings(),
        "disable_token_authorization": str(not plan.tokens).lower(),
        "metrics_config": str((HOME / "metrics.yaml").resolve()),
    }


def _start(
    plan: Plan, java: str, torchserve: Path, scratch: str, verbose: bool
) -> subprocess.Popen[bytes]:
    settings = settings_of(plan)
    file = plan.home / "config.properties"
    file.write_text("".join(f"{key}={value}\n" for key, value in settings.items()), "utf-8")
    command = [
        *(java, f"-Dmodel_server_home={torchserve.parent}", f"-Djava.io.tmpdir={scratch}"),
        *settings.get("vmargs", "").split(),
        *("-cp", f"{torchserve}/frontend/*", "org.pytorch.serve.ModelServer"),
        *("--python", sys.executable, "-f", str(file), "-s", str(plan.store.resolve()), "-ncs"),
    ]
    logs = str(plan.home / "logs")
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("TS_")},
        "LOG_LOCATION": logs,
        "METRICS_LOCATION": logs,
        # Threads that spin while they wait would take the processors that others compute with.
        "OMP_WAIT_POLICY": "PASSIVE",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
    }
    output = None if verbose else subprocess.DEVNULL  # the same is in the rolling log files
    return subprocess.Popen(
        command,
        cwd=plan.home,  # where it writes its tokens
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,  # Ctrl-C reaches the parent alone, which then stops it in order
    )


def _check_ports_are_free(ports: Ports) -> None:
    for port in ports.all():
        if _listens(port):
            raise ServeError(f"port {port} is in use; --port-offset moves all ports")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
