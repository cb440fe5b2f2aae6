"""Songs in flocks that sound and feel alike, made up for tests of groups."""

import numpy as np

from services.recommender.tracks import Affect, Array, StoredTrack
from tests.unit.recommender.songs import song, unit
from vts.moods import AUDIO_DIMENSIONS, MOODS

MOODS_OF_FLOCKS = ("calm", "energizing", "sad", "joyful", "scary", "triumphant")
AROUSAL = {"calm": -0.8, "energizing": 0.9, "sad": -0.5, "joyful": 0.5, "scary": 0.7}
TAGS = {"calm": ("piano", "피아노"), "energizing": ("dance", "댄스")}


def middle(flock: int) -> Array:
    """The sound in the middle of a flock."""
    return unit(AUDIO_DIMENSIONS, 10_000 + flock)


def flock_song(number: int, flock: int, *, sound: bool = True) -> StoredTrack:
    """A song of a flock, with sound or without."""
    mood = MOODS_OF_FLOCKS[flock]
    drawn = np.random.default_rng(number)
    moods = drawn.uniform(0.05, 0.25, len(MOODS)).astype(np.float32)
    moods[MOODS.index(mood)] = 0.8
    audio = middle(flock) + 0.4 * unit(AUDIO_DIMENSIONS, number)
    tag = TAGS.get(mood, (mood, mood))
    return song(
        number,
        mood=moods,
        audio=(audio / np.linalg.norm(audio)).astype(np.float32) if sound else None,
        affect=Affect(0.0, AROUSAL.get(mood, 0.6), 0.5),
        tempo_bpm=100 + 60 * AROUSAL.get(mood, 0.6),
        tags_en=("music", tag[0]),
        tags_ko=("음악", tag[1]),
        has_sound=sound,
    )


def flocks(count: int = 120, flocks: int = 6, quiet: int = 0) -> list[StoredTrack]:
    """Songs that take turns in their flocks; the last `quiet` ones have no sound."""
    return [flock_song(n, n % flocks, sound=n < count - quiet) for n in range(count)]
