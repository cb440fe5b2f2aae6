"""What an input feels like, in the labels of the vocabularies that were asked for."""

from __future__ import annotations

from collections.abc import Sequence

from gateway import evidence
from gateway.domain import Affect, affect_of
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.moods.messages import taxonomy_message
from vts.moods.taxonomies import label_scores

_MIDDLE = Affect(0.0, 0.0, 0.0)


def add_labels(found: pb.InputEvidence, taxonomies: Sequence[str]) -> None:
    """Adds the labels that follow from the input's moods and its place on the plane.

    Those that the mood service told of words stay. An input that says nothing has none.
    """
    moods = evidence.moods_from(found.moods)
    if found.taxonomies or not moods:
        return
    place = evidence.affect_from(found.affect) or affect_of(moods) or _MIDDLE
    for taxonomy in taxonomies:
        scores = label_scores(taxonomy, moods, place.valence, place.arousal)
        found.taxonomies.append(taxonomy_message(taxonomy, scores, measured=False))
