"""`vts find`, `vts import` and `vts status`."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from vts.cli.state import State
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.importing import Origin, drafts_from
from vts.inputs import Draft
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

AsJson = Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")]


def find(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="Title, artist or both; typing mistakes allowed.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100)] = 10,
    as_json: AsJson = False,
) -> None:
    """Find songs by title or artist, in any script."""
    state: State = context.obj
    with state.client() as client:
        found = client.find(query, limit=limit)
    if as_json:
        _print_json([MessageToDict(each, preserving_proto_field_name=True) for each in found])
        return
    console = Console(highlight=False)
    if not found:
        console.print(Text(f"No song of the catalogue is called anything like {query!r}."))
        return
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, min_width=36)  # an id that is cut is of no use
    for each in found:
        table.add_row(
            Text(each.track.title, style="bold"),
            Text(", ".join(each.track.artists)),
            str(each.track.year or ""),
            f"{each.score:.2f}",
            Text(each.track.id, style="dim"),
        )
    console.print(table)


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
) -> None:
    """Import songs; doing it again changes nothing, and picks up where it was stopped.

    A list has `title` and `artist` (several split by `;`), and may have album, year, genres,
    language, moods, valence, arousal, energy, tags_en, tags_ko, licence, source and source_id.
    """
    state: State = context.obj
    outcomes: Counter[str] = Counter()
    console = Console(stderr=True, highlight=False)
    with console.status("Reading the lists and sound files"):
        songs = list(drafts_from(paths, keep_sound=keep_sound, refresh=refresh))
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    with state.client() as client, progress:
        task = progress.add_task("Importing", total=len(songs))
        for verdict in client.import_tracks(draft for _, draft in songs):
            outcome = pb.ImportOutcome.Name(verdict.outcome).removeprefix("IMPORT_OUTCOME_").lower()
            outcomes[outcome] += 1
            progress.advance(task)
            if verdict.outcome == pb.IMPORT_OUTCOME_REFUSED:
                console.print(Text(_refusal(songs, verdict), style="yellow"))
    Console(highlight=False).print(
        ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())) or "no songs"
    )
    if outcomes["refused"]:
        raise typer.Exit(1)


def _refusal(songs: list[tuple[Origin, Draft]], verdict: pb.ImportTracksResponse) -> str:
    return f"{songs[verdict.index][0]}: {verdict.problem}"


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how the services are and what the catalogue holds."""
    state: State = context.obj
    with state.client(timeout_seconds=10) as client:
        answer = client.status()
    if as_json:
        _print_json(MessageToDict(answer, preserving_proto_field_name=True))
        return
    console = Console(highlight=False)
    table = Table(box=None, padding=(0, 1), show_header=False)
    for service in answer.services:
        style = "green" if service.state == "SERVING" else "red"
        table.add_row(
            service.name,
            Text(service.state, style=style),
            service.address,
            f"{service.check_seconds * 1000:.0f} ms",
        )
    console.print(f"VTS {answer.version} at {state.address}, page {state.web_address}")
    console.print(table)
    if answer.HasField("catalogue"):
        for line in _catalogue_lines(answer.catalogue):
            console.print(Text(line))


def _catalogue_lines(catalogue: recommender_pb.GetCatalogueResponse) -> Iterator[str]:
    yield (
        f"{catalogue.tracks} songs, {catalogue.tracks_with_audio_vector} known by their sound, "
        f"{catalogue.tracks_with_sound} playable here; {catalogue.year_from} to {catalogue.year_to}"
    )
    for name, counts in (("languages", catalogue.languages), ("genres", catalogue.genres)):
        commonest = sorted(counts.items(), key=lambda each: -each[1])[:8]
        yield f"{name}: " + ", ".join(f"{key or 'unknown'} {count}" for key, count in commonest)


def _print_json(answer: object) -> None:
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
