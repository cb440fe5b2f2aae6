"""A recommender over songs in memory, for tests."""

from collections.abc import Sequence

import numpy as np

from services.recommender.backends.fake import FakeFeedback, FakeStore
from services.recommender.cataloguing import Catalogue
from services.recommender.domain import (
    Answer,
    Evidence,
    Wish,
)
from services.recommender.recommending import Recommender
from services.recommender.tracks import Affect, Array, StoredTrack
from tests.unit.recommender.songs import song
from vts.moods import MOODS


class Desk:
    """A recommender over songs in memory."""

    def __init__(self, songs: Sequence[StoredTrack], *, candidates_limit: int = 1000) -> None:
        self.feedback = FakeFeedback()
        self.catalogue = Catalogue(FakeStore(), names_limit=1000, cached_songs=100)
        self.catalogue.upsert(songs)
        self.recommender = Recommender(
            self.catalogue, self.feedback, candidates_limit=candidates_limit
        )

    def answer(self, *evidence: Evidence, **wish: object) -> Answer:
        values: dict[str, object] = {"evidence": evidence, "diversity": 0.0, **wish}
        return self.recommender.recommend(Wish(**values))  # type: ignore[arg-type]

    def titles(self, *evidence: Evidence, **wish: object) -> list[str]:
        return [each.track.title for each in self.answer(*evidence, **wish).tracks]


def mood_of(name: str) -> Array:
    moods = np.full(13, 0.05, np.float32)
    moods[MOODS.index(name)] = 0.9
    return moods


def many(count: int = 60) -> list[StoredTrack]:
    """Songs spread over the plane, with random text and moods."""
    plane = np.random.default_rng(5).uniform(-1, 1, (count, 2))
    return [
        song(
            n,
            affect=Affect(float(plane[n][0]), float(plane[n][1])),
            tags_en=(f"tag {n}",),
            tags_ko=(),
        )
        for n in range(count)
    ]
