"""Choosing a video's frames by its packets, beside decoding every frame of it."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import av

from benchmarks.captioner_clips import RATE, SECONDS, vlog
from benchmarks.captioner_figures import Figure, in_turn, ratio
from services.captioner.settings import Settings
from services.captioner.videos import VideoLimits
from services.captioner.videos.reading import read

_REPETITIONS = 3


def measured(folder: Path) -> list[Figure]:
    """Seconds on either side for a minute of 720p, and the ratio.

    Decoding every frame does no more than that: its frames are neither made smaller nor looked at.
    Choosing counts everything up to the pictures that are then described.
    """
    path = vlog(folder)
    every, chosen = in_turn((lambda: _decoded(path), lambda: _chosen(path)), _REPETITIONS)
    return [
        Figure("frames_every_seconds", median(every), "s a minute of 720p"),
        Figure("frames_chosen_seconds", median(chosen), "s a minute of 720p"),
        Figure("frames_ratio", ratio(every, chosen), "× faster", at_least=10.0),
    ]


def _decoded(path: Path) -> None:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "NONE"  # as where frames are chosen
        count = sum(1 for _ in container.decode(stream))
    if count != SECONDS * RATE:
        raise RuntimeError(f"{count} frames of {SECONDS * RATE}")


def _chosen(path: Path) -> None:
    settings = Settings()
    limits = VideoLimits(settings.max_video_seconds, settings.max_frame_pixels, settings.max_scenes)
    with path.open("rb") as file:
        shots = [facts for facts, _ in read(file, "mov", limits) if facts["news"] == "shot"]
    if len(shots) < 2:
        raise RuntimeError("the scenes of the clip were not found")
