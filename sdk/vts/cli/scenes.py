"""How the scenes of a video look in a terminal, while they come and once all are known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from rich.table import Table
from rich.text import Text

from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.cli.state import State
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.moods import moods

_LEAST_MOOD = 0.25
_SOUNDS: Mapping[str, Mapping[int, str]] = {
    "en": {
        audio_pb.SOUND_KIND_SPEECH: "talk",
        audio_pb.SOUND_KIND_MUSIC: "music",
        audio_pb.SOUND_KIND_SILENCE: "silence",
        audio_pb.SOUND_KIND_OTHER: "other sound",
    },
    "ko": {
        audio_pb.SOUND_KIND_SPEECH: "말소리",
        audio_pb.SOUND_KIND_MUSIC: "음악",
        audio_pb.SOUND_KIND_SILENCE: "조용함",
        audio_pb.SOUND_KIND_OTHER: "그 밖의 소리",
    },
}


def scene_table(
    state: State,
    scenes: Sequence[captioner_pb.Scene],
    meanings: Sequence[pb.SceneMeaning] = (),
) -> Table:
    """A row for each scene: its time, what it shows and, once known, how it feels and sounds."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(justify="right", style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(style="magenta", overflow="fold")
    table.add_column(style="dim", overflow="fold")
    for at, scene in enumerate(scenes):
        meaning = meanings[at] if at < len(meanings) else pb.SceneMeaning()
        table.add_row(
            f"{clock(scene.start_seconds)}-{clock(scene.end_seconds)}",
            Text(_caption(state, scene)),
            Text(" ".join(mood_names(state, meaning.moods, most=2))),
            Text(_SOUNDS[state.locale].get(meaning.sound_kind, "")),
        )
    return table


def mood_names(state: State, scores: Iterable[evidence_pb2.MoodScore], most: int) -> list[str]:
    """The strongest moods, by name, strongest first."""
    names = {mood.id: mood.korean if state.locale == "ko" else mood.id for mood in moods()}
    ranked = sorted(scores, key=lambda each: -each.score)[:most]
    return [names[each.mood] for each in ranked if each.score >= _LEAST_MOOD]


def clock(seconds: float) -> str:
    """A time as `0:42` or `1:02:03`."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _caption(state: State, scene: captioner_pb.Scene) -> str:
    said = [state.said(each.sentence) for each in scene.captions]
    return " / ".join(filter(None, said)) or state.said(scene.description.caption) or "…"
