"""`vts recommend` and `vts similar`."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Annotated, cast

import typer
from google.protobuf.json_format import MessageToDict
from rich.console import Console

from vts.cli import moments
from vts.cli.labels import Taxonomies
from vts.cli.rendering import Watcher, print_playlist
from vts.cli.state import State
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.inputs import CHUNK_BYTES, Media, cabin, group, situation, text
from vts.playlists import m3u
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

EXAMPLE = (
    'Examples: vts recommend photo.jpg --text "but calmer" | vts recommend vlog.mp4 | '
    "vts recommend --time 23:10 --weather rain --activity driving --speed 60 --child | "
    "arecord -f cd -d 10 | vts recommend --audio -"
)

_FILE_NAME = re.compile(
    r"[^\s]+\.(jpe?g|png|webp|gif|bmp|mp4|mov|webm|mkv|avi|wav|flac|mp3|ogg|opus|m4a|aac)", re.I
)
_YEARS = re.compile(r"(\d{4})?(-)?(\d{4})?")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many songs.")]
Languages = Annotated[
    list[str] | None, typer.Option("--language", help="Only songs in this language: ko, en, zxx…")
]
Genres = Annotated[list[str] | None, typer.Option("--genre", help="Only songs of this genre.")]
Years = Annotated[
    str | None, typer.Option("--year", help="Only songs of 1998, 1990-1999, 2010- or -1979.")
]
Licences = Annotated[
    list[str] | None, typer.Option("--licence", help="Only songs under this licence (SPDX id).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")]
AsM3u = Annotated[
    Path | None, typer.Option("--m3u", help="Also write the playlist to this file; - prints it.")
]
Diversity = Annotated[
    float | None, typer.Option(min=0.0, max=1.0, help="Variety against closeness, 0 to 1.")
]


def recommend(
    context: typer.Context,
    inputs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Photos, videos, sound files or words, in any mix.", show_default=False
        ),
    ] = None,
    texts: Annotated[
        list[str] | None, typer.Option("--text", help="More words, such as 'but calmer'.")
    ] = None,
    sounds: Annotated[
        list[str] | None,
        typer.Option("--audio", help="Sound files; - is what comes in, sent while it is recorded."),
    ] = None,
    group_ids: Annotated[
        list[str] | None, typer.Option("--group", help="Groups by id; see vts groups.")
    ] = None,
    time: moments.Time = None,
    weekday: moments.Weekday = None,
    month: moments.Month = None,
    season: moments.Season = None,
    weather: moments.Weather = None,
    temperature: moments.Temperature = None,
    activity: moments.Activity = None,
    place: moments.Place = None,
    company: moments.Company = None,
    speed: moments.Speed = None,
    traffic: moments.Traffic = None,
    people: moments.People = None,
    child: moments.Child = None,
    sleeper: moments.Sleeper = None,
    noise: moments.Noise = None,
    windows_open: moments.Open = None,
    driving_minutes: moments.DrivingMinutes = None,
    weights: Annotated[
        list[float] | None,
        typer.Option(
            "--weight",
            min=0.0,
            max=1.0,
            help="How much each input counts, 0 to 1: arguments, --text, --audio, --group, "
            "then the situation.",
        ),
    ] = None,
    limit: Limit = 10,
    language: Languages = None,
    genre: Genres = None,
    year: Years = None,
    licence: Licences = None,
    playable: Annotated[bool, typer.Option(help="Only songs that can be played here.")] = False,
    diversity: Diversity = None,
    taxonomies: Taxonomies = None,
    as_json: AsJson = False,
    m3u_file: AsM3u = None,
) -> None:
    """Recommend music for photos, videos, sounds, words and situations, in any mix."""
    wanted = [_input(each) for each in inputs or ()] + [text(each) for each in texts or ()]
    wanted += [_sound(each) for each in sounds or ()] + [group(each) for each in group_ids or ()]
    moment = situation(
        time=time,
        weekday=weekday,
        month=month,
        season=season,
        weather=weather,
        temperature_celsius=temperature,
        activity=activity,
        speed_kmh=speed,
        place=place,
        traffic=traffic,
        company=company,
        cabin=cabin(
            people=people,
            child=child,
            sleeper=sleeper,
            noise_db=noise,
            open=windows_open,
            driving_minutes=driving_minutes,
        ),
    )
    if moment.situation.ListFields():
        wanted.append(moment)
    if not wanted:
        raise typer.BadParameter("give a file, words or a situation; see vts recommend --help")
    wanted = _weighted(wanted, weights or [])
    options = pb.Options(
        limit=limit,
        filters=_filters(language, genre, year, licence, playable),
        taxonomies=taxonomies or (),
    )
    if diversity is not None:
        options.diversity = diversity
    state: State = context.obj
    with state.client() as client, Watcher(state, quiet=as_json or _to_stdout(m3u_file)) as watcher:
        playlist = client.recommend(*wanted, options=options, listener=watcher.hear)
    _show(state, playlist, as_json, m3u_file)


def similar(
    context: typer.Context,
    track: Annotated[str, typer.Argument(help="A song's id, or its title or artist.")],
    limit: Limit = 10,
    language: Languages = None,
    genre: Genres = None,
    year: Years = None,
    licence: Licences = None,
    taxonomies: Taxonomies = None,
    as_json: AsJson = False,
    m3u_file: AsM3u = None,
) -> None:
    """Recommend songs like one of the catalogue."""
    state: State = context.obj
    with state.client() as client:
        track_id = track
        if not _ID.fullmatch(track.lower()):
            found = client.find(track, limit=1)
            if not found:
                raise typer.BadParameter(f"no song of the catalogue is called {track!r}")
            track_id = found[0].track.id
            title = f"{found[0].track.title} - {', '.join(found[0].track.artists)}"
            Console(stderr=True, highlight=False).print(f"Songs like {title}", markup=False)
        filters = _filters(language, genre, year, licence, False)
        options = pb.Options(limit=limit, filters=filters, taxonomies=taxonomies or ())
        playlist = client.similar(track_id, options=options)
    _show(state, playlist, as_json, m3u_file)


def _input(argument: str) -> Media | pb.Input:
    path = Path(argument).expanduser()
    if len(argument) < 1024 and path.is_file():
        return Media(path)
    if len(argument) < 1024 and os.sep in argument and path.is_dir():
        raise typer.BadParameter(f"is a folder, not a file: {argument}")
    if _FILE_NAME.fullmatch(argument):
        raise typer.BadParameter(f"no such file: {argument}")
    return text(argument)


def _sound(argument: str) -> Media:
    """A sound file, or what is piped in: `arecord -f cd -d 10 | vts recommend --audio -`."""
    if argument == "-":
        if sys.stdin.isatty():
            raise typer.BadParameter(
                "- waits for sound that is piped in, such as arecord's", param_hint="--audio"
            )
        return Media(_recorded(cast(BufferedReader, sys.stdin.buffer)))
    path = Path(argument).expanduser()
    if not path.is_file():
        raise typer.BadParameter(f"no such file: {argument}", param_hint="--audio")
    return Media(path)


def _recorded(stream: BufferedReader) -> Iterator[bytes]:
    """What a recorder writes, as soon as it does."""
    while piece := stream.read1(CHUNK_BYTES):
        yield piece


def _weighted(inputs: list[Media | pb.Input], weights: list[float]) -> list[Media | pb.Input]:
    if not weights:
        return inputs
    if len(weights) != len(inputs):
        raise typer.BadParameter(
            f"{len(inputs)} inputs need {len(inputs)} times --weight, not {len(weights)}"
        )
    result: list[Media | pb.Input] = []
    for each, weight in zip(inputs, weights, strict=True):
        if isinstance(each, Media):
            result.append(Media(each.source, weight))
        else:
            each.weight = weight
            result.append(each)
    return result


def _filters(
    languages: list[str] | None,
    genres: list[str] | None,
    year: str | None,
    licences: list[str] | None,
    playable: bool,
) -> recommender_pb.Filters:
    filters = recommender_pb.Filters(
        languages=languages or (),
        genres=genres or (),
        licences=licences or (),
        only_with_sound=playable,
    )
    if year:
        match = _YEARS.fullmatch(year)
        if not match or not (match[1] or match[3]) or (match[1] and match[3] and not match[2]):
            raise typer.BadParameter("give 1998, 1990-1999, 2010- or -1979", param_hint="--year")
        if match[1]:
            filters.year_from = int(match[1])
        if match[3] or not match[2]:
            filters.year_to = int(match[3] or match[1])
    return filters


def _to_stdout(m3u_file: Path | None) -> bool:
    return m3u_file is not None and str(m3u_file) == "-"


def _show(state: State, playlist: pb.Playlist, as_json: bool, m3u_file: Path | None) -> None:
    if m3u_file is not None:
        content = m3u(playlist, state.web_address)
        if _to_stdout(m3u_file):
            sys.stdout.write(content)
        else:
            m3u_file.write_text(content, encoding="utf-8")
    if as_json:
        answer = MessageToDict(playlist, preserving_proto_field_name=True)
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
    elif not _to_stdout(m3u_file):
        print_playlist(Console(highlight=False), state, playlist)
