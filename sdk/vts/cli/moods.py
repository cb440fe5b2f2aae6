"""`vts moods`: what texts feel like, without any music."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer
from google.protobuf.json_format import MessageToDict
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from vts.cli.labels import Taxonomies, label_lines
from vts.cli.rendering import bar
from vts.cli.state import State
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.moods import moods

EXAMPLE = "Examples: vts moods 'rain on the window' --taxonomy goemotions | vts moods - < lines.txt"

_MOST_SHOWN = 4
_LEAST_SCORE = 0.1
_MOST_AT_ONCE = 64


def read_moods(
    context: typer.Context,
    texts: Annotated[
        list[str], typer.Argument(help="Words or sentences; - reads lines from the input.")
    ],
    language: Annotated[
        str, typer.Option("--language", help="en or ko; detected for each text if left out.")
    ] = "",
    taxonomies: Taxonomies = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Read the mood of texts: the 13 moods, a place on the plane, and why."""
    wanted = [text for each in texts for text in _texts(each)]
    if not wanted:
        raise typer.BadParameter("there is no text to read")
    state: State = context.obj
    console = Console(highlight=False)
    answers: list[dict[str, Any]] = []
    with state.client() as client:
        for start in range(0, len(wanted), _MOST_AT_ONCE):
            some = wanted[start : start + _MOST_AT_ONCE]
            readings = client.read_moods(some, language=language, taxonomies=taxonomies or ())
            for text, reading in zip(some, readings, strict=True):
                if as_json:
                    answers.append(MessageToDict(reading, preserving_proto_field_name=True))
                else:
                    console.print(_panel(state, text, reading))
    if as_json:
        sys.stdout.write(json.dumps(answers, ensure_ascii=False, indent=2) + "\n")


def _texts(argument: str) -> Iterator[str]:
    if argument != "-":
        yield argument
        return
    if sys.stdin.isatty():
        raise typer.BadParameter("- waits for lines that are piped in")
    yield from (line.strip() for line in sys.stdin if line.strip())


def _panel(state: State, text: str, reading: mood_pb.Reading) -> Panel:
    lines: list[RenderableType] = [Text(_place(state, reading), style="dim")]
    if why := state.said(reading.reason):
        lines.insert(0, Text(why))
    if strongest := _strongest(state, reading):
        lines.append(Text(strongest, style="bold"))
    lines.extend(Text(line) for line in label_lines(state, reading.taxonomies))
    lines.extend(Text(f"· {state.said(note.message)}", style="yellow") for note in reading.notes)
    title = Text(text if len(text) <= 60 else f"{text[:59]}…", style="bold")
    return Panel(Group(*lines), title=title, title_align="left", expand=False)


def _strongest(state: State, reading: mood_pb.Reading) -> str:
    names = {mood.id: mood.korean if state.locale == "ko" else mood.id for mood in moods()}
    ranked = sorted(reading.moods, key=lambda each: -each.score)[:_MOST_SHOWN]
    shown = [each for each in ranked if each.score >= _LEAST_SCORE]
    return "   ".join(f"{names[each.mood]} {bar(each.score, 6)}" for each in shown)


def _place(state: State, reading: mood_pb.Reading) -> str:
    place = reading.affect
    words = ("기분", "활기", "확신") if state.locale == "ko" else ("valence", "arousal", "sure")
    return (
        f"{words[0]} {place.valence:+.2f}   {words[1]} {place.arousal:+.2f}   "
        f"{words[2]} {place.confidence:.0%}"
    )
