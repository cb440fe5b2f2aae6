"""Asks a running VTS for the piece that each ten second clip was cut from.

The clips are cut from the middle of the stored sketches, without noise. Beside the default stands
the same request with no weight on sound (only what the clip feels like), and chance.

Example: `python -m benchmarks.clips --sketches .vts/sketches`
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import soundfile
from rich.console import Console
from rich.progress import track
from rich.table import Table

import vts
from vts.connections import DEFAULT_ADDRESS
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

CLIP_SECONDS = 10
BEGIN_SHARE = 0.4
DEEPEST = 100
FIRST = 5


def clips(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The source id of each sketch, and ten seconds of it as WAV."""
    for line in (folder / "sketches.jsonl").read_text(encoding="utf-8").splitlines():
        piece = json.loads(line)
        samples, rate = soundfile.read(folder / piece["sound_path"])
        begin = int(len(samples) * BEGIN_SHARE)
        clip = io.BytesIO()
        soundfile.write(clip, samples[begin : begin + CLIP_SECONDS * rate], rate, format="WAV")
        yield piece["source_id"], clip.getvalue()


def rank(client: vts.Client, clip: bytes, source_id: str, options: pb.Options) -> int:
    """The place of the piece in the playlist, from 1; `DEEPEST` + 1 if it is not there."""
    items = client.recommend(vts.Media(clip), options=options).items
    order = [item.track.source_id for item in items]
    return order.index(source_id) + 1 if source_id in order else DEEPEST + 1


def recalls(name: str, ranks: Sequence[int]) -> dict[str, float]:
    """recall@1 and recall@5 as figures."""
    return {
        f"clip_recall_at_{most}{name}": sum(each <= most for each in ranks) / len(ranks)
        for most in (1, FIRST)
    }


def measured(address: str, folder: Path) -> dict[str, float]:
    """All figures."""
    silent = recommender_pb.ComponentWeights(audio=0.0)
    kinds = {"": pb.Options(limit=DEEPEST), "_baseline": pb.Options(limit=DEEPEST, weights=silent)}
    with vts.Client(address) as client:
        songs = client.status().catalogue.tracks
        cut = list(clips(folder))
        ranks: dict[str, list[int]] = {name: [] for name in kinds}
        for source_id, clip in track(cut, "Asking for the pieces"):
            for name, options in kinds.items():
                ranks[name].append(rank(client, clip, source_id, options))
    figures = {"clips": float(len(cut)), "songs": float(songs)}
    for name, found in ranks.items():
        figures |= recalls(name, found)
    return figures | {f"clip_recall_at_{most}_random_floor": most / songs for most in (1, FIRST)}


def main() -> None:
    """Runs the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default=DEFAULT_ADDRESS, help="the gateway, as host:port")
    parser.add_argument("--sketches", type=Path, default=Path(".vts/sketches"), help="the pieces")
    parser.add_argument("--output", type=Path, default=Path("build/figures/eval-clips.json"))
    arguments = parser.parse_args()
    figures = measured(arguments.address, arguments.sketches)
    table = Table("measure", "default", "without sound", "random")
    for most in (1, FIRST):
        name = f"clip_recall_at_{most}"
        row = (figures[f"{name}{end}"] for end in ("", "_baseline", "_random_floor"))
        table.add_row(name, *(f"{value:.3f}" for value in row))
    Console().print(table)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
