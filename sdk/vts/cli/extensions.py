"""Commands that other packages bring to `vts`, by entry points of the group `vts.commands`.

Such a command is imported only when it is run or its help is asked for. One that VTS itself has,
but that is not installed, is listed all the same, and says how to install it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, distributions
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

GROUP = "vts.commands"


@dataclass(frozen=True, slots=True)
class Known:
    """What `vts` says of a command of VTS without importing it."""

    summary: str
    package: str


KNOWN: Mapping[str, Known] = {
    "train-mood": Known(
        "Fine-tune a text classifier for the mood service.",
        "vts-services[mood,mood-transformers]",
    )
}


class ExtensibleGroup(typer.core.TyperGroup):
    """A group of commands that also has those of other packages."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Its own commands, then the others by name."""
        own = super().list_commands(ctx)
        return [*own, *sorted({*KNOWN, *_found()} - set(own))]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command by its name, or None."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        entry = _found().get(cmd_name)
        if entry is None and cmd_name not in KNOWN:
            return None
        return _command(cmd_name, entry)


def _found() -> dict[str, EntryPoint]:
    # Not `entry_points`: what a build left in the working directory would hide what is installed.
    entries = (entry for each in distributions() for entry in each.entry_points)
    return {entry.name: entry for entry in entries if entry.group == GROUP}


def _command(name: str, entry: EntryPoint | None) -> Any:
    """The command of an entry point, or one that says what is missing."""
    package = KNOWN[name].package if name in KNOWN else name
    if entry is None:
        return _made(name, _missing(name, package), "", is_missing=True)
    try:
        run = entry.load()
    except ModuleNotFoundError as error:
        return _made(name, _missing(name, package, str(error.name)), "", is_missing=True)
    return _made(name, run, getattr(_module(run), "EXAMPLE", ""), is_missing=False)


def _made(name: str, run: Callable[..., None], example: str, *, is_missing: bool) -> Any:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    # Whatever is asked of a command that is not there, the answer is how to install it.
    settings = {"allow_extra_args": True, "ignore_unknown_options": True} if is_missing else {}
    app.command(name=name, epilog=example or None, context_settings=settings)(run)
    return typer.main.get_command(app)


def _missing(name: str, package: str, module: str = "") -> Callable[[], None]:
    lacking = f" (no module {module})" if module else ""

    def tell() -> None:
        errors = Console(stderr=True, highlight=False)
        errors.print(Text(f"vts: {name} is not installed{lacking}", style="red"))
        errors.print(Text(f"Install it by: pip install '{package}'"))
        raise typer.Exit(1)

    summary = KNOWN[name].summary if name in KNOWN else f"{name}."
    tell.__doc__ = f"{summary}\n\nNot installed here: pip install '{package}'."
    return tell


def _module(run: Callable[..., None]) -> Any:
    import sys

    return sys.modules.get(run.__module__)
