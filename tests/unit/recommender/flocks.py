"""Songs in flocks that sound and feel alike, made up for tests of groups."""

import numpy as np

from services.recommender.domain import Keyword
from services.recommender.groups import Group, Quality, Rules, Trial, feeling_of
from services.recommender.predicting import Built, Network
from services.recommender.tracks import Affect, Array, StoredTrack
from tests.unit.recommender.songs import song, unit
from vts.identities import track_id
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


def stand_in() -> Built:
    """Groups as if they had been built of the flocks, in their order, with ids from 1."""
    centres = np.stack([middle(flock) for flock in range(len(MOODS_OF_FLOCKS))])
    feelings = np.stack(
        [
            np.mean([feeling_of(flock_song(n, flock)) for n in range(20)], axis=0)
            for flock in range(len(MOODS_OF_FLOCKS))
        ]
    )
    mean, scale = feelings.mean(axis=0), feelings.std(axis=0) + 0.01
    none, all_of = np.zeros(AUDIO_DIMENSIONS, np.float32), np.ones(AUDIO_DIMENSIONS, np.float32)
    spread = ((feelings - mean) / scale).astype(np.float32)
    identity = np.eye(AUDIO_DIMENSIONS, dtype=np.float32)
    count = len(centres)
    classes = np.arange(count, dtype=np.int32)
    return Built(
        groups=tuple(_group(at, centre) for at, centre in enumerate(centres)),
        points=(),
        quality=Quality(
            silhouette=0.5,
            trials=(Trial(2, 10.0, 0.5), Trial(3, 5.0, 0.4)),
            elbow=2,
            network_accuracy=1.0,
            trees_accuracy=0.75,
            majority_accuracy=0.25,
            held_out=20,
        ),
        rules=Rules(none, all_of, identity, all_of, centres, spread, mean, scale),
        predictor=Network((5 * centres.T,), (np.zeros(count, np.float32),), classes, count),
        built_unix_seconds=1_790_000_000,
    )


def _group(at: int, centre: Array) -> Group:
    return Group(
        id=str(at + 1),
        english=f"Group {at + 1}",
        korean=f"그룹 {at + 1}",
        tracks=20,
        tracks_by_sound=20,
        moods=(0.5,) * len(MOODS),
        affect=Affect(0.25, -0.5, 1.0),
        tempo_bpm=90.5,
        tags=(Keyword("piano", 0.5, "en"), Keyword("피아노", 0.5, "ko")),
        examples=(track_id("made-up", str(at)),),
        audio=centre,
        x=0.5,
        y=-0.5,
    )
