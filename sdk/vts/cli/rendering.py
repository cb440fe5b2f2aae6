"""How progress, evidence and playlists look in a terminal."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.cli.labels import label_lines
from vts.cli.scenes import clock, scene_table
from vts.cli.state import State
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.moods import moods

_BLOCKS = " ▏▎▍▌▋▊▉█"
_LEAST_TAG_SCORE = 0.25
_SCENES_SHOWN = 8  # while they come: enough to follow, and it fits any terminal
_KINDS: Mapping[str, Mapping[int, str]] = {
    "en": {
        pb.INPUT_KIND_PHOTO: "photo",
        pb.INPUT_KIND_VIDEO: "video",
        pb.INPUT_KIND_AUDIO: "sound",
        pb.INPUT_KIND_TEXT: "words",
        pb.INPUT_KIND_SITUATION: "situation",
        pb.INPUT_KIND_TRACK: "song",
        pb.INPUT_KIND_GROUP: "group",
    },
    "ko": {
        pb.INPUT_KIND_PHOTO: "사진",
        pb.INPUT_KIND_VIDEO: "영상",
        pb.INPUT_KIND_AUDIO: "소리",
        pb.INPUT_KIND_TEXT: "글",
        pb.INPUT_KIND_SITUATION: "상황",
        pb.INPUT_KIND_TRACK: "노래",
        pb.INPUT_KIND_GROUP: "무리",
    },
}


class Watcher:
    """Shows on stderr how far the work is and the latest scenes of videos, while it lasts."""

    def __init__(self, state: State, *, quiet: bool) -> None:
        self._state = state
        self._scenes: deque[captioner_pb.Scene] = deque(maxlen=_SCENES_SHOWN)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
        )
        self._task = self._progress.add_task("…", total=1.0)
        self._live = Live(
            get_renderable=self._shown,
            console=Console(stderr=True, quiet=quiet),
            transient=True,
        )

    def hear(self, news: pb.RecommendStreamResponse) -> None:
        """Moves the bar on, adds scenes; to be given to a client as its listener."""
        if news.WhichOneof("news") == "progress":
            self._progress.update(
                self._task,
                completed=news.progress.fraction,
                description=self._state.said(news.progress.message),
            )
        elif news.WhichOneof("news") == "scene":
            self._scenes.append(news.scene.scene)

    def _shown(self) -> Group:
        return Group(scene_table(self._state, self._scenes), self._progress)

    def __enter__(self) -> Self:
        """Starts to draw."""
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Takes the bar away."""
        self._live.stop()


def print_playlist(console: Console, state: State, playlist: pb.Playlist) -> None:
    """Prints what was understood, the songs with their reasons, and what was missing."""
    for evidence in playlist.evidence:
        console.print(_evidence_panel(state, evidence))
    if playlist.items:
        console.print(_songs(state, playlist))
    else:
        console.print(
            "[bold]No song.[/]" if state.locale == "en" else "[bold]맞는 곡이 없습니다.[/]"
        )
        for effect in playlist.filter_effects:
            console.print(f"  {effect.filter}: {effect.remaining}", markup=False)
    beside = {state.said(note.message) for each in playlist.evidence for note in each.notes}
    for note in playlist.notes:
        if (said := state.said(note.message)) not in beside:
            console.print(Text(f"· {said}", style="yellow"))


def _evidence_panel(state: State, evidence: pb.InputEvidence) -> Panel:
    kind = _KINDS[state.locale].get(evidence.kind, "")
    lines: list[RenderableType] = [Text(state.said(evidence.summary), style="bold")]
    lines.extend(Text(_match(state, match), style="green") for match in evidence.matches)
    if evidence.group.id:
        lines.append(Text(_group(state, evidence), style="dim"))
    if evidence.description.tags:
        named = [
            (tag.korean_name or tag.name) if state.locale == "ko" else tag.name
            for place, tag in enumerate(evidence.description.tags[:10])
            if place < 3 or tag.score >= _LEAST_TAG_SCORE
        ]
        lines.append(Text(" · ".join(named), style="dim"))
    strongest = sorted(evidence.moods, key=lambda each: -each.score)[:4]
    names = {mood.id: mood.korean if state.locale == "ko" else mood.id for mood in moods()}
    lines.append(
        Text(
            "   ".join(
                f"{names[each.mood]} {bar(each.score, 6)}" for each in strongest if each.score
            )
        )
    )
    lines.extend(Text(line) for line in label_lines(state, evidence.taxonomies))
    if evidence.scenes:
        lines.append(scene_table(state, evidence.scenes, evidence.scene_meanings))
    lines.extend(Text(f"· {state.said(note.message)}", style="yellow") for note in evidence.notes)
    return Panel(Group(*lines), title=kind, title_align="left", border_style="cyan", expand=False)


def _match(state: State, match: pb.SoundMatch) -> str:
    """Such as `Found: Lake Before Breakfast from 0:42 to 0:48, 97 % sure`."""
    title, sure = match.track.title, f"{match.confidence:.0%}".replace("%", " %")
    begin, end = clock(match.start_seconds), clock(match.end_seconds)
    if state.locale == "ko":
        return f"찾은 곡: {title} {begin}~{end}, 확실한 정도 {sure}"
    return f"Found: {title} from {begin} to {end}, {sure} sure"


def _group(state: State, evidence: pb.InputEvidence) -> str:
    name = f"{state.said(evidence.group.name)} ({evidence.group.id})"
    return f"무리: {name}" if state.locale == "ko" else f"group: {name}"


def _songs(state: State, playlist: pb.Playlist) -> Table:
    table = Table(
        title=state.said(playlist.title),
        title_justify="left",
        box=None,
        padding=(0, 1),
        show_header=False,
    )
    table.add_column(justify="right", style="dim")
    table.add_column(overflow="fold")
    table.add_column(justify="left", no_wrap=True)
    for number, item in enumerate(playlist.items, 1):
        track = item.track
        heading = Text(track.title, style="bold")
        heading.append(f"  {', '.join(track.artists)}", style="")
        if track.year:
            heading.append(f"  {track.year}", style="dim")
        if item.sound_path:
            heading.append("  ♪", style="green")
        if item.end_seconds > item.start_seconds:
            stretch = f"{clock(item.start_seconds)}-{clock(item.end_seconds)}"
            heading.append(f"  {stretch}", style="cyan")
        heading.append(f"\n{state.said(item.reason)}", style="dim")
        table.add_row(
            str(number), heading, Text(f"{bar(item.score, 5)} {item.score:.2f}", style="cyan")
        )
    return table


def bar(share: float, width: int) -> str:
    """A horizontal bar of `width` characters, filled to `share` (0 to 1)."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, part = divmod(eighths, 8)
    return ("█" * full + (_BLOCKS[part] if part else "")).ljust(width)
