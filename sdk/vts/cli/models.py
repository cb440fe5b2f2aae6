"""`vts models list`, `pull` and `verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.progress import TimeRemainingColumn as TimeLeft
from rich.table import Table
from rich.text import Text

from vts.modelstore import DEFAULT_FOLDER, Entry, File, Store, Verdict, entries, entry_for

app = typer.Typer(
    help="Fetch published weights, which VTS can use but does not bring.",
    epilog="Example: vts models pull blip-base",
    no_args_is_help=True,
)

Folder = Annotated[
    Path, typer.Option("--dir", envvar="VTS_MODELS_DIR", help="The folder of the models.")
]
Name = Annotated[str, typer.Argument(help="A model's name; see vts models list.")]

_STYLES = {"good": "green", "missing": "yellow", "unchecked": "yellow", "wrong": "red"}


@app.command(name="list", epilog="Example: vts models list")
def list_models(folder: Folder = DEFAULT_FOLDER) -> None:
    """List the models, their licences, and what they unlock."""
    console = Console(highlight=False)
    store = Store(folder)
    for entry in entries():
        heading = Text(entry.name, style="bold")
        heading.append(f"  {entry.about_size}", style="")
        heading.append(f"  {_terms(entry)}", style="" if entry.commercial else "yellow")
        if store.has(entry):
            heading.append("  here", style="green")
        console.print(heading)
        console.print(Text(f"  {entry.unlocks}"))
        console.print(Text(f"  {entry.home}: {entry.note}", style="dim"))


@app.command(epilog="Example: vts models pull blip-base")
def pull(name: Name, folder: Folder = DEFAULT_FOLDER) -> None:
    """Fetch a model and check it; goes on where it was broken off."""
    entry = _entry(name)
    errors = Console(stderr=True, highlight=False)
    errors.print(Text(f"{entry.name}: {_terms(entry)}, from {entry.home}"))
    if not entry.commercial:
        errors.print(Text("Not for commercial use: " + entry.note, style="yellow"))
    if any(file.pickled for file in entry.files):
        errors.print(Text("No safetensors are published, only pickles.", style="yellow"))
    verdicts = _fetched(Store(folder), entry, errors)
    if any(verdict.pinned for verdict in verdicts):
        errors.print(
            Text("Pinned on first use: no digest is published that VTS knows.", style="yellow")
        )
    Console(highlight=False).print(f"{Store(folder).folder(entry)}", markup=False)


@app.command(epilog="Example: vts models verify blip-base")
def verify(name: Name, folder: Folder = DEFAULT_FOLDER) -> None:
    """Check again that a model's files are the ones that were published or first fetched."""
    entry = _entry(name)
    table = Table(box=None, padding=(0, 1), show_header=False)
    verdicts = list(Store(folder).verify(entry))
    for verdict in verdicts:
        against = "pinned on first use" if verdict.pinned else "published digest"
        state = Text(verdict.state, style=_STYLES[verdict.state])
        table.add_row(verdict.file.path, state, Text(against, style="dim"))
    Console(highlight=False).print(table)
    if any(verdict.state != "good" for verdict in verdicts):
        raise typer.Exit(1)


def _fetched(store: Store, entry: Entry, console: Console) -> list[Verdict]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeLeft(),
    )
    with Progress(*columns, console=console) as progress:
        tasks = {file: progress.add_task(file.path, total=None) for file in entry.files}

        def tell(file: File, have: int, whole: int | None) -> None:
            progress.update(tasks[file], completed=have, total=whole)

        verdicts = []
        for verdict in store.pull(entry, tell):
            size = (store.folder(entry) / verdict.file.path).stat().st_size
            progress.update(tasks[verdict.file], completed=size, total=size)
            verdicts.append(verdict)
        return verdicts


def _entry(name: str) -> Entry:
    entry = entry_for(name)
    if entry is None:
        known = ", ".join(each.name for each in entries())
        raise typer.BadParameter(f"no model is called {name!r}; there are {known}")
    return entry


def _terms(entry: Entry) -> str:
    return entry.licence if entry.commercial else f"{entry.licence}, non-commercial"
