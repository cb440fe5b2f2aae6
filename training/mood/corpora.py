"""The texts that the mood service's heads learn from and are measured on.

All come from the training data's folder (`text/`, `catalogue/`); its README gives the terms.
"""

import ast
import csv
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

GOEMOTIONS_LABELS = 28
NEUTRAL = 27


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts with a matrix of targets, one row each."""

    texts: list[str]
    targets: Floats

    def rows(self, chosen: npt.NDArray[np.int64]) -> "Labelled":
        """Some of the rows, in the order of `chosen`."""
        return Labelled([self.texts[row] for row in chosen], self.targets[chosen])


def emobank(data: Path, split: str) -> Labelled:
    """EmoBank (Buechel and Hahn, EACL 2017): valence, arousal, dominance on 1..5, (texts, 3)."""
    with (data / "text/emobank.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    targets = np.array([[row["V"], row["A"], row["D"]] for row in rows], dtype=np.float32)
    return Labelled([row["text"] for row in rows], targets)


def goemotions(data: Path, split: str, language: str = "en") -> Labelled:
    """GoEmotions (Demszky et al., ACL 2020): 28 labels of 0 or 1.

    The Korean is translated by machine.
    """
    path = data / f"text/goemotions_{language}/{split}.tsv"
    texts, targets = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        text, labels, *_ = line.split("\t")
        texts.append(text)
        targets.append(_one_hot(labels, GOEMOTIONS_LABELS))
    return Labelled(texts, np.array(targets, dtype=np.float32))


def goemotions_labels(data: Path) -> list[str]:
    """The 28 label names in the order of the ids."""
    return (data / "text/goemotions_en/labels.txt").read_text(encoding="utf-8").split()


def kote(data: Path) -> tuple[Labelled, list[str]]:
    """KOTE (Jeon et al., 2022): Korean comments with 44 labels of 0 or 1, and the label names."""
    names = (data / "text/kote_labels.txt").read_text(encoding="utf-8").splitlines()
    texts, targets = [], []
    for line in (data / "text/kote_val.tsv").read_text(encoding="utf-8").splitlines():
        _, text, labels = line.split("\t")
        texts.append(text)
        targets.append(_one_hot(labels, len(names)))
    return Labelled(texts, np.array(targets, dtype=np.float32)), names


def knu(data: Path) -> list[tuple[str, int]]:
    """KNU SentiWord: Korean words with a polarity from -2 to 2."""
    entries = json.loads((data / "text/knu_SentiWord_info.json").read_text(encoding="utf-8-sig"))
    return [(entry["word"], int(entry["polarity"])) for entry in entries]


def musiccaps(data: Path) -> list[tuple[str, list[str]]]:
    """MusicCaps (Agostinelli et al., 2023), its public part: captions with their aspects."""
    with (data / "catalogue/musiccaps_dev.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["caption"], ast.literal_eval(row["aspect_list"])) for row in csv.DictReader(file)
        ]


def _one_hot(labels: str, count: int) -> list[float]:
    chosen = {int(label) for label in labels.split(",")}
    return [float(index in chosen) for index in range(count)]


@dataclass(frozen=True, slots=True)
class Request:
    """A wish for music with the moods that fit it, and the signs of valence and arousal.

    Written for this project, so the answers are its author's judgement. A sign of 0 asks nothing.
    """

    text: str
    language: str
    moods: frozenset[str]
    valence: int
    arousal: int


def requests(split: str) -> list[Request]:
    """The wishes of one half: `tune` for choices, `held` for reports."""
    signs = {"-": -1, "0": 0, "+": 1}
    with (Path(__file__).parent / "requests.tsv").open(encoding="utf-8", newline="") as file:
        return [
            Request(
                text=row["text"],
                language=row["language"],
                moods=frozenset(row["moods"].split(",")),
                valence=signs[row["valence"]],
                arousal=signs[row["arousal"]],
            )
            for row in csv.DictReader(file, delimiter="\t")
            if row["split"] == split
        ]
