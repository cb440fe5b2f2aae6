"""Trains the model of the audio_features service and writes `feeling.npz`.

Example: python -m training.audio_features.train --data ../shared/data
"""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from services.audio_features.backends.feeling import SHIPPED_MODEL, FeelingModel
from training.audio_features.clips import DEFAULT_DATA, emotify
from training.audio_features.fitting import fit_model
from training.audio_features.hearing import as_served, labels_of
from training.audio_features.validation import chosen

SEED = 20_260


def train(data: Path, out: Path) -> str:
    """Fits all heads on all of Emotify, writes them, and returns their version."""
    print("Measuring, cross-validating, fitting: a minute once the clips are measured.")
    clips = emotify(data)
    sounds, labels = as_served(clips.paths), labels_of(clips)
    choice, trust = chosen(sounds, labels, SEED)
    parts = parts_of(fit_model(sounds, labels, choice, trust))
    content = b"".join(np.ascontiguousarray(part).tobytes() for part in parts.values())
    version = f"2-{hashlib.sha256(content).hexdigest()[:8]}"
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, allow_pickle=False, version=np.str_(version), **parts)
    print(f"{out}: version {version}, {out.stat().st_size / 2**20:.2f} MiB, {choice}")
    return version


def parts_of(model: FeelingModel) -> dict[str, Any]:
    """The arrays that `load_model` reads, without the version."""
    projection, process, trust = model.projection, model.process, model.trust
    return {
        "centre": projection.centre,
        "scale": projection.scale,
        "components": projection.components,
        "offset": projection.offset,
        "length": np.float32(projection.length),
        "spread": projection.spread,
        "anchors": process.anchors,
        "weights": process.weights,
        "usual": process.usual,
        "steepness": np.float32(process.steepness),
        "reach": np.float32(process.reach),
        "deviation": trust.deviation,
        "doubt": np.float32(trust.doubt),
        "sharpness": np.float32(trust.sharpness),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with emotify/")
    parser.add_argument("--out", type=Path, default=SHIPPED_MODEL, help="file to write")
    chosen_arguments = parser.parse_args(argv)
    train(chosen_arguments.data, chosen_arguments.out)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
