"""`python -m catalogue.sketches --out DIR` renders the sketches and lists them."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from catalogue.sketches.collection import Collection
from catalogue.sketches.pieces import piece, pieces


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m catalogue.sketches", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where files go")
    parser.add_argument("--only", action="append", metavar="ID", help="one piece; may be repeated")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--format", choices=("ogg", "flac", "wav"), default="ogg")
    chosen = parser.parse_args(argv)
    known = {candidate.id for candidate in pieces()}
    for name in chosen.only or ():
        if name not in known:
            parser.error(f"no sketch is called {name!r}")
    if chosen.workers < 1:
        parser.error("--workers must be at least 1")
    return chosen


def main(argv: Sequence[str] | None = None) -> int:
    """Renders what is out of date and writes the listing."""
    chosen = _arguments(argv)
    wanted = [piece(name) for name in chosen.only] if chosen.only else list(pieces())
    collection = Collection(chosen.out, chosen.format)
    stale = collection.stale(wanted)
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    if stale:
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("Rendering sketches", total=len(stale))
            collection.render(stale, workers=chosen.workers, done=lambda _: progress.advance(task))
    listing = collection.list_all(pieces())
    console.print(f"{len(wanted)} sketches are ready ({len(stale)} rendered): {listing}")
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        raise SystemExit(130) from None
