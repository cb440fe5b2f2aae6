"""Labels that people gave together, to one song or one sentence."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.mood import corpora

SEED = 1
Together = Sequence[Sequence[str]]


def together(data: Path) -> dict[str, Together]:
    """By vocabulary: the labels of each song or text that has several."""
    kote, kote_names = corpora.kote(data)
    go = corpora.goemotions(data, "train")
    sets = {
        "jamendo": jamendo(data, "train"),
        "lastfm": lastfm(data),
        "kote": _named(kote, kote_names),
        "goemotions": _named(go, corpora.goemotions_labels(data)),
    }
    return {name: [each for each in rows if len(each) > 1] for name, rows in sets.items()}


def jamendo(data: Path, split: str) -> list[list[str]]:
    """The mood and theme tags of each track of MTG-Jamendo's `train` or `validation`."""
    path = data / f"catalogue/jamendo_autotagging_moodtheme-{split}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    return [[tag.partition("---")[2] for tag in line.split("\t")[5:]] for line in lines]


def lastfm(data: Path) -> list[list[str]]:
    """The mood tags of each song of Last.fm's lists; one song stands in up to nine of them."""
    songs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for path in sorted((data / "catalogue/lastfm_moods").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                song = row["artist"].casefold(), row["music_name"].casefold()
                songs[song].add(row["mood_EN"])
    return [sorted(tags) for tags in songs.values()]


def held_out(rows: Together, most: int) -> list[tuple[list[str], str]]:
    """Labels without one of theirs, and that one; at most `most`, chosen at random."""
    cases = [
        ([*row[:place], *row[place + 1 :]], row[place]) for row in rows for place in range(len(row))
    ]
    chosen = np.random.default_rng(SEED).permutation(len(cases))[:most]
    return [cases[index] for index in chosen]


def _named(labelled: corpora.Labelled, names: Sequence[str]) -> list[list[str]]:
    return [[names[int(index)] for index in np.flatnonzero(row)] for row in labelled.targets]
