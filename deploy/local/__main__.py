"""`make run`: starts VTS, fills its catalogue, recommends for a photo, and keeps serving.

Example: `python -m deploy.local --data .vts`
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

from rich.console import Console

from deploy.local.filling import FillError, fill, group, run_module
from deploy.local.processes import Part, Plan, Running, StartError, started

SAMPLE = Path("samples/coffee.jpg")

_console = Console(highlight=False)


def _tell(part: Part, seconds: float) -> None:
    _console.print(f"  [green]✓[/] {part.name:<16} {part.address:<18} ready after {seconds:.1f} s")


async def _until_ended(running: tuple[Running, ...]) -> None:
    waits = {asyncio.create_task(each.process.wait()): each for each in running}
    try:
        done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    ended = waits[done.pop()]
    raise StartError(f"{ended.part.name} stopped; {ended.log} ends:\n{ended.last_lines()}")


async def _serve(plan: Plan, only_serve: bool) -> None:
    begun = time.monotonic()
    _console.print("[bold]VTS[/] starts its five processes")
    async with started(plan, _tell) as running:
        seconds = time.monotonic() - begun
        _console.print(f"All healthy after {seconds:.1f} s; logs in {plan.data / 'logs'}")
        if not only_serve:
            await _show_what_it_does(plan)
        _console.print(
            "\n[bold]VTS is serving[/] (Ctrl-C stops it)\n"
            f"  page  {plan.web_address}\n"
            f"  REST  {plan.web_address}/v1/recommendations, described at /docs\n"
            f"  gRPC  {plan.gateway.address}\n"
            '  next  .venv/bin/vts recommend "rainy drive home, a bit sad"'
        )
        await _until_ended(running)


async def _show_what_it_does(plan: Plan) -> None:
    if await fill(plan.data, plan.gateway.address):
        _console.print("The catalogue is filled.")
    if await group(plan.gateway.address):
        _console.print("Its songs are grouped; `vts groups` lists the groups, the page shows them.")
    _console.print(f"\nMusic for [bold]{SAMPLE}[/]:")
    await run_module(
        "vts",
        *("--address", plan.gateway.address, "--web-address", plan.web_address),
        *("recommend", str(SAMPLE)),
    )


async def _run(plan: Plan, only_serve: bool) -> int:
    task = asyncio.create_task(_serve(plan, only_serve))
    stopping = False

    def stop() -> None:
        nonlocal stopping
        if not stopping:
            stopping = True
            _console.print("\nDraining…")
            task.cancel()

    for each in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(each, stop)
    try:
        with suppress(asyncio.CancelledError):
            await task
    except (StartError, FillError) as error:
        _console.print(f"vts: {error}", markup=False)
        return 1
    _console.print("Stopped.")
    return 0


def main() -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local",
        description="Runs VTS on this machine.",
        epilog="Example: python -m deploy.local --only-serve",
    )
    parser.add_argument(
        "--data", type=Path, default=Path(".vts"), help="where the catalogue is kept"
    )
    parser.add_argument(
        "--only-serve", action="store_true", help="neither fill the catalogue nor recommend"
    )
    parser.add_argument(
        "--port-offset", type=int, default=0, help="moves every port, to run a second VTS beside it"
    )
    arguments = parser.parse_args()
    plan = Plan(arguments.data, arguments.port_offset)
    return asyncio.run(_run(plan, arguments.only_serve))


if __name__ == "__main__":
    sys.exit(main())
