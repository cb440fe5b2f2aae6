"""Trains the model of the audio_features service and writes `feeling.npz`.

Example: python -m training.audio_features.train --data ../shared/data
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from services.audio_features.backends.feeling import SHIPPED_MODEL
from training.audio_features.clips import DEFAULT_DATA, emotify, vectors
from training.audio_features.fitting import (
    choose_smoothness,
    fit_emotions,
    fit_projection,
    mean_correlation,
    out_of_fold,
)

SEED = 20_260


def train(data: Path, out: Path) -> str:
    """Fits both heads on all of Emotify, writes them, and returns their version."""
    print("Measuring, cross-validating, fitting: a minute once the clips are measured.")
    clips = emotify(data)
    measured = vectors(clips.paths)
    smoothness = choose_smoothness(measured, clips.shares, SEED)
    projection = fit_projection(measured)
    unseen, _ = out_of_fold(measured, clips.shares, SEED)
    emotions = fit_emotions(projection.project(measured.rows), clips.shares, smoothness)
    parts: dict[str, Any] = {
        "centre": projection.centre,
        "scale": projection.scale,
        "components": projection.components,
        "offset": projection.offset,
        "deviation": projection.deviation,
        "whitening": np.float32(projection.whitening),
        "reliability": np.float32(mean_correlation(unseen, clips.shares)),
        "anchors": emotions.anchors,
        "weights": emotions.weights,
        "precision": emotions.precision,
        "usual": emotions.usual,
        "steepness": np.float32(emotions.steepness),
    }
    content = b"".join(np.ascontiguousarray(part).tobytes() for part in parts.values())
    version = f"1-{hashlib.sha256(content).hexdigest()[:8]}"
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, allow_pickle=False, version=np.str_(version), **parts)
    print(f"{out}: version {version}, {out.stat().st_size / 2**20:.2f} MiB, {smoothness}")
    return version


def main(argv: Sequence[str] | None = None) -> int:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with emotify/")
    parser.add_argument("--out", type=Path, default=SHIPPED_MODEL, help="file to write")
    chosen = parser.parse_args(argv)
    train(chosen.data, chosen.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
