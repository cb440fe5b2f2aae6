"""What a user would try first: mean MFCC, and librosa's subsequence DTW on chroma."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.progress import track

from services.audio_features.domain import Floats
from training.audio_features.matching_corpus import Heard, Song


def mean_mfcc_ranks(songs: Sequence[Song], condition: str) -> NDArray[np.intp]:
    """Ranks of the songs by a baseline: the nearest window in mean MFCC, standardised.

    The mean is over ten seconds, every five, and the first coefficient, loudness, is left out.
    """
    table = [_window_means(song.song) for song in songs]
    every = np.concatenate(table)
    centre, spread = every.mean(axis=0), every.std(axis=0)
    ranks = []
    for index, song in enumerate(songs):
        if condition not in song.clips:
            continue
        sought = (song.clips[condition].mfcc.frames[:, 1:].mean(axis=0) - centre) / spread
        apart = [np.linalg.norm((rows - centre) / spread - sought, axis=1).min() for rows in table]
        ranks.append(int((np.array(apart) < apart[index]).sum()))
    return np.array(ranks, np.intp)


def _window_means(heard: Heard) -> Floats:
    frames, step = heard.mfcc.frames[:, 1:], heard.mfcc.step_seconds
    length = round(10 / step)
    return np.stack(
        [
            frames[first : first + length].mean(axis=0)
            for first in (heard.starts / step).astype(int).tolist()
        ]
    )


def chroma_walk_ranks(
    songs: Sequence[Song], condition: str, sample: Sequence[int]
) -> NDArray[np.intp]:
    """Ranks by another baseline: librosa's subsequence DTW on chroma against every song."""
    import librosa

    ranks = []
    for index in track(sample, f"Baseline on {condition}"):
        clip = songs[index].clips[condition].chroma.frames.T + 1e-6
        costs = []
        for song in songs:
            there = song.song.chroma.frames.T + 1e-6
            walked = librosa.sequence.dtw(
                clip, there, metric="cosine", subseq=True, backtrack=False
            )
            costs.append(float(walked[-1].min()))
        ranks.append(int((np.array(costs) < costs[index]).sum()))
    return np.array(ranks, np.intp)
