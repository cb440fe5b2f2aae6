"""`make torchserve`: serves `captioner.mar` on this machine until it is told to stop.

Example: `python -m deploy.torchserve.run --store build/torchserve`
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from deploy.torchserve.archive import STORE
from deploy.torchserve.serving import START_SECONDS, Plan, Ports, ServeError, TorchServe, started


class _Signals:
    """Whether Ctrl-C or SIGTERM came; looked at instead of raising, which could lose a process."""

    def __init__(self) -> None:
        self.came = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)

    def _receive(self, _number: int, _frame: FrameType | None) -> None:
        self.came = True


def _tell(serving: TorchServe, seconds: float) -> None:
    plan, ports = serving.plan, serving.plan.ports
    token = str(plan.token_file) if plan.tokens else "none is asked for"
    print(
        f"The captioner is healthy after {seconds:.1f} s (Ctrl-C stops it)\n"
        f"  gRPC     127.0.0.1:{ports.grpc}, also the Open Inference Protocol\n"
        f"  REST     http://127.0.0.1:{ports.inference}/predictions/captioner\n"
        f"  metrics  http://127.0.0.1:{ports.metrics}/metrics\n"
        f"  tokens   {token}\n"
        f"  logs     {plan.home / 'logs'}\n"
        "  next     VTS_CAPTIONER_BACKEND=torchserve "
        f"VTS_CAPTIONER_SERVER=127.0.0.1:{ports.grpc}"
        + (f" VTS_CAPTIONER_SERVER_TOKEN_FILE={plan.token_file}" if plan.tokens else ""),
        flush=True,
    )


def _serve(plan: Plan, signals: _Signals, verbose: bool) -> int:
    print("TorchServe starts", flush=True)
    began = time.monotonic()
    try:
        with started(plan, verbose=verbose) as serving:
            serving.wait_until(lambda: signals.came or serving.healthy(), START_SECONDS)
            if not signals.came:
                _tell(serving, time.monotonic() - began)
                serving.wait_until(lambda: signals.came)
            print("Stopping…", flush=True)
    except (ServeError, OSError) as error:
        print(f"torchserve: {error}; logs are in {plan.home / 'logs'}", file=sys.stderr)
        return 1
    print("Stopped.", flush=True)
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.torchserve.run",
        description="Serves captioner.mar with TorchServe on loopback; needs Java 17.",
        epilog="Example: python -m deploy.torchserve.run --port-offset 100",
    )
    parser.add_argument("--store", type=Path, default=STORE, help="the folder of captioner.mar")
    parser.add_argument("--port-offset", type=int, default=0, help="moves every port")
    parser.add_argument(
        "--without-token", action="store_true", help="let every process of this machine call it"
    )
    parser.add_argument("--verbose", action="store_true", help="print TorchServe's own log")
    chosen = parser.parse_args(arguments)
    plan = Plan(chosen.store, Ports().moved(chosen.port_offset), not chosen.without_token)
    return _serve(plan, _Signals(), chosen.verbose)


if __name__ == "__main__":
    sys.exit(main())
