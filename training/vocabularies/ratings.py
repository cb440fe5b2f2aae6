"""Recomputes the measured places of labels: `python -m training.vocabularies.ratings [--write]`.

People rated the Jamendo mood tags on 1..9 (`jamendo_moodtag_va_scores.csv`). A label that lists
such tags under `rated_as` lies at their mean. Without `--write` differences are told and the
command fails; with it they are mended in the file, of which nothing else changes.
"""

import csv
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from training.vocabularies.options import arguments
from vts.moods.taxonomies import Label, taxonomies

FILE = Path("sdk/vts/moods/taxonomies.json")
MIDDLE, REACH = 5.0, 4.0
"""The middle of the raters' scale, and from there to either end."""
DIGITS = 3

Place = tuple[float, float]


def ratings(data: Path) -> dict[str, Place]:
    """Valence and arousal in [-1, 1] of each rated tag."""
    path = data / "catalogue/jamendo_moodtag_va_scores.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["MoodTag"]: (_scaled(row["Valence"]), _scaled(row["Arousal"]))
            for row in csv.DictReader(file)
        }


def measured(data: Path) -> dict[tuple[str, str], Place]:
    """The measured place of each label that has one, by vocabulary and label."""
    known = ratings(data)
    return {
        (taxonomy, name): _mean([known[tag] for tag in label.rated_as])
        for taxonomy, labels in taxonomies().items()
        for name, label in labels.items()
        if label.rated_as
    }


def differences(data: Path) -> dict[tuple[str, str], Place]:
    """The measured places that are not those of the file."""
    return {
        (taxonomy, name): place
        for (taxonomy, name), place in measured(data).items()
        if place != _place(taxonomies()[taxonomy][name])
    }


def mended(text: str, places: Mapping[tuple[str, str], Place]) -> str:
    """The file's text with some places changed; its labels stand one on a line."""
    taxonomy, lines = "", []
    for line in text.splitlines():
        taxonomy = found[1] if (found := re.fullmatch(r'  "(\w+)": \{', line)) else taxonomy
        label = re.match(r'    ("(?:[^"\\]|\\.)*"): \{', line)
        if label and (place := places.get((taxonomy, json.loads(label[1])))):
            for axis, value in zip(("valence", "arousal"), place, strict=True):
                line = re.sub(rf'"{axis}": -?[\d.]+', f'"{axis}": {value}', line, count=1)
        lines.append(line)
    return "\n".join(lines) + "\n"


def _scaled(rating: str) -> float:
    return (float(rating) - MIDDLE) / REACH


def _mean(places: list[Place]) -> Place:
    valence, arousal = (sum(axis) / len(places) for axis in zip(*places, strict=True))
    return round(valence, DIGITS) + 0.0, round(arousal, DIGITS) + 0.0


def _place(label: Label) -> Place:
    return label.valence, label.arousal


def main() -> None:
    """Runs the command."""
    given = arguments(__doc__ or "", write="mend the file")
    found = differences(given.data)
    for (taxonomy, name), place in found.items():
        print(f"{taxonomy} {name}: measured {place}")
    print(f"{len(measured(given.data))} places are measured, {len(found)} of them differ")
    if given.write:
        FILE.write_text(mended(FILE.read_text(encoding="utf-8"), found), encoding="utf-8")
    elif found:
        sys.exit(1)


if __name__ == "__main__":
    main()
