"""What becomes of songs that are imported, and reports of it."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from vts.gateway.v1 import gateway_service_pb2 as pb


class Kind(StrEnum):
    """What became of a song."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


OTHER_REASONS = "other reasons"
"""Under which refusals are counted once there are too many reasons."""

OF_VERDICTS: Mapping[pb.ImportOutcome, Kind] = {
    pb.IMPORT_OUTCOME_ADDED: Kind.ADDED,
    pb.IMPORT_OUTCOME_UPDATED: Kind.UPDATED,
    pb.IMPORT_OUTCOME_UNCHANGED: Kind.UNCHANGED,
    pb.IMPORT_OUTCOME_DUPLICATE: Kind.DUPLICATE,
    pb.IMPORT_OUTCOME_REFUSED: Kind.REFUSED,
}
"""The kinds by the gateway's verdicts."""


@dataclass(frozen=True, slots=True)
class Same:
    """Another song, or another file, with the same music, and why it is taken for that."""

    track_id: str = ""
    path: str = ""
    title: str = ""
    artists: tuple[str, ...] = ()
    kind: str = "same file"
    confidence: float = 1.0
    reason_en: str = ""
    reason_ko: str = ""

    @classmethod
    def of(cls, duplicate: pb.Duplicate) -> Same:
        """What a gateway says of a duplicate."""
        name = pb.DuplicateKind.Name(duplicate.kind).removeprefix("DUPLICATE_KIND_")
        return cls(
            track_id=duplicate.track_id,
            title=duplicate.title,
            artists=tuple(duplicate.artists),
            kind=name.replace("_", " ").lower(),
            confidence=round(duplicate.confidence, 4),
            reason_en=duplicate.reason.en,
            reason_ko=duplicate.reason.ko,
        )

    def as_json(self) -> dict[str, Any]:
        """What is known of it, for reports."""
        told = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: list(value) if name == "artists" else value for name, value in told if value}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one song: a file, a line of a list, or a folder that could not be read."""

    origin: str
    kind: Kind
    track_id: str = ""
    problem: str = ""
    duplicates: tuple[Same, ...] = ()


@dataclass(slots=True)
class Summary:
    """Outcomes counted, and what was refused by its reason; no larger for a million songs."""

    most_reasons: int = 50
    most_examples: int = 3
    counts: Counter[Kind] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Counts one outcome."""
        self.counts[outcome.kind] += 1
        if outcome.kind is not Kind.REFUSED:
            return
        reason = outcome.problem
        if reason not in self.reasons and len(self.reasons) >= self.most_reasons:
            reason = OTHER_REASONS
        self.reasons[reason] += 1
        examples = self.examples.setdefault(reason, [])
        if len(examples) < self.most_examples:
            examples.append(outcome.origin)


class Report:
    """A file with a line per song: JSON Lines, or CSV where its name ends so.

    Raises:
        OSError: The file can't be written.
    """

    _COLUMNS = ("path", "outcome", "track_id", "problem", "duplicates")

    def __init__(self, path: Path) -> None:
        self._file: IO[str] = path.open("w", encoding="utf-8", newline="")
        self._rows = csv.writer(self._file) if path.suffix.lower() == ".csv" else None
        if self._rows:
            self._rows.writerow(self._COLUMNS)

    def add(self, outcome: Outcome) -> None:
        """Writes one outcome."""
        duplicates = [each.as_json() for each in outcome.duplicates]
        values = (outcome.origin, outcome.kind.value, outcome.track_id, outcome.problem)
        if self._rows:
            told = json.dumps(duplicates, ensure_ascii=False) if duplicates else ""
            self._rows.writerow((*values, told))
            return
        line: Iterable[tuple[str, Any]] = zip(self._COLUMNS, (*values, duplicates), strict=True)
        self._file.write(json.dumps(dict(line), ensure_ascii=False) + "\n")

    def __enter__(self) -> Self:
        """The report, open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the file; what was added is in it."""
        self._file.close()
