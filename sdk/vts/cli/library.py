"""`vts find` and `vts status`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vts.cli.state import State
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
