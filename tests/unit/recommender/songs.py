"""Songs made up for tests: seeded, and exact where a test gives the vector."""

import numpy as np

from services.recommender.tracks import Affect, Array, StoredTrack, Track, Vectors, Windows
from vts.moods import WINDOW_DIMENSIONS


def unit(size: int, seed: int) -> Array:
    """A random direction."""
    drawn = np.random.default_rng(seed).standard_normal(size)
    return (drawn / np.linalg.norm(drawn)).astype(np.float32)


def along(size: int, axis: int, *, lean: float = 0.0) -> Array:
    """The direction of an axis, leaning towards the next one (0 to 1)."""
    vector = np.zeros(size, np.float32)
    vector[axis], vector[axis + 1] = 1 - lean, lean
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def track(number: int = 0, **fields: object) -> Track:
    """A song whose fields follow from a number, except those given."""
    values: dict[str, object] = {
        "source": "made-up",
        "source_id": str(number),
        "title": f"Song {number}",
        "artists": (f"Artist {number}",),
        "album": f"Album {number}",
        "year": 1990 + number % 30,
        "genres": ("ballad" if number % 2 else "rock",),
        "tags_en": ("rainy night",),
        "tags_ko": ("비 오는 밤",),
        "language": "ko" if number % 2 else "en",
        "affect": Affect(0.25, -0.25, 0.5),
        "licence": "CC0-1.0",
        "model_versions": {"text": "1"},
    }
    return Track(**(values | fields))  # type: ignore[arg-type]


def song(
    number: int = 0,
    *,
    text: Array | None = None,
    mood: Array | None = None,
    audio: Array | None = None,
    windows: Windows | None = None,
    **fields: object,
) -> StoredTrack:
    """A song with random text and mood vectors, unless they are given."""
    moods = np.random.default_rng(number).random(13).astype(np.float32) if mood is None else mood
    text = unit(384, number) if text is None else text
    made = track(number, **({"moods": tuple(moods.tolist())} | fields))
    return StoredTrack(made, Vectors(text, moods, audio), windows or Windows.none())


def stretches(*vectors: Array) -> Windows:
    """Windows of 10 s, half overlapping, with these vectors."""
    spans = [(5.0 * at, 5.0 * at + 10) for at in range(len(vectors))]
    return Windows(np.array(spans, np.float32), np.stack(vectors))


def drawn_stretches(seed: int, count: int = 4) -> Windows:
    """Windows with random vectors."""
    return stretches(*(unit(WINDOW_DIMENSIONS, 1000 * seed + at) for at in range(count)))
