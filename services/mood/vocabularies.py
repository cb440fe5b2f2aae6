"""A reading in the labels of other vocabularies: what a head said, or what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.mood.domain import FieldError, Reading
from vts.moods.taxonomies import TaxonomyError, checked, gathered, label_scores


@dataclass(frozen=True, slots=True)
class Told:
    """The labels of a vocabulary with their scores in [0, 1].

    `measured` where a head was trained on the vocabulary, or on the labels that make up its own.
    """

    taxonomy: str
    scores: Mapping[str, float]
    measured: bool


def checked_taxonomies(names: Sequence[str]) -> tuple[str, ...]:
    """The vocabularies a caller asked for; raises `FieldError` naming the field."""
    try:
        return checked(names)
    except TaxonomyError as error:
        raise FieldError(error.path("taxonomies"), str(error)) from error


def told_in(taxonomy: str, reading: Reading) -> Told:
    """What a reading says in one vocabulary.

    Of a comparative reading the labels say where it leads: its shift stands for the place.
    """
    measured = reading.labels.get(taxonomy) or gathered(taxonomy, reading.labels)
    if measured is not None:
        return Told(taxonomy, measured, measured=True)
    place = reading.affect
    scores = label_scores(taxonomy, reading.moods, place.valence, place.arousal)
    return Told(taxonomy, scores, measured=False)
