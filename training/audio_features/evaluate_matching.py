"""Measures how clips find their song and their place in it, through noise, rooms, tapes and phones.

The catalogue is Emotify's 248 clips and the project's 52 sketches, analysed by the serving code;
six seconds of each, from a random place, are looked for: nearest windows first, then warping.
No network is asked for a song that it learned from.
Confidence is fitted on every second song (`--fit`) and judged on the others.

Example: python -m training.audio_features.evaluate_matching --data ../shared/data
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from training.audio_features.clips import DEFAULT_DATA, emotify
from training.audio_features.distortions import CONDITIONS
from training.audio_features.matching_baselines import chroma_walk_ranks, mean_mfcc_ranks
from training.audio_features.matching_certainty import fitted, reliability
from training.audio_features.matching_corpus import Song, corpus
from training.audio_features.matching_plots import plot_matching
from training.audio_features.matching_trials import CANDIDATES, Trial, trials
from training.audio_features.sketches import DEFAULT_SKETCHES

FIGURES = Path("build/figures")

WALKED = ("clean", "noise_10db_and_reverberation", "semitone_up")
"""Conditions under which the slow baseline is measured, on every twelfth song."""

_EVERY = 12
_NEAR_SECONDS = 1.0
_SURE = 0.5
_WIDTH = 170  # the table is wide, and logs have no terminal

Results = dict[str, float]


def evaluate(data: Path, sketches: Path) -> tuple[Results, list[Trial]]:
    """Measures everything; the second run reads from `build/` what the first one heard."""
    songs = corpus(data, sketches)
    done = trials(songs)
    return measured(songs, done, len(emotify(data).paths)), done


def measured(songs: Sequence[Song], done: Sequence[Trial], real: int) -> Results:
    """What the trials say, beside the baselines; the first `real` songs are recorded music."""
    results: Results = {"songs": len(songs), "rank1_random_floor": 1 / len(songs)}
    for name in CONDITIONS:
        own = [trial for trial in done if trial.condition == name]
        results |= {f"{measure}_{name}": value for measure, value in _measures(own, real).items()}
    return results | _baselines(songs) | reliability(done)


def _measures(done: Sequence[Trial], real: int) -> Results:
    """Shares of one condition's trials; confidence is judged on songs that it was not fitted on."""
    found = [trial for trial in done if trial.rank == 0]
    placed = [trial for trial in found if trial.start_error <= _NEAR_SECONDS]
    judged = [trial for trial in done if trial.song % 2 == 1]
    return {
        "clips": len(done),
        "windows_rank1": _share(trial.window_rank == 0 for trial in done),
        f"windows_recall{CANDIDATES}": _share(trial.window_rank < CANDIDATES for trial in done),
        "rank1": len(found) / len(done),
        "rank1_real": _share(trial.rank == 0 for trial in done if trial.song < real),
        "start_within_1s": len(placed) / len(found),
        "found_and_placed": len(placed) / len(done),
        "sure": _share(trial.rank == 0 and trial.confidence() >= _SURE for trial in judged),
        "false_alarms": _share(trial.absent_confidence() >= _SURE for trial in judged),
    }


def _share(answers: Iterable[bool]) -> float:
    return float(np.mean(list(answers)))


def _baselines(songs: Sequence[Song]) -> Results:
    sample = range(0, len(songs), _EVERY)
    results = {
        f"mean_mfcc_rank1_{name}": float((mean_mfcc_ranks(songs, name) == 0).mean())
        for name in CONDITIONS
    }
    return results | {
        f"librosa_chroma_rank1_{name}": float((chroma_walk_ranks(songs, name, sample) == 0).mean())
        for name in WALKED
    }


def table(results: Results) -> Table:
    """Lays the results out: a row for each condition."""
    columns = {
        "clips": "clips",
        "windows_rank1": "windows alone",
        f"windows_recall{CANDIDATES}": f"in first {CANDIDATES}",
        "rank1": "rank 1",
        "rank1_real": "of real music",
        "start_within_1s": "start within 1 s",
        "found_and_placed": "found and so placed",
        "sure": "sure and right",
        "false_alarms": "sure, not there",
        "mean_mfcc_rank1": "mean MFCC",
        "librosa_chroma_rank1": "librosa DTW",
    }
    layout = Table("condition", *columns.values(), title="a clip of six seconds finds its song")
    for name in CONDITIONS:
        values = (results.get(f"{measure}_{name}") for measure in columns)
        cells = ("" if v is None else f"{v:.0f}" if v > 1 else f"{v:.3f}" for v in values)
        layout.add_row(name.replace("_", " "), *cells)
    return layout


def main(argv: Sequence[str] | None = None) -> int:
    """Runs from the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="folder with emotify/")
    parser.add_argument(
        "--sketches", type=Path, default=DEFAULT_SKETCHES, help="folder with sketches.jsonl"
    )
    parser.add_argument("--fit", action="store_true", help="print certainties fitted anew")
    chosen = parser.parse_args(argv)
    results, done = evaluate(chosen.data, chosen.sketches)
    FIGURES.mkdir(parents=True, exist_ok=True)
    written = FIGURES / "eval-matching.json"
    written.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    console = Console(width=_WIDTH)
    console.print(table(results))
    console.print({name: round(results[name], 3) for name in sorted(results) if "calib" in name})
    if chosen.fit:
        console.print(fitted(done))
    console.print(f"{written} and {plot_matching(results, done, FIGURES)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
