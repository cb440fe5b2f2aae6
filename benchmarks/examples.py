"""Asks a running VTS for twelve playlists and writes them, with their reasons, to a page.

Example: `python -m benchmarks.examples --output docs/examples.md`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import vts
from vts.connections import DEFAULT_ADDRESS
from vts.gateway.v1 import gateway_service_pb2 as pb

SAMPLES = Path("samples")

_CASES: tuple[tuple[str, tuple[vts.Media | pb.Input, ...]], ...] = (
    ("A cup of coffee (`samples/coffee.jpg`)", (vts.Media(SAMPLES / "coffee.jpg"),)),
    ("A cat (`samples/chelsea.jpg`)", (vts.Media(SAMPLES / "chelsea.jpg"),)),
    ("A rocket before its start (`samples/rocket.jpg`)", (vts.Media(SAMPLES / "rocket.jpg"),)),
    (
        "The same rocket, “but calmer”",
        (vts.Media(SAMPLES / "rocket.jpg"), vts.text("but calmer")),
    ),
    ("A vlog with its sound (`samples/vlog.mp4`)", (vts.Media(SAMPLES / "vlog.mp4"),)),
    ("Ten seconds of a piece (`samples/clip.ogg`)", (vts.Media(SAMPLES / "clip.ogg"),)),
    ("“rainy drive home, a bit sad”", (vts.text("rainy drive home, a bit sad"),)),
    ("“pump me up at the gym”", (vts.text("pump me up at the gym"),)),
    ("“신나는 여름 바다 여행”", (vts.text("신나는 여름 바다 여행"),)),
    ("“이별 후에 혼자 듣는 밤”", (vts.text("이별 후에 혼자 듣는 밤"),)),
    (
        "23:10, rain, driving at 60 km/h",
        (vts.situation(time="23:10", weather="rain", activity="driving", speed_kmh=60),),
    ),
    (
        "7:30 on a clear morning, running in a park",
        (vts.situation(time="07:30", weather="clear", activity="running", place="park"),),
    ),
)


def page(address: str) -> Iterator[str]:
    """The lines of the page."""
    yield "# Examples"
    yield ""
    yield (
        "Twelve inputs and the five songs VTS puts first, with its reasons, over the starter "
        "catalogue. Written by `make examples` while VTS is running; nothing is edited by hand."
    )
    with vts.Client(address) as client:
        for title, inputs in _CASES:
            sys.stderr.write(f"{title}\n")
            yield from _section(title, client.recommend(*inputs, options=pb.Options(limit=5)))


def _section(title: str, playlist: pb.Playlist) -> Iterator[str]:
    yield f"\n## {title}\n"
    for evidence in playlist.evidence:
        yield f"*{evidence.summary.en}* {evidence.summary.ko}\n"
    for number, item in enumerate(playlist.items, 1):
        track = item.track
        year = f" ({track.year})" if track.year else ""
        yield f"{number}. **{track.title}**, {', '.join(track.artists)}{year}. {item.reason.en}"
        yield f"   {item.reason.ko}"


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default=DEFAULT_ADDRESS, help="the gateway, as host:port")
    parser.add_argument("--output", type=Path, default=Path("docs/examples.md"))
    arguments = parser.parse_args()
    arguments.output.write_text("\n".join(page(arguments.address)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
