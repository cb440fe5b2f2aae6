"""The map of a catalogue as a picture (SVG): songs that sound alike lie near each other."""

from __future__ import annotations

import colorsys
from collections.abc import Iterator
from html import escape

from vts.recommender.v1 import recommender_service_pb2 as pb

_WIDTH, _HEIGHT = 1240, 900
_LEFT, _TOP, _SIDE = 40, 60, 800
_LEGEND_LEFT, _LEGEND_TOP = 880, 72
_GOLDEN_TURN = 0.381966
"""Turning the hue by this share of the circle keeps any number of colours apart."""

_STYLE = """
    text { font: 14px system-ui, "Noto Sans", "Noto Sans KR", sans-serif; fill: #1b1b1f; }
    .name { font-weight: 600; text-anchor: middle; paint-order: stroke; stroke: #fff;
            stroke-width: 4px; stroke-linejoin: round; }
    .title { font-size: 20px; font-weight: 600; }
    .small { font-size: 12px; fill: #55555f; }
    circle.song { fill-opacity: 0.75; stroke: #fff; stroke-width: 0.5px; }
    circle.song:hover { stroke: #1b1b1f; stroke-width: 2px; }
"""


def map_svg(group_map: pb.GroupMap, locale: str = "en") -> str:
    """Draws the songs in the colours of their groups, with names and a legend; songs tell titles.

    Args:
        group_map: The groups, with their points.
        locale: The language of the names, `en` or `ko`.
    """
    return "\n".join(_lines(group_map, locale)) + "\n"


def _lines(group_map: pb.GroupMap, locale: str) -> Iterator[str]:
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img" lang="{locale}">'
    )
    heading = _heading(group_map, locale)
    yield f"<title>{heading}</title><style>{_STYLE}</style>"
    yield f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>'
    yield f'<text class="title" x="{_LEFT}" y="38">{heading}</text>'
    yield (
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" rx="8" fill="#f6f6f9" '
        'stroke="#dcdce4"/>'
    )
    colours = {group.id: colour(at) for at, group in enumerate(group_map.groups)}
    radius = 4.5 if len(group_map.points) <= 1000 else 2.5
    for point in group_map.points:
        x, y = _place(point.x, point.y)
        told = escape(f"{point.title} - {point.artists}" if point.artists else point.title)
        yield (
            f'<circle class="song" cx="{x:.1f}" cy="{y:.1f}" r="{radius}" '
            f'fill="{colours.get(point.group_id, "#888")}"><title>{told}</title></circle>'
        )
    for group in group_map.groups:
        x, y = _place(group.x, group.y)
        inside = min(max(x, _LEFT + 70), _LEFT + _SIDE - 70)
        yield f'<text class="name" x="{inside:.1f}" y="{y + 5:.1f}">{_name(group, locale)}</text>'
    yield from _legend(group_map, colours, locale)
    yield "</svg>"


def _legend(group_map: pb.GroupMap, colours: dict[str, str], locale: str) -> Iterator[str]:
    groups = group_map.groups
    step = min(34.0, (_HEIGHT - 2 * _LEGEND_TOP) / max(1, len(groups)))
    counted = "곡" if locale == "ko" else " songs"
    for at, group in enumerate(groups):
        y = _LEGEND_TOP + at * step
        yield (
            f'<circle cx="{_LEGEND_LEFT}" cy="{y:.1f}" r="{min(8.0, step / 2 - 1):.1f}" '
            f'fill="{colours[group.id]}"/>'
            f'<text x="{_LEGEND_LEFT + 18}" y="{y + 5:.1f}">{_name(group, locale)}'
            f'<tspan class="small"> {group.tracks:,}{counted}</tspan></text>'
        )


def colour(place: int) -> str:
    """The colour of the group at a place in the list, as `#rrggbb`; neighbours differ most."""
    lightness = (0.42, 0.55, 0.34)[place % 3]
    red, green, blue = colorsys.hls_to_rgb((0.58 + place * _GOLDEN_TURN) % 1, lightness, 0.65)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"


def _place(x: float, y: float) -> tuple[float, float]:
    """From the map's square (-1 to 1, upwards) to the picture's (downwards)."""
    margin = 20
    inner = _SIDE / 2 - margin
    clamped_x, clamped_y = min(1.0, max(-1.0, x)), min(1.0, max(-1.0, y))
    return _LEFT + _SIDE / 2 + inner * clamped_x, _TOP + _SIDE / 2 - inner * clamped_y


def _name(group: pb.Group, locale: str) -> str:
    first, second = (
        (group.name.ko, group.name.en) if locale == "ko" else (group.name.en, group.name.ko)
    )
    return escape(first or second or group.id)


def _heading(group_map: pb.GroupMap, locale: str) -> str:
    songs = sum(group.tracks for group in group_map.groups)
    if locale == "ko":
        return f"{len(group_map.groups)}개 무리로 나눈 {songs:,}곡"
    return f"{songs:,} songs in {len(group_map.groups)} groups"
