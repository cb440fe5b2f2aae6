"""`vts groups` and `vts cluster`: music for listeners who have nothing to show or say."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.json_format import MessageToDict
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from vts.cli.scenes import mood_names
from vts.cli.state import State
from vts.maps import map_svg
from vts.recommender.v1 import recommender_service_pb2 as pb

AsJson = Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")]
MapFile = Annotated[
    Path | None, typer.Option("--map", help="Also write the map of all songs to this file (SVG).")
]


def groups(context: typer.Context, as_json: AsJson = False, map_file: MapFile = None) -> None:
    """List the groups of songs that sound alike; `vts recommend --group` plays one."""
    state: State = context.obj
    with state.client() as client:
        answer = client.groups(include_points=as_json or map_file is not None)
    if answer is None:
        Console(stderr=True, highlight=False).print(
            "아직 무리가 없습니다. `vts cluster`가 만듭니다."
            if state.locale == "ko"
            else "There are no groups yet; `vts cluster` makes them."
        )
        raise typer.Exit(1)
    _show(state, answer, as_json, map_file)


def cluster(
    context: typer.Context,
    number: Annotated[
        int, typer.Option("--groups", "-n", min=2, max=50, help="How many groups.")
    ] = 10,
    seed: Annotated[int, typer.Option(min=0, help="Varies what is drawn at random.")] = 0,
    as_json: AsJson = False,
    map_file: MapFile = None,
) -> None:
    """Divide the catalogue into groups that sound alike, name them and draw their map.

    The groups there were before stay in use until the new ones are complete.
    """
    state: State = context.obj
    answer = pb.GroupMap()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True, quiet=as_json)
    with state.client() as client, Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("…", total=1.0)
        for news in client.build_groups(number, random_seed=seed):
            if news.WhichOneof("news") == "map":
                answer = news.map
            else:
                told = state.said(news.progress.message)
                progress.update(task, completed=news.progress.fraction, description=told)
    _show(state, answer, as_json, map_file)
    if not as_json:
        for line in _quality_lines(state, answer.quality):
            Console(highlight=False).print(Text(line, style="dim"))


def _show(state: State, answer: pb.GroupMap, as_json: bool, map_file: Path | None) -> None:
    if map_file is not None:
        map_file.write_text(map_svg(answer, state.locale), encoding="utf-8")
    if as_json:
        told = MessageToDict(answer, preserving_proto_field_name=True)
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    else:
        Console(highlight=False).print(_table(state, answer))


def _table(state: State, answer: pb.GroupMap) -> Table:
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(justify="right", style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold", style="magenta")
    table.add_column(justify="right", no_wrap=True, style="dim")
    counted = "곡" if state.locale == "ko" else " songs"
    for group in answer.groups:
        moods = " ".join(mood_names(state, group.moods, most=3))
        tempo = f"{group.tempo_bpm:.0f} bpm" if group.tempo_bpm else ""
        name = Text(state.said(group.name), style="bold")
        table.add_row(group.id, name, f"{group.tracks:,}{counted}", moods, tempo)
    return table


def _quality_lines(state: State, quality: pb.GroupQuality) -> Iterator[str]:
    is_korean = state.locale == "ko"
    names = (
        ("실루엣", "팔꿈치", "신경망", "XGBoost", "가장 큰 무리로만 답할 때")
        if is_korean
        else ("silhouette", "elbow", "neural network", "XGBoost", "always the largest group")
    )
    unit = "개 무리" if is_korean else " groups"
    yield f"{names[0]} {quality.silhouette:.3f}, {names[1]} {quality.elbow}{unit}"
    if not quality.held_out_tracks:
        return
    about = (
        f"빼 둔 {quality.held_out_tracks:,}곡의 무리를 맞힌 비율"
        if is_korean
        else f"group of {quality.held_out_tracks:,} held-out songs told right"
    )
    yield (
        f"{about}: {names[2]} {quality.network_accuracy:.1%}, {names[3]} "
        f"{quality.trees_accuracy:.1%}, {names[4]} {quality.majority_accuracy:.1%}"
    )
