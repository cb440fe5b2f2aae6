"""One clip looked for in a catalogue as the service looks: nearest windows, then warped walks."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from services.audio_features.backends.compilation import keep_compiled
from services.audio_features.certainty import CERTAINTY, Certainty, confidences
from services.audio_features.matching import Candidate, Clip, Match, best_match, told
from services.audio_features.settings import AudioFeaturesSettings
from training.audio_features.matching_corpus import NETWORKS, Heard, Song

CANDIDATES = 50
"""Songs that the window search hands on; the recommender's default."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one clip; ranks count from 0 and are -1 where the song was not found.

    `present` has distances of the candidates in rising order, `absent` those of a catalogue
    without the song; `start_error` is in seconds and infinite where the song is not among them.
    """

    song: int
    condition: str
    window_rank: int
    rank: int
    start_error: float
    present: tuple[float, ...]
    absent: tuple[float, ...]

    def confidence(self, table: Certainty = CERTAINTY) -> float:
        """How sure the service says it is of the best match."""
        return float(confidences(np.array(self.present), table)[0])

    def absent_confidence(self, table: Certainty = CERTAINTY) -> float:
        """How sure it says it is of the best match in a catalogue without the song."""
        return float(confidences(np.array(self.absent), table)[0])


def trials(songs: Sequence[Song], workers: int = 2) -> list[Trial]:
    """Looks for every clip in the catalogue of all songs, with progress."""
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, (songs,)) as pool:
        rows = pool.map(_of_song, range(len(songs)), chunksize=4)
        return [trial for row in track(rows, "Looking for clips", len(songs)) for trial in row]


_CATALOGUES: list[tuple[Sequence[Song], list["WindowIndex"]]] = []
"""What a worker looks in: filled once, when it begins."""


def _begin(songs: Sequence[Song]) -> None:
    keep_compiled(AudioFeaturesSettings().numba_cache_dir)
    sounds = [each.song for each in songs]
    windows = [WindowIndex(sounds, network) for network in range(len(NETWORKS))]
    _CATALOGUES.append((songs, windows))


def _of_song(index: int) -> list[Trial]:
    songs, windows = _CATALOGUES[0]
    return [tried(songs, windows, index, condition) for condition in songs[index].clips]


class WindowIndex:
    """Every window of every song by one of the networks: exact cosine search."""

    def __init__(self, songs: Sequence[Heard], network: int) -> None:
        self._network = network
        self._points = np.concatenate([song.points[network] for song in songs])
        owners = np.repeat(range(len(songs)), [len(song.starts) for song in songs])
        self._first = np.flatnonzero(np.diff(owners, prepend=-1))

    def ordered(self, clip: Heard) -> NDArray[np.intp]:
        """All songs, that with the window nearest to one of the clip's first."""
        alike = (self._points @ clip.points[self._network].T).max(axis=1)
        return np.argsort(-np.maximum.reduceat(alike, self._first), kind="stable")


def tried(
    songs: Sequence[Song], windows: Sequence[WindowIndex], index: int, condition: str
) -> Trial:
    """Looks for one song's clip in the catalogue, and in a catalogue without the song.

    `windows` are those of each network; the song's own never learned from it.
    """
    clip = songs[index].clips[condition]
    order = windows[songs[index].unseen].ordered(clip)
    found = dict(_matches(songs, clip, order[: CANDIDATES + 1]))
    present = told([found[each] for each in order[:CANDIDATES] if each in found])
    others = [each for each in order[: CANDIDATES + 1] if each != index][:CANDIDATES]
    absent = told([found[each] for each in others if each in found])
    ids = [match.analysis_id for match in present]
    rank = ids.index(str(index)) if str(index) in ids else -1
    return Trial(
        index,
        condition,
        int(np.flatnonzero(order == index)[0]),
        rank,
        abs(present[rank].start - songs[index].start) if rank >= 0 else float("inf"),
        tuple(match.distance for match in present),
        tuple(match.distance for match in absent),
    )


def _matches(
    songs: Sequence[Song], heard: Heard, candidates: NDArray[np.intp]
) -> Iterator[tuple[int, Match]]:
    clip = Clip(heard.mfcc.frames, heard.chroma.frames, heard.mfcc.step_seconds)
    for index in candidates.tolist():
        song = songs[index].song
        match = best_match(clip, Candidate(str(index)), song.mfcc, song.chroma)
        if match is not None:
            yield index, match
