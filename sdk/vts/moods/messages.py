"""What is felt, in the labels of a vocabulary, as the message that carries it."""

from collections.abc import Mapping

from vts.evidence.v1 import evidence_pb2
from vts.moods.taxonomies import labels


def taxonomy_message(
    taxonomy: str, scores: Mapping[str, float], *, measured: bool
) -> evidence_pb2.TaxonomyScores:
    """Every label with its score and names, highest first, equals in the source's order.

    A label without a score has 0. Raises `ValueError` for an unknown taxonomy.
    """
    known = labels(taxonomy)
    ranked = sorted(known, key=lambda name: -scores.get(name, 0.0))
    return evidence_pb2.TaxonomyScores(
        taxonomy=taxonomy,
        labels=[
            evidence_pb2.LabelScore(
                label=name,
                score=scores.get(name, 0.0),
                name=evidence_pb2.Bilingual(en=known[name].en, ko=known[name].ko),
            )
            for name in ranked
        ],
        measured=measured,
    )
