"""`vts follow`: new music whenever a stream of samples tells that the situation has changed."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from io import TextIOBase
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from google.protobuf.json_format import MessageToDict
from rich.console import Console
from rich.text import Text

from vts.cli.recommending import Languages, Limit
from vts.cli.state import State
from vts.client import Client
from vts.errors import VtsError
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.inputs import text
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.situations import Change, Sample, SampleError, Steadier
from vts.situations.samples import LONGEST_LINE

EXAMPLE = (
    "Examples: vts follow samples/drive.jsonl --only-changes | "
    'car-sensors | vts follow - --text "but calmer" --limit 5 | '
    'a line: {"time": "2026-07-03T22:40:10", "speed_kmh": 93, "place": "motorway"}'
)
PLAYED_KEPT = 200
"""Songs given last, which are not given again."""


class Following:
    """Asks for music as the situation changes, and shows it."""

    def __init__(self, state: State, client: Client | None, wish: pb.Options, words: str) -> None:
        """Asks nothing without a client."""
        self._state = state
        self._client = client
        self._wish = wish
        self._words = [text(words)] if words else []
        self._played: deque[str] = deque(maxlen=PLAYED_KEPT)
        self._errors = Console(stderr=True, highlight=False)
        self.failed = 0

    def ask(self, change: Change) -> pb.Playlist | None:
        """The music for a change; None without a client, or if it failed, which is told."""
        if self._client is None:
            return None
        options = pb.Options(excluded_track_ids=self._played)
        options.MergeFrom(self._wish)
        try:
            playlist = self._client.recommend(change.input(), *self._words, options=options)
        except VtsError as error:
            self.failed += 1
            self.complain(str(error).split("\n", 1)[0])
            return None
        given = (item.track.id for item in playlist.items)
        self._played.extend(each for each in dict.fromkeys(given) if each not in self._played)
        return playlist

    def complain(self, problem: str) -> None:
        """Tells a problem, after which following goes on."""
        self._errors.print(f"vts: {problem}", style="red", markup=False, soft_wrap=True)

    def show(self, change: Change, playlist: pb.Playlist | None, *, as_json: bool) -> None:
        """Prints a change, why it was one, and its songs."""
        if as_json:
            sys.stdout.write(json.dumps(_as_dict(change, playlist), ensure_ascii=False) + "\n")
            sys.stdout.flush()
            return
        console = Console(highlight=False)
        console.print(self._headline(change), soft_wrap=True)
        if playlist is None:
            return
        for number, item in enumerate(playlist.items, 1):
            line = Text(f"  {number:>2} {item.track.title}", style="bold")
            line.append(f"  {', '.join(item.track.artists)}", style="not bold")
            line.append(f"  {self._state.said(item.reason)}", style="not bold dim")
            console.print(line, soft_wrap=True)
        for note in playlist.notes:
            said = Text(f"   · {self._state.said(note.message)}", style="yellow")
            console.print(said, soft_wrap=True)

    def _headline(self, change: Change) -> Text:
        line = Text(f"{change.time:%H:%M:%S} ", style="dim")
        if change.urgent:
            safety = "안전: " if self._state.locale == "ko" else "for safety: "
            line.append(safety, style="not dim bold red")
        return line.append(self._state.said(change.why), style="not dim bold cyan")


def follow(
    context: typer.Context,
    samples: Annotated[
        Path, typer.Argument(help="A file of samples, one JSON object a line; - is what comes in.")
    ],
    words: Annotated[
        str, typer.Option("--text", help="What else is wished for, such as 'but calmer'.")
    ] = "",
    limit: Limit = 5,
    language: Languages = None,
    only_changes: Annotated[
        bool, typer.Option("--only-changes", help="Tell what changed, and ask for no music.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each change.")
    ] = False,
) -> None:
    """Ask for new music whenever the situation has really changed.

    A sample tells its time and what is known, by the names of the API: speed_kmh, traffic, weather,
    place, activity, company, season, temperature_celsius, and of a car people, child, sleeper,
    noise_db, open, driving_minutes. What is left out stays as it was. A stop at a red light, a
    shower or a gust changes nothing; what matters for safety counts at once.
    """
    state: State = context.obj
    wish = pb.Options(limit=limit, filters=recommender_pb.Filters(languages=language or ()))
    with ExitStack() as stack:
        stream = stack.enter_context(_opened(samples))
        client = None if only_changes else stack.enter_context(state.client())
        following = Following(state, client, wish, words)
        changed = _follow(following, stream, as_json)
    if not changed:
        following.complain("there was no sample to follow")
    if not changed or following.failed:
        raise typer.Exit(1)


def _follow(following: Following, stream: TextIOBase, as_json: bool) -> int:
    """How many changes there were; a line that can't be read is told and passed over."""
    steadier, changed = Steadier(), 0
    for number, line in enumerate(_lines(stream), 1):
        if not line.strip():
            continue
        try:
            change = steadier.add(Sample.of_line(line))
        except SampleError as error:
            following.complain(f"line {number:,}: {error}")
            continue
        if change:
            changed += 1
            following.show(change, following.ask(change), as_json=as_json)
    return changed


def _lines(stream: TextIOBase) -> Iterator[str]:
    """Lines as they come; of one that is too long only the beginning."""
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while not rest.endswith("\n") and (rest := stream.readline(LONGEST_LINE + 1)):
            line = line[:LONGEST_LINE] + " "
        yield line


def _opened(path: Path) -> Any:
    if str(path) == "-":
        return nullcontext(cast(TextIOBase, sys.stdin))
    if not path.is_file():
        raise typer.BadParameter(f"no such file: {path}", param_hint="SAMPLES")
    return path.open(encoding="utf-8", errors="replace")


def _as_dict(change: Change, playlist: pb.Playlist | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "time": change.time.isoformat(),
        "why": {"en": change.why.en, "ko": change.why.ko},
        "urgent": change.urgent,
        "situation": MessageToDict(change.situation, preserving_proto_field_name=True),
    }
    if playlist is not None:
        told["playlist"] = MessageToDict(playlist, preserving_proto_field_name=True)
    return told
