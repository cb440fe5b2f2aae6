"""Reads texts with labels from a TSV or CSV file, and says which rows cannot be used, and why.

A tab-separated file has no quoting, a comma-separated one has CSV's. The columns are named by a
header, or are the first two: the text, and its labels by names or ids, several of them between
`,`, `;` or `|`.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

MAX_ROWS = 2_000_000
MAX_TEXT_CHARACTERS = 10_000
MAX_LABELS = 512
MOST_TOLD = 20
"""Most bad rows that are told one by one."""

_BETWEEN = re.compile(r"[,;|]")
_TEXT_NAMES = ("text", "sentence", "comment", "문장", "글")
_LABEL_NAMES = ("labels", "label", "emotions", "emotion", "moods", "mood", "감정", "레이블")


class BadDataError(ValueError):
    """The file cannot be learned from; the message says why, with line numbers."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a row has what: names in the header, numbers from 1, or empty to find them out."""

    text: str = ""
    labels: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its labels as they were written: names, or ids if no row has another."""

    line: int
    text: str
    labels: tuple[str, ...]


@dataclass(slots=True)
class Refusals:
    """Rows that cannot be used: how many, and the first of them with line number and reason."""

    count: int = 0
    told: list[str] = field(default_factory=list)

    def add(self, line: int, reason: str) -> None:
        """Notes one more."""
        self.count += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(f"line {line}: {reason}")

    def __str__(self) -> str:
        more = self.count - len(self.told)
        return "\n".join([*self.told, *([f"and {more:,} more"] if more else [])])


@dataclass(frozen=True, slots=True)
class Examples:
    """What a file holds, and what of it was refused."""

    rows: tuple[Example, ...]
    refusals: Refusals


def read(path: Path, columns: Columns, *, unlabelled: bool = False) -> Examples:
    """Reads a file; rows without labels are good if `unlabelled` says so.

    Raises:
        BadDataError: It is no text, has too many rows, or not the columns.
        OSError: It cannot be read.
    """
    refusals = Refusals()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = _table(file, path)
            rows = tuple(_examples(cells, columns, refusals, unlabelled=unlabelled))
    except UnicodeDecodeError as error:
        raise BadDataError(f"{path} is not UTF-8 (byte {error.start})") from error
    except csv.Error as error:
        raise BadDataError(f"{path} is no table: {error}") from error
    if not rows and not refusals.count:
        raise BadDataError(f"{path} has no rows")
    return Examples(rows, refusals)


class Table(Protocol):
    """Rows of cells, as `csv.reader` gives them; `line_num` is where the last one ended."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]:
        """The rows in their order."""
        ...


def _table(file: TextIO, path: Path) -> Table:
    if path.suffix.lower() == ".csv":
        return csv.reader(file)
    return csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _examples(
    cells: Table, columns: Columns, refusals: Refusals, *, unlabelled: bool
) -> Iterator[Example]:
    places: tuple[int, int] | None = None
    for number, row in enumerate(cells):
        if number > MAX_ROWS:
            raise BadDataError(f"there are more than {MAX_ROWS:,} rows")
        if places is None:
            places, is_header = _places(row, columns)
            if is_header:
                continue
        if not any(cell.strip() for cell in row):
            continue
        example = _example(cells.line_num, row, places)
        if reason := _fault(example, len(row), places, unlabelled=unlabelled):
            refusals.add(example.line, reason)
        else:
            yield example


def _places(first: Sequence[str], columns: Columns) -> tuple[tuple[int, int], bool]:
    """Which columns hold text and labels, and whether the first row is a header."""
    names = [cell.strip().lower() for cell in first]
    text, text_named = _place(names, columns.text, _TEXT_NAMES, 0)
    labels, labels_named = _place(names, columns.labels, _LABEL_NAMES, 1)
    if text == labels:
        raise BadDataError(f"text and labels are both in column {text + 1}")
    return (text, labels), text_named or labels_named


def _place(names: Sequence[str], wish: str, usual: Sequence[str], default: int) -> tuple[int, bool]:
    """The column of a wish, and whether the header names it."""
    if wish.isdigit():
        return max(int(wish) - 1, 0), any(name in names for name in usual)
    if wish:
        if wish.lower() not in names:
            raise BadDataError(f"there is no column {wish!r}; the first row has {', '.join(names)}")
        return names.index(wish.lower()), True
    return next(((names.index(name), True) for name in usual if name in names), (default, False))


def _example(line: int, row: Sequence[str], places: tuple[int, int]) -> Example:
    text, labels = (row[place].strip() if place < len(row) else "" for place in places)
    named = (name.strip() for name in _BETWEEN.split(labels))
    return Example(line, text, tuple(dict.fromkeys(name for name in named if name)))


def _fault(example: Example, cells: int, places: tuple[int, int], *, unlabelled: bool) -> str:
    """What is wrong with a row, or nothing."""
    if cells <= max(places):
        return f"has {cells} columns, and {max(places) + 1} are needed"
    if not example.text:
        return "has no text"
    if len(example.text) > MAX_TEXT_CHARACTERS:
        return f"has {len(example.text):,} characters; {MAX_TEXT_CHARACTERS:,} are the most"
    if not example.labels and not unlabelled:
        return "has no label"
    return ""
