"""`vts import`: the command, its progress, and what it says in the end."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from vts.cli.importprogress import ImportProgress
from vts.cli.importwords import WORDS, Words
from vts.cli.state import State
from vts.errors import VtsError
from vts.importing import tags
from vts.importing.course import FolderImport, Options
from vts.importing.journal import Journal
from vts.importing.outcomes import OTHER_REASONS, Kind, Outcome, Report, Summary

_SHOWN_ONE_BY_ONE = 20


def import_songs(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(exists=True, help="Folders of music, sound files, .jsonl or .csv lists."),
    ],
    keep_sound: Annotated[
        bool, typer.Option(help="Let the gateway keep the sound, so that it can be played.")
    ] = False,
    refresh: Annotated[bool, typer.Option(help="Measure again what is already there.")] = False,
    keep_duplicates: Annotated[
        bool, typer.Option(help="Store files too whose very sound is there under another id.")
    ] = False,
    workers: Annotated[
        int, typer.Option(min=1, max=32, help="Processes that read files and their tags.")
    ] = 2,
    report: Annotated[
        Path | None, typer.Option(help="Write a line per song: JSON Lines, or CSV by its name.")
    ] = None,
    journal: Annotated[
        bool, typer.Option(help="Remember which files were read, to be quick the next time.")
    ] = True,
) -> None:
    """Import songs; doing it again changes nothing, and picks up where it was stopped.

    Folders are read with all folders inside; titles, artists, album, year and genres come from the
    files' tags. Duplicates are told with their reason; those of the very same sound are left out.

    A list has `title` and `artist` (several split by `;`), and may have album, year, genres,
    language, moods, valence, arousal, energy, tags_en, tags_ko, licence, source and source_id.
    """
    state: State = context.obj
    options = Options(
        keep_sound=keep_sound,
        refresh=refresh,
        skip_duplicates=not keep_duplicates,
        workers=workers,
    )
    console, words = Console(stderr=True, highlight=False), WORDS[state.locale]
    if not tags.are_read():
        console.print(Text(words.untagged))
    summary = Summary()
    with ExitStack() as open_files:
        written = open_files.enter_context(Report(report)) if report else None
        kept = open_files.enter_context(
            closing(_opened(_journal(state) if journal else None, console, words))
        )
        try:
            asyncio.run(_import(state, kept, options, paths, console, summary, written))
        except KeyboardInterrupt:
            _tell_end(console, summary, words, words.stopped)
            raise
        except VtsError:
            _tell_end(console, summary, words, words.broken_off)
            raise
        except sqlite3.Error as error:
            _tell_end(console, summary, words, words.broken_off)
            raise OSError(f"the journal: {error}; --no-journal does without it") from None
    _tell(console, summary, words)
    if summary.counts[Kind.REFUSED]:
        raise typer.Exit(1)


async def _import(
    state: State,
    journal: Journal,
    options: Options,
    paths: list[Path],
    console: Console,
    summary: Summary,
    report: Report | None,
) -> None:
    with ImportProgress(console, summary, WORDS[state.locale]) as progress:

        def hear(outcome: Outcome) -> None:
            summary.add(outcome)
            if report:
                report.add(outcome)
            line = _line(state, outcome, summary)
            if line:
                console.print(line)

        async with state.async_client() as client:
            course = FolderImport(client, journal, options, hear)
            progress.follow(course)
            await course.run(paths)


def _line(state: State, outcome: Outcome, summary: Summary) -> Text | None:
    """What is said of a song while the import runs; of most, nothing."""
    if summary.counts[outcome.kind] > _SHOWN_ONE_BY_ONE:
        return None
    if outcome.kind is Kind.REFUSED:
        return Text(f"{_name(outcome.origin)}: {outcome.problem}", style="yellow")
    if not outcome.duplicates:
        return None
    same = outcome.duplicates[0]
    other = _name(same.path) or f"{same.title} - {', '.join(same.artists)}"
    reason = (same.reason_ko if state.locale == "ko" else same.reason_en) or same.kind
    words = WORDS[state.locale]
    said = words.left_out if outcome.kind is Kind.DUPLICATE else words.stored
    return Text(said.format(name=_name(outcome.origin), other=other, reason=reason), style="dim")


def _name(origin: str) -> str:
    """The end of a path, which tells most of it."""
    return "/".join(origin.split("/")[-2:])


def _tell(console: Console, summary: Summary, words: Words) -> None:
    for reason, count in summary.reasons.most_common() if summary.counts[Kind.REFUSED] > 1 else ():
        told = words.other_reasons if reason == OTHER_REASONS else reason
        console.print(Text(words.refused.format(count=count, reason=told), style="yellow"))
        if count > 1:
            examples = ", ".join(map(_name, summary.examples[reason]))
            console.print(Text(words.such_as.format(examples=examples), style="dim"))
    Console(highlight=False).print(Text(words.counted(summary)))


def _tell_end(console: Console, summary: Summary, words: Words, how: str) -> None:
    _tell(console, summary, words)
    console.print(f"{how} {words.go_on}")


def _opened(path: Path | None, console: Console, words: Words) -> Journal:
    """The journal, or, where it cannot be kept, one that lasts only as long as the import."""
    try:
        return Journal(path)
    except (sqlite3.Error, OSError) as error:
        if path is None:
            raise OSError(f"no temporary file can be made: {error}") from None
        console.print(Text(words.not_remembered.format(path=path, error=error), style="yellow"))
        return Journal(None)


def _journal(state: State) -> Path:
    """The journal of a gateway, in the user's folder for what can be made again."""
    digest = hashlib.sha256(state.address.encode()).hexdigest()[:16]
    return _cache_folder() / "vts" / "imports" / f"{digest}.sqlite3"


def _cache_folder() -> Path:
    if os.environ.get("XDG_CACHE_HOME"):
        return Path(os.environ["XDG_CACHE_HOME"])
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home()))
    return Path.home() / ".cache"
