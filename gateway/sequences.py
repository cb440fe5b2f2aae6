"""Sequences of frames: what a sound is like over time, and stretches of it."""

from __future__ import annotations

from gateway.spans import Span
from vts.audio_features.v1 import audio_features_service_pb2 as pb

MAX_CLIP_FRAMES = 650
"""The longest clip, in frames, that is looked for."""


def cut(sequence: pb.Sequence, span: Span) -> pb.Sequence:
    """The frames of a stretch, no more than may be looked for."""
    width, step = sequence.dimensions, sequence.step_seconds
    if not width or step <= 0:
        return pb.Sequence()
    first, last = round(span.start / step), round(span.end / step)
    last = min(last, first + MAX_CLIP_FRAMES)
    return pb.Sequence(
        values=sequence.values[first * width : last * width], dimensions=width, step_seconds=step
    )


def whole(sequence: pb.Sequence) -> pb.Sequence:
    """As much from the beginning as may be looked for."""
    return cut(sequence, Span(0.0, MAX_CLIP_FRAMES * sequence.step_seconds))
