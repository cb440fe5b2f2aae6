"""What groups are built from: songs written to files by the service, and read by the child.

Song ids are hashes (UUIDv5), so their order says nothing about the songs: the first so many in it
are a fair sample.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from services.recommender.groups import FEELING_DIMENSIONS, Flags, feeling_of
from services.recommender.tracks import Array, StoredTrack

MOST_SONGS = 200_000
"""Songs that are looked at; the rest join the groups made of these."""

LONGEST_NAME = 120
"""Characters of a title on the map, so that a map of 20,000 songs fits into a message."""

SOUNDS, FEELINGS, FACTS = "sounds.f32", "feelings.f32", "facts.jsonl"


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """n songs, of which m have sound.

    Attributes:
        heard: for each song whether it has sound, n.
        sounds: sound embeddings of those that have, m x d, not in memory.
        feelings: moods, valence and arousal, n x 15, NaN where not known.
        facts: id, title, artists, tempo and tags, n.
    """

    heard: Flags
    sounds: Array
    feelings: Array
    facts: Sequence[dict[str, Any]]


def write(songs: Iterable[Sequence[StoredTrack]], folder: Path) -> int:
    """Writes songs, batch by batch; gives how many have sound."""
    heard = seen = 0
    with (
        (folder / SOUNDS).open("wb") as sounds,
        (folder / FEELINGS).open("wb") as feelings,
        (folder / FACTS).open("w", encoding="utf-8") as facts,
    ):
        for batch in songs:
            for song in batch[: MOST_SONGS - seen]:
                seen += 1
                if song.vectors.audio is not None:
                    heard += 1
                    sounds.write(song.vectors.audio.astype(np.float32).tobytes())
                feelings.write(feeling_of(song).tobytes())
                facts.write(json.dumps(_facts(song), ensure_ascii=False) + "\n")
            if seen == MOST_SONGS:
                break
    return heard


def _facts(song: StoredTrack) -> dict[str, Any]:
    track = song.track
    return {
        "id": str(track.id),
        "title": track.title[:LONGEST_NAME],
        "artists": ", ".join(track.artists)[:LONGEST_NAME],
        "tempo": track.tempo_bpm or 0,
        "en": [*track.genres, *track.tags_en],
        "ko": track.tags_ko,
        "heard": song.vectors.audio is not None,
    }


def read(folder: Path, audio_dimensions: int) -> Material:
    """Reads what was written; the sounds stay on disk."""
    with (folder / FACTS).open(encoding="utf-8") as lines:
        facts = [json.loads(line) for line in lines]
    feelings = np.fromfile(folder / FEELINGS, np.float32).reshape(-1, FEELING_DIMENSIONS)
    sounds = np.memmap(folder / SOUNDS, np.float32, mode="r").reshape(-1, audio_dimensions)
    return Material(np.array([each["heard"] for each in facts]), sounds, feelings, facts)
