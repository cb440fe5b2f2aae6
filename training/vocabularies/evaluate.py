"""Holds the vocabularies against what people said: `python -m training.vocabularies.evaluate`.

Prints a table and writes `build/figures/eval-vocabularies.json`. Three questions are asked.

- Are labels that people give together alike? One label of a song or a text is taken away, the
  others are put in moods, and the moods back into labels: the area under the curve (AUC) for the
  one that was taken, each label counting the same. 0.5 is chance.
- Do the nine feelings of Emotify's listeners come back from their moods? Correlation per feeling.
- Do the judged places of the 28 emotions agree with EmoBank's raters, as far as a ridge on MiniLM
  vectors carries their ratings over to GoEmotions' sentences?

`--widths` tries other widths of the plane on the same questions.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from training.mood import corpora
from training.mood.fitting import correlation, ridge
from training.mood.vectors import vectors
from training.vocabularies.company import held_out, together
from training.vocabularies.options import arguments
from vts.moods.taxonomies import PLANE_WIDTH, label_scores, labels, mood_vector

FIGURES = Path("build/figures/eval-vocabularies.json")
MOST_CASES = 4000
LEAST_CASES = 5
"""Labels that were taken away less often are left out of the mean."""
RIDGE_PENALTY = 10.0
WIDTHS = (0.4, 0.6, PLANE_WIDTH, 1.2, 2.0)


def found_again(
    taxonomy: str, cases: Sequence[tuple[Sequence[str], str]], width: float = PLANE_WIDTH
) -> float:
    """The mean AUC of labels that were taken away, in [0, 1]."""
    areas: dict[str, list[float]] = defaultdict(list)
    for kept, taken in cases:
        meaning = mood_vector(taxonomy, dict.fromkeys(kept, 1.0))
        scores = label_scores(
            taxonomy, meaning.moods, meaning.valence, meaning.arousal, width=width
        )
        areas[taken].append(_area(scores, set(kept), taken))
    return float(np.mean([np.mean(each) for each in areas.values() if len(each) >= LEAST_CASES]))


def emotify(data: Path, width: float = PLANE_WIDTH) -> float:
    """The mean correlation of listeners' shares with what comes back of them from moods."""
    with (data / "emotify/labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(labels("gems"))
    shares = np.array([[float(row[name]) for name in names] for row in rows])
    weights = np.clip(shares**2 / shares.mean(axis=0), 0, 1)  # as `services.audio_features` has it
    back = np.array([_back(dict(zip(names, row, strict=True)), width) for row in weights.tolist()])
    return float(np.mean([correlation(back[:, i], shares[:, i]) for i in range(len(names))]))


def emobank(data: Path) -> Mapping[str, float]:
    """The correlation of the emotions' judged places with EmoBank's raters, by axis."""
    bank, go = corpora.emobank(data, "train"), corpora.goemotions(data, "train")
    weight, bias = ridge(vectors(bank.texts, "emobank"), bank.targets, RIDGE_PENALTY)
    rated = vectors(go.texts, "goemotions") @ weight.T + bias
    names = corpora.goemotions_labels(data)
    means = np.array([rated[go.targets[:, i] > 0].mean(axis=0) for i in range(len(names))])
    known = labels("goemotions")
    places = np.array([[known[name].valence, known[name].arousal] for name in names])
    return {
        axis: correlation(means[:, i], places[:, i])
        for i, axis in enumerate(("valence", "arousal"))
    }


def figures(data: Path, width: float = PLANE_WIDTH) -> dict[str, float]:
    """The answers that depend on the plane's width."""
    found = {
        f"{taxonomy}_taken_label_auc": found_again(taxonomy, held_out(rows, MOST_CASES), width)
        for taxonomy, rows in together(data).items()
    }
    return found | {"emotify_feelings_back_r": emotify(data, width)}


def _back(weights: Mapping[str, float], width: float) -> list[float]:
    meaning = mood_vector("gems", weights)
    scores = label_scores("gems", meaning.moods, meaning.valence, meaning.arousal, width=width)
    return list(scores.values())


def _area(scores: Mapping[str, float], kept: set[str], taken: str) -> float:
    others = [score for name, score in scores.items() if name != taken and name not in kept]
    own = scores[taken]
    return sum(1.0 if score < own else 0.5 * (score == own) for score in others) / len(others)


def main() -> None:
    """Runs the command."""
    given = arguments(__doc__ or "", widths="try other widths of the plane")
    for width in WIDTHS if given.widths else ():
        told = figures(given.data, width)
        print(f"width {width}: mean {np.mean(list(told.values())):.4f}", told, flush=True)
    answers = figures(given.data)
    answers |= {f"emobank_{axis}_r": r for axis, r in emobank(given.data).items()}
    for name, value in answers.items():
        print(f"{name:32} {value:.3f}")
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    FIGURES.write_text(json.dumps({k: round(v, 4) for k, v in answers.items()}, indent=1) + "\n")


if __name__ == "__main__":
    main()
