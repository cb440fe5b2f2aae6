"""Measures how well talk and music are told apart, and shows what other thresholds would give.

Music is Emotify's clips. Talk is recorded prompts in five languages, such as Debian installs with
`asterisk-core-sounds-{en,es,fr,it,ru}-wav` (8 kHz; CC BY-SA, not part of this project). Talk is
also mixed over music. Thresholds were chosen on every second recording; the others are reported.

Example: python -m training.audio_features.evaluate_listening --data ../shared/data
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from rich.console import Console
from rich.table import Table

from services.audio_features.backends.listening import (
    LEAST_MUSIC,
    LEAST_TALK,
    SHIPPED_NETWORK,
    ListeningNetwork,
    Scores,
    listening_gain,
    smoothed,
)
from services.audio_features.backends.loudness import integrated_loudness
from services.audio_features.backends.patches import PATCH_SECONDS, RATE
from services.audio_features.backends.recordings import Recording
from services.audio_features.domain import SAMPLE_RATE, Floats
from training.audio_features.clips import DEFAULT_DATA, emotify

DEFAULT_TALK = Path("/usr/share/asterisk/sounds")
FIGURES = Path("build/figures/eval-listening.json")
RATIOS_DB = (10, 5, 0)
"""How much louder talk is than the music under it."""

_SECONDS = 15
_TALKS = 60
_THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5)


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores of one recording, and whether there is talk and music in every patch of it."""

    scores: Scores
    talk: bool
    music: bool


def talks(folder: Path) -> list[Floats]:
    """Pieces of talk without their pauses, `_SECONDS` each, the languages in turn."""
    languages = [sorted(each.rglob("*.wav")) for each in sorted(folder.iterdir()) if each.is_dir()]
    rng = np.random.default_rng(0)
    return [
        _joined([files[i] for i in rng.permutation(len(files))])
        for _ in range(_TALKS // max(1, len(languages)))
        for files in languages
        if files
    ]


def _joined(files: Sequence[Path]) -> Floats:
    parts: list[Floats] = []
    for path in files:
        sound = _read(path)
        loud = np.flatnonzero(np.abs(sound) > 0.02)
        parts.append(sound[loud[0] : loud[-1] + 1] if len(loud) else sound[:0])
        if sum(map(len, parts)) >= _SECONDS * SAMPLE_RATE:
            break
    return np.concatenate(parts)[: _SECONDS * SAMPLE_RATE]


def _read(path: Path) -> Floats:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(samples.mean(1), rate, SAMPLE_RATE), np.float32)


def _scores(network: ListeningNetwork, samples: Floats) -> Scores:
    with Recording.of(samples) as recording:
        return network.scores(recording.at(RATE), listening_gain(integrated_loudness(recording)))


def recordings(network: ListeningNetwork, data: Path, talk_folder: Path) -> list[Scored]:
    """Everything that is measured, scored."""
    music = [_read(path)[: _SECONDS * SAMPLE_RATE] for path in emotify(data).paths]
    talk = talks(talk_folder)
    found = [Scored(_scores(network, each), talk=False, music=True) for each in music]
    found += [Scored(_scores(network, each), talk=True, music=False) for each in talk]
    for ratio in RATIOS_DB:
        mixed = (_mixed(each, music[4 * i], ratio) for i, each in enumerate(talk))
        found += [Scored(_scores(network, each), talk=True, music=True) for each in mixed]
    return found


def _mixed(talk: Floats, music: Floats, ratio_db: float) -> Floats:
    patch = round(PATCH_SECONDS * SAMPLE_RATE)
    length = min(len(talk), len(music)) // patch * patch
    talk, music = talk[:length], music[:length]
    gain = np.sqrt(np.mean(talk**2) / np.mean(music**2)) * 10 ** (-ratio_db / 20)
    return np.asarray(talk + gain * music, np.float32)


def balanced(of: Sequence[Scored], what: str, threshold: float) -> tuple[float, float]:
    """The share of seconds with talk (or music) that are found, and without that are passed."""
    sure = [(smoothed(getattr(each.scores, what)), getattr(each, what)) for each in of]
    there = [scores >= threshold for scores, is_there in sure if is_there]
    away = [scores < threshold for scores, is_there in sure if not is_there]
    return float(np.concatenate(there).mean()), float(np.concatenate(away).mean())


def evaluate(data: Path, talk_folder: Path) -> dict[str, float]:
    """Prints what each threshold gives on the half to choose on; measures the other half."""
    found = recordings(ListeningNetwork(SHIPPED_NETWORK, 1), data, talk_folder)
    choose, report = found[::2], found[1::2]
    for what in ("talk", "music"):
        for threshold in _THRESHOLDS:
            there, away = balanced(choose, what, threshold)
            print(
                f"to choose on: {what} from {threshold:.2f} found {there:.3f}, absence {away:.3f}"
            )
    return dict(_figures(report))


def _figures(report: Sequence[Scored]) -> Iterator[tuple[str, float]]:
    for what, threshold in (("talk", LEAST_TALK), ("music", LEAST_MUSIC)):
        there, away = balanced(report, what, threshold)
        yield f"{what}_found", round(there, 4)
        yield f"{what}_absence_found", round(away, 4)
        yield f"{what}_balanced_accuracy", round((there + away) / 2, 4)
        alone = [each for each in report if not (each.talk and each.music)]
        yield f"{what}_found_alone", round(balanced(alone, what, threshold)[0], 4)
        # Whoever always says yes, or always no, or tosses a coin, is right half of the time.
        yield f"{what}_balanced_accuracy_constant", 0.5


def main() -> None:
    """Prints the table and writes the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the training data")
    parser.add_argument("--talk", type=Path, default=DEFAULT_TALK, help="folders of recorded talk")
    given = parser.parse_args()
    if not given.talk.is_dir():
        print(f"no recorded talk at {given.talk} (see --help); talk and music were not measured")
        return
    figures = evaluate(given.data, given.talk)
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    table = Table("measure", "value", title="Talk and music, second by second")
    for name, value in figures.items():
        table.add_row(name, f"{value:.3f}")
    Console().print(table)


if __name__ == "__main__":
    main()
