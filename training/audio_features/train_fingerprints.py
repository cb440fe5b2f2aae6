"""Trains the window network by contrast and writes it as ONNX.

A window of ten seconds and a clip of it that came through rooms, microphones, noise, other tapes
and keys are to be nearer to each other than to all other music of the batch (NT-Xent: Chen et al.,
"A simple framework for contrastive learning", ICML 2020; for finding songs: Chang et al., "Neural
audio fingerprint", ICASSP 2021).

Example: python -m training.audio_features.train_fingerprints --data ../shared/data
"""

import argparse
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from torch import Tensor, nn

from services.audio_features.backends.fingerprints import SHIPPED_FINGERPRINTS, FingerprintNetwork
from training.audio_features.clips import DEFAULT_DATA, emotify
from training.audio_features.fingerprint_export import write
from training.audio_features.fingerprint_material import LogMel, composed, material
from training.audio_features.fingerprint_network import WindowNetwork
from training.audio_features.fingerprint_views import Pairs, Views

SEED = 20_261
COMPOSITIONS = 240
STEPS, BATCH = 400, 64
NOISES = 12
_TEMPERATURE = 0.07
_RATE = 3e-3
_WARM_UP = 50

COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(),
    MofNCompleteColumn(),
    TextColumn("loss {task.fields[loss]:.3f}"),
    TimeRemainingColumn(),
)


def trained(
    materials: Sequence[LogMel], steps: int, batch: int, seed: int = SEED, noises: int = NOISES
) -> WindowNetwork:
    """Fits a network to the material, with progress; the same seed gives the same network.

    `noises` stretches of 20 s are what clips are recorded in.
    """
    torch.manual_seed(seed)
    network = WindowNetwork()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(network.parameters(), lr=_RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, steps))
    views = Views(materials, np.random.default_rng(seed), noises)
    with ThreadPoolExecutor(1) as ahead, Progress(*COLUMNS) as progress:
        shown = progress.add_task("Training", total=steps, loss=float("nan"))
        drawn = ahead.submit(views.pairs, batch)
        for _ in range(steps):
            pairs = drawn.result()
            drawn = ahead.submit(views.pairs, batch)
            loss = _loss(network, pairs)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            progress.update(shown, advance=1, loss=loss.item())
    return network.eval()


def _pace(step: int, steps: int) -> float:
    """Up in a straight line, down along a cosine."""
    return min((step + 1) / _WARM_UP, 0.5 + 0.5 * float(np.cos(np.pi * step / steps)))


def _loss(network: WindowNetwork, pairs: Pairs) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        one, other = (
            network(torch.from_numpy(side)).float() for side in (pairs.windows, pairs.clips)
        )
    return contrast(one, other)


def contrast(windows: Tensor, clips: Tensor) -> Tensor:
    """NT-Xent: each of 2 n points against its partner and the 2 n - 2 others."""
    points = torch.cat([windows, clips])
    count = len(windows)
    alike = points @ points.T / _TEMPERATURE
    alike.fill_diagonal_(-torch.inf)
    partners = torch.cat([torch.arange(count, 2 * count), torch.arange(count)])
    return nn.functional.cross_entropy(alike, partners)


def train(data: Path, out: Path, songs: str, steps: int) -> str:
    """Makes the material, fits, writes the network and returns its version."""
    sources = [*composed(COMPOSITIONS), *_emotify(data, songs)]
    network = trained(material(sources, workers=2), steps, BATCH)
    write(network, out)
    version = FingerprintNetwork(out, threads=1).version
    print(f"{out}: version {version}, {out.stat().st_size / 2**20:.2f} MiB")
    return version


def _emotify(data: Path, songs: str) -> list[Path]:
    """Emotify's clips, none or every second of them; each counts twice beside a composition."""
    paths = emotify(data).paths if songs != "none" else ()
    chosen = {"none": (), "all": paths, "even": paths[::2], "odd": paths[1::2]}[songs]
    return [*chosen, *chosen]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with emotify/")
    parser.add_argument("--out", type=Path, default=SHIPPED_FINGERPRINTS, help="file to write")
    parser.add_argument(
        "--emotify",
        choices=("none", "all", "even", "odd"),
        default="odd",
        help="which of Emotify's clips to learn from beside the compositions; the others measure",
    )
    parser.add_argument("--steps", type=int, default=STEPS, help="batches to learn from")
    parser.add_argument("--threads", type=int, default=1, help="threads that compute")
    chosen = parser.parse_args(argv)
    torch.set_num_threads(chosen.threads)
    train(chosen.data, chosen.out, chosen.emotify, chosen.steps)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
