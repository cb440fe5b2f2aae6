"""Which songs are in which group, as the catalogue is now."""

import threading
import uuid
from collections.abc import Sequence

from services.recommender.groups import NOWHERE, groups_of
from services.recommender.predicting import Built
from services.recommender.tracks import StoredTrack


class Membership:
    """The songs of each group; several threads may use it. Without groups it holds nothing."""

    def __init__(self, built: Built | None) -> None:
        """Starts with no song in any group."""
        self.built = built
        groups = built.groups if built else ()
        self._places = {group.id: at for at, group in enumerate(groups)}
        self._songs: list[set[uuid.UUID]] = [set() for _ in groups]
        self._by_sound = [0] * len(groups)
        self._known: dict[uuid.UUID, tuple[int, bool]] = {}
        self._lock = threading.Lock()

    def learn(self, songs: Sequence[StoredTrack]) -> None:
        """Puts songs into the groups they belong to, out of those they were in."""
        if self.built is None:
            return
        found = groups_of(songs, self.built.rules)
        with self._lock:
            for song, (group, by_sound) in zip(songs, found, strict=True):
                self._drop(song.track.id)
                if group != NOWHERE:
                    self._known[song.track.id] = (group, by_sound)
                    self._songs[group].add(song.track.id)
                    self._by_sound[group] += by_sound

    def forget(self, ids: Sequence[uuid.UUID]) -> None:
        """Takes songs out of their groups."""
        with self._lock:
            for each in ids:
                self._drop(each)

    def members(self, group_ids: Sequence[str]) -> frozenset[uuid.UUID]:
        """The songs of any of these groups; an id that no group has adds none."""
        with self._lock:
            known = [self._songs[self._places[each]] for each in group_ids if each in self._places]
            return frozenset().union(*known)

    def counts(self) -> list[tuple[int, int]]:
        """For each group how many songs it has, and how many of them for their sound."""
        with self._lock:
            return list(zip(map(len, self._songs), self._by_sound, strict=True))

    def group_of(self, track_id: uuid.UUID) -> int:
        """The place of a song's group, or `NOWHERE`."""
        return self._known.get(track_id, (NOWHERE, False))[0]

    def _drop(self, track_id: uuid.UUID) -> None:
        group, by_sound = self._known.pop(track_id, (NOWHERE, False))
        if group != NOWHERE:
            self._songs[group].discard(track_id)
            self._by_sound[group] -= by_sound
