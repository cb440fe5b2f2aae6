"""Which labels there are, in which order, and which of them each text has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.mood.backends.bert.meanings import OWN, Meaning, vocabularies, vocabulary_of
from services.mood.backends.bert.tuning.examples import (
    MAX_LABELS,
    BadDataError,
    Example,
    Examples,
)

Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a classifier in the order of its outputs, and what they mean."""

    vocabulary: str
    names: tuple[str, ...]
    meanings: Mapping[str, Meaning]


def labels_of(
    rows: Sequence[Example], vocabulary: str, meanings: Mapping[str, Meaning] | None
) -> Labels:
    """The labels of some rows.

    Of a named vocabulary all labels, so that ids count from its first; with meanings of one's
    own, theirs, in their order; else the labels that the rows have, of the vocabulary they fit.

    Raises:
        BadDataError: No vocabulary has them all, or there are fewer than two, or too many.
    """
    if meanings is not None:
        found = Labels(vocabulary or OWN, tuple(meanings), meanings)
    elif vocabulary:
        known = _known(vocabulary)
        found = Labels(vocabulary, tuple(known), known)
    else:
        found = _fitting(sorted({label for row in rows for label in row.labels}))
    if not 2 <= len(found.names) <= MAX_LABELS:
        raise BadDataError(f"there must be 2 to {MAX_LABELS} labels, not {len(found.names)}")
    return found


def truth_of(examples: Examples, labels: Labels) -> tuple[list[str], Truth]:
    """Texts, and what is true of them, shape (texts, labels).

    Rows of unknown labels are added to the refusals.
    """
    numbers = {name: number for number, name in enumerate(labels.names)}
    ids = all(label.isdigit() for row in examples.rows for label in row.labels)
    if ids and not any(name.isdigit() for name in labels.names):
        numbers = {str(number): number for number in range(len(labels.names))}
    texts, rows = [], []
    for example in examples.rows:
        unknown = [label for label in example.labels if label not in numbers]
        if unknown:
            examples.refusals.add(example.line, f"{unknown[0][:40]!r} is no label")
            continue
        texts.append(example.text)
        rows.append([numbers[label] for label in example.labels])
    truth = np.zeros((len(rows), len(labels.names)), dtype=np.bool_)
    for place, own in enumerate(rows):
        truth[place, own] = True
    return texts, truth


def _known(vocabulary: str) -> Mapping[str, Meaning]:
    if vocabulary not in vocabularies():
        raise BadDataError(
            f"no vocabulary is called {vocabulary!r}; there are {', '.join(vocabularies())}"
        )
    return vocabularies()[vocabulary]


def _fitting(names: Sequence[str]) -> Labels:
    if all(name.isdigit() for name in names):
        raise BadDataError("the labels are ids; --vocabulary or --meanings must tell of what")
    vocabulary = vocabulary_of(names)
    if vocabulary is None:
        raise BadDataError(
            f"the labels ({', '.join(names[:8])} …) are of no vocabulary that VTS knows; "
            "--meanings must tell what they mean"
        )
    known = vocabularies()[vocabulary]
    ordered = tuple(name for name in known if name in names)
    return Labels(vocabulary, ordered, {name: known[name] for name in ordered})
