"""Times each kind of request through REST, beside the sum of its model calls in this process.

Starts a VTS of its own, with the starter songs, in a temporary folder. Example:
`python -m benchmarks.request --repetitions 60`
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from benchmarks import request_figures
from benchmarks.request_figures import DifferentAnswersError, Timings
from benchmarks.request_kinds import KINDS, Kind
from benchmarks.request_stack import bound_libraries, fill, quietly, remember_one_text, threads
from deploy.local.filling import FillError
from deploy.local.processes import Plan, StartError, started

FIGURES = Path("build/figures/bench-request.json")

_REQUEST_SECONDS = 600.0
_console = Console(stderr=True, highlight=False)


async def timings(plan: Plan, repetitions: int, warm_ups: int) -> list[Timings]:
    """Fills a VTS, starts it and measures.

    Raises:
        StartError: A port is taken, or a process did not get ready.
        FillError: The catalogue could not be filled.
        httpx.HTTPError: A request failed.
        DifferentAnswersError: The two sides did not recommend the same songs.
    """
    remember_one_text()
    songs = await fill(plan)
    async with started(plan, quietly):
        bound_libraries()
        # Only now: these import NumPy, which reads its number of threads once.
        from benchmarks.request_measuring import InProcess, measured
        from benchmarks.request_models import ModelCalls
        from benchmarks.request_use_cases import opened

        http = httpx.AsyncClient(
            base_url=plan.web_address, timeout=_REQUEST_SECONDS, trust_env=False
        )
        async with opened(songs, threads(plan)) as use_cases, http:
            with _progress() as progress:
                task = progress.add_task("", total=(warm_ups + repetitions) * len(KINDS))

                def tell(kind: Kind) -> None:
                    progress.update(task, description=kind.title, advance=1)

                return await measured(
                    KINDS,
                    http,
                    InProcess(ModelCalls(use_cases)),
                    warm_ups=warm_ups,
                    repetitions=repetitions,
                    tell=tell,
                )


def _progress() -> Progress:
    columns = (
        TextColumn("{task.description:26}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=_console)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.request",
        description=__doc__.splitlines()[0] if __doc__ else None,
        epilog="Example: python -m benchmarks.request --repetitions 60",
    )
    parser.add_argument("--repetitions", type=_count, default=30, help="of each kind (30)")
    parser.add_argument("--warm-ups", type=_count, default=3, help="before them, not counted (3)")
    parser.add_argument(
        "--port-offset", type=int, default=4000, help="keeps clear of a VTS that runs (4000)"
    )
    parser.add_argument("--output", type=Path, default=FIGURES, help=f"the figures ({FIGURES})")
    return parser.parse_args()


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return count


async def _run(chosen: argparse.Namespace) -> list[Timings]:
    task = asyncio.current_task()
    if task:  # so that the processes are stopped, not left behind
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with tempfile.TemporaryDirectory(prefix="vts-bench-") as folder:
        plan = Plan(Path(folder), chosen.port_offset)
        return await timings(plan, chosen.repetitions, chosen.warm_ups)


def main() -> int:
    """Runs the command; returns the exit code."""
    chosen = _arguments()
    try:
        found = asyncio.run(_run(chosen))
    except (StartError, FillError, DifferentAnswersError, httpx.HTTPError) as error:
        _console.print(f"bench-request: {error}", markup=False)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    Console().print(request_figures.table(found))
    request_figures.write(request_figures.figures(found), chosen.output)
    _console.print(f"The figures are in {chosen.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
