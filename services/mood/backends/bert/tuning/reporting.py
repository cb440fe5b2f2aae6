"""The report of a training: `report.json` for programs, `report.md` with pictures for people."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.mood.backends.bert.tuning import drawing
from services.mood.backends.bert.tuning.judging import Judgement
from services.mood.backends.bert.tuning.keeping import Course, write_whole

JSON, MARKDOWN = "report.json", "report.md"

_MOST_MISTAKES = 10


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a training was of, and where: told with its figures.

    `texts` counts those learned from, chosen by and reported on; `refused` the rows left out.
    """

    identity: Mapping[str, Any]
    data: str
    device: str
    texts: Mapping[str, int]
    refused: int


def write(
    judgement: Judgement, course: Course, circumstances: Circumstances, folder: Path
) -> dict[str, Any]:
    """Writes the report and its pictures into a folder; returns what `report.json` holds."""
    drawing.draw(judgement, course.history, folder)
    facts = _facts(judgement, course, circumstances)
    write_whole(folder / MARKDOWN, "\n".join([*_page(facts), ""]).encode())
    write_whole(folder / JSON, json.dumps(facts, indent=1, ensure_ascii=False).encode())
    return facts


def _facts(judgement: Judgement, course: Course, circumstances: Circumstances) -> dict[str, Any]:
    profile, scores = judgement.profile, judgement.scores
    return {
        "training": dict(circumstances.identity),
        "data": circumstances.data,
        "device": circumstances.device,
        "texts": dict(circumstances.texts),
        "refused_rows": circumstances.refused,
        "languages": list(profile.languages),
        "seconds": round(course.seconds, 1),
        "history": course.history,
        "micro_f1": scores.micro,
        "macro_f1": scores.macro,
        "floor": dict(zip(("micro_f1", "macro_f1"), judgement.floor, strict=True)),
        "temperature": profile.temperature,
        "calibration_error": {
            "as_learned": judgement.plain.error,
            "calibrated": judgement.calibrated.error,
            "likeliest_label": judgement.surest.error,
        },
        "labels": {
            label: {
                "precision": float(scores.precision[n]),
                "recall": float(scores.recall[n]),
                "f1": float(scores.f1[n]),
                "texts": int(scores.support[n]),
                "threshold": profile.thresholds[n],
            }
            for n, label in enumerate(profile.labels)
        },
        "confusion": [[round(float(share), 4) for share in row] for row in judgement.confusion],
    }


def _page(facts: Mapping[str, Any]) -> Iterator[str]:
    texts, errors, floor = facts["texts"], facts["calibration_error"], facts["floor"]
    yield "# A classifier of moods\n"
    yield (
        f"Learned from {texts['learn']:,} texts of `{facts['data']}` on {facts['device']} in "
        f"{facts['seconds']:,.0f} s and {len(facts['history'])} epochs; temperature and thresholds "
        f"chosen by {texts['choose']:,} others; measured on {texts['report']:,} that neither saw. "
        f"{facts['refused_rows']:,} rows were refused. Languages: {', '.join(facts['languages'])}."
    )
    yield "\n| figure | value | always the commonest label |\n|---|---|---|"
    for name in ("micro_f1", "macro_f1"):
        yield f"| {name.replace('_f1', '-F1')} | {facts[name]:.3f} | {floor[name]:.3f} |"
    yield f"| calibration error, as learned | {errors['as_learned']:.3f} | |"
    warmth = f"temperature {facts['temperature']:.2f}"
    yield f"| calibration error, {warmth} | {errors['calibrated']:.3f} | |"
    yield f"| of the likeliest label | {errors['likeliest_label']:.3f} | |"
    yield "\n| label | precision | recall | F1 | texts | threshold |\n|---|---|---|---|---|---|"
    for label, each in facts["labels"].items():
        numbers = " | ".join(f"{each[name]:.2f}" for name in ("precision", "recall", "f1"))
        yield f"| {_cell(label)} | {numbers} | {each['texts']} | {each['threshold']:.2f} |"
    yield "\nWhat is taken for what most often:\n"
    yield from _mistakes(list(facts["labels"]), facts["confusion"])
    yield "\n![How it went](curves.png)\n\n![How far probabilities hold](calibration.png)\n"
    yield "![Which labels are said of which](confusion.png)"


def _mistakes(labels: Sequence[str], confusion: Sequence[Sequence[float]]) -> Iterator[str]:
    pairs = sorted(
        (
            (share, true, said)
            for true, row in enumerate(confusion)
            for said, share in enumerate(row)
            if true != said and share > 0
        ),
        reverse=True,
    )
    for share, true, said in pairs[:_MOST_MISTAKES]:
        yield f"- {share:.0%} of *{labels[true]}* also got *{labels[said]}*, wrongly"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
