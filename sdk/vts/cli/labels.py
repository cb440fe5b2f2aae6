"""Labels of other vocabularies: as an option, and as lines in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from vts.cli.state import State
from vts.evidence.v1 import evidence_pb2
from vts.moods.taxonomies import TAXONOMIES, TaxonomyError, checked, vocabularies

_MOST_SHOWN = 5
_LEAST_SCORE = 0.1


def _checked(names: list[str] | None) -> list[str]:
    try:
        return list(checked(names or []))
    except TaxonomyError as error:
        place = "" if error.index is None else f"{(names or [])[error.index]!r} "
        raise typer.BadParameter(f"{place}{error}") from None


Taxonomies = Annotated[
    list[str] | None,
    typer.Option(
        "--taxonomy",
        callback=_checked,
        help=f"Tell the feeling in these labels too: {', '.join(TAXONOMIES)}.",
    ),
]


def label_lines(state: State, told: Iterable[evidence_pb2.TaxonomyScores]) -> Iterator[str]:
    """One line for each vocabulary, such as `GEMS: calmness 0.83 · tenderness 0.41`."""
    for each in told:
        known = vocabularies().get(each.taxonomy)
        own = evidence_pb2.Bilingual(en=known.en, ko=known.ko) if known else None
        shown = [label for label in each.labels if label.score >= _LEAST_SCORE][:_MOST_SHOWN]
        nothing = "없음" if state.locale == "ko" else "nothing in particular"
        words = " · ".join(
            f"{state.said(label.name) or label.label} {label.score:.2f}" for label in shown
        )
        yield f"{state.said(own) if own else each.taxonomy}: {words or nothing}"
