"""Reads the Korean ones among texts with the network and its heads; leaves the others alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.mood.backends.korean_features import Features
from services.mood.backends.korean_heads import KoreanFeelings, KoreanHeads
from services.mood.backends.korean_network import KoreanNetwork, Sensed
from services.mood.blending import Felt
from services.mood.domain import Vectors

OWN_AROUSAL = 0.25
"""How much of the arousal is the Korean heads'; the rest is the English heads' of the rendering.

Comments are seldom calm: alone, their heads told the arousal of 9 in 16 wishes for music (of the
half that choices are made on), mixed so 13.
"""

Morphemes = Sequence[Features]
"""The features of a text's morphemes; none for a text without Hangul."""


@dataclass(frozen=True, slots=True, eq=False)
class Sensing:
    """What the network makes of those texts that have morphemes; `rows` says which they are."""

    rows: list[int]
    sensed: Sensed


class KoreanReading:
    """The network's part in a reading; its methods take whole batches, English among them."""

    def __init__(self, network: KoreanNetwork, heads: KoreanHeads) -> None:
        self._network = network
        self._heads = heads

    def sense(self, texts: Sequence[Morphemes]) -> Sensing:
        """Runs the network over the texts that have morphemes."""
        rows = [row for row, morphemes in enumerate(texts) if morphemes]
        return Sensing(rows, self._network.sense([texts[row] for row in rows]))

    def seen(self, morphemes: Morphemes) -> float:
        """The share of a text's morphemes that the network learned whole, in [0, 1]."""
        return self._network.seen(morphemes)

    def search(self, vectors: Vectors, sensing: Sensing) -> Vectors:
        """Search vectors (texts, 384) with the network's share in the Korean ones."""
        if not sensing.rows:
            return vectors
        found = vectors.copy()
        found[sensing.rows] = self._heads.search(vectors[sensing.rows], sensing.sensed)
        return found

    def felt(self, felt: Sequence[Felt], vectors: Vectors, sensing: Sensing) -> list[Felt]:
        """What is felt in texts, the Korean ones by their own heads.

        `vectors` (texts, 384) are those of the English renderings.
        """
        found = list(felt)
        if sensing.rows:
            rows = sensing.rows
            said = self._heads.feel(vectors[rows], sensing.sensed)
            for place, row in enumerate(rows):
                found[row] = self._retold(found[row], said, place)
        return found

    def _retold(self, felt: Felt, said: KoreanFeelings, row: int) -> Felt:
        emotions = dict(zip(felt.emotions, said.emotions[row].tolist(), strict=True))
        kote = dict(zip(self._heads.kote_labels, said.kote[row].tolist(), strict=True))
        valence, arousal, dominance = said.affect[row].tolist()
        return replace(
            felt,
            emotions=emotions,
            valence=valence,
            arousal=OWN_AROUSAL * arousal + (1.0 - OWN_AROUSAL) * felt.arousal,
            dominance=dominance,
            labels={**felt.labels, "goemotions": emotions, "kote": kote},
        )
