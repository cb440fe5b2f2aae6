"""Measures the mel network by song, and what it adds to the shipped model.

Example: python -m training.audio_features.evaluate_mel_network --data ../shared/data
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from services.audio_features.backends.listening import listening_gain
from services.audio_features.backends.loudness import integrated_loudness
from services.audio_features.backends.patches import PATCH_FRAMES, RATE, log_mel, stretches
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import Floats
from training.audio_features.clips import DEFAULT_DATA, emotify, measured
from training.audio_features.hearing import in_folds, labels_of
from training.audio_features.mel_network import BANDS, Example, said, trained
from training.audio_features.sketches import DEFAULT_SKETCHES
from training.audio_features.validation import folds, held_out, mean_correlation

FIGURES = Path("build/figures/eval-mel-network.json")
SEED = 0
_POOLED_FRAMES = 4
_PATCHES = 8


def log_mels(samples: Floats) -> dict[str, Floats]:
    """Log-mels as the listening network reads them, pooled to 32 bands and 40 ms."""
    parts = []
    with Recording.of(samples) as recording:
        gain = np.float32(listening_gain(integrated_loudness(recording)))
        for stretch in stretches(recording.at(RATE), _PATCHES):
            frames = min(_PATCHES * PATCH_FRAMES, len(stretch) // 160 // _POOLED_FRAMES * 4)
            pooled = log_mel(stretch * gain, frames).reshape(-1, _POOLED_FRAMES, BANDS, 2)
            parts.append(pooled.mean(axis=(1, 3)))
    return {"log_mels": np.concatenate(parts)}


def sketches(folder: Path) -> list[Example]:
    """The project's sketches with what their composer meant."""
    lines = (folder / "sketches.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    kept = measured(
        "log-mels", [folder / entry["sound_path"] for entry in entries], "whole", log_mels
    )
    return [
        Example(each["log_mels"], affect=(entry["valence"], entry["arousal"]))
        for each, entry in zip(kept, entries, strict=True)
    ]


def evaluate(data: Path, folder: Path) -> dict[str, float]:
    """Cross-validates in five folds by song, beside the shipped model on the same folds."""
    clips = emotify(data)
    labels = labels_of(clips)
    heard = [each["log_mels"] for each in measured("log-mels", clips.paths, "whole", log_mels)]
    more = sketches(folder) if (folder / "sketches.jsonl").exists() else []
    felt = np.zeros(labels.shares.shape, np.float32)
    genres = np.zeros((len(heard), 4), np.float32)
    for number, (learn, test) in enumerate(folds(len(heard), SEED)):
        usual, deviation = labels.shares[learn].mean(axis=0), labels.shares[learn].std(axis=0)
        known = [
            Example(heard[at], (labels.shares[at] - usual) / deviation, int(labels.genres[at]))
            for at in learn
        ]
        network = trained(known + more, SEED)
        for at in test:
            beyond, genres[at] = said(network, heard[at])
            felt[at] = usual + deviation * beyond
        print(f"fold {number + 1}: r {mean_correlation(felt[test], labels.shares[test]):.3f}")
    return _figures(felt, genres, data)


def _figures(felt: Floats, genres: Floats, data: Path) -> dict[str, float]:
    clips = emotify(data)
    labels = labels_of(clips)
    beside = held_out(in_folds(clips.paths, data), labels, SEED)
    return {
        "mel_network_emotions_r": mean_correlation(felt, labels.shares),
        "mel_network_genre_accuracy": float((genres.argmax(axis=1) == labels.genres).mean()),
        "shipped_emotions_r": mean_correlation(beside.shares, labels.shares),
        "shipped_genre_accuracy": float((beside.genres.argmax(axis=1) == labels.genres).mean()),
        "mean_of_both_emotions_r": mean_correlation(
            np.float32(0.5) * (felt + beside.shares), labels.shares
        ),
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with emotify/")
    parser.add_argument(
        "--sketches", type=Path, default=DEFAULT_SKETCHES, help="folder with sketches.jsonl"
    )
    chosen = parser.parse_args(argv)
    torch.set_num_threads(2)
    figures = evaluate(chosen.data, chosen.sketches)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(f"{name} {value:.3f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
