"""Messages that ask for a clip and tell where it was found."""

import math

import numpy as np

from services.audio_features.domain import Floats, InvalidField
from services.audio_features.matching import (
    MAX_CANDIDATES,
    MAX_CLIP_FRAMES,
    MAX_NEAR,
    STEP_TOLERANCE,
    Candidate,
    Clip,
    Found,
    Match,
    checked,
)
from vts.audio_features.v1 import audio_features_service_pb2 as pb

DEFAULT_LIMIT = 10
"""How many matches are told unless a number is asked for."""

COEFFICIENTS, PITCH_CLASSES = 20, 12
"""Numbers that a frame of each sequence has."""


def clip_from_pb(request: pb.MatchAudioRequest) -> str | Clip:
    """The clip: the id of its analysis or its sequences; raises `InvalidField`."""
    if request.analysis_id:
        return request.analysis_id
    if not request.mfcc.values:
        raise InvalidField("analysis_id", "must be given, or mfcc and chroma in its place")
    mfcc = _frames("mfcc", request.mfcc, COEFFICIENTS)
    chroma = _frames("chroma", request.chroma, PITCH_CLASSES)
    step = request.mfcc.step_seconds
    if not 0.01 <= step <= 1.0:
        raise InvalidField("mfcc.step_seconds", "must be 0.01 to 1")
    if len(chroma) != len(mfcc) or abs(request.chroma.step_seconds / step - 1) > STEP_TOLERANCE:
        raise InvalidField("chroma", "must be in step with mfcc and have as many frames")
    return checked(Clip(mfcc, chroma, step), "mfcc")


def candidates_from_pb(request: pb.MatchAudioRequest) -> tuple[Candidate, ...]:
    """Where to look; raises `InvalidField`."""
    if not 1 <= len(request.candidates) <= MAX_CANDIDATES:
        raise InvalidField("candidates", f"must be 1 to {MAX_CANDIDATES}")
    return tuple(_candidate(index, each) for index, each in enumerate(request.candidates))


def limit_from_pb(request: pb.MatchAudioRequest) -> int:
    """How many matches are wanted; raises `InvalidField`."""
    if not 0 <= request.limit <= MAX_CANDIDATES:
        raise InvalidField("limit", f"must be 0 to {MAX_CANDIDATES}")
    return request.limit or DEFAULT_LIMIT


def found_to_pb(found: Found) -> pb.MatchAudioResponse:
    """Tells what was found."""
    return pb.MatchAudioResponse(
        matches=[_match(each) for each in found.matches], unknown_ids=found.unknown_ids
    )


def _match(match: Match) -> pb.AudioMatch:
    return pb.AudioMatch(
        analysis_id=match.analysis_id,
        start_seconds=match.start,
        end_seconds=match.end,
        distance=match.distance,
        likeness=match.likeness,
        confidence=match.confidence,
        tempo_ratio=match.tempo_ratio,
        transposition_semitones=match.semitones,
    )


def _candidate(index: int, candidate: pb.MatchCandidate) -> Candidate:
    field_name = f"candidates[{index}]"
    if not candidate.analysis_id:
        raise InvalidField(f"{field_name}.analysis_id", "must be given")
    near = tuple(candidate.near_seconds)
    if len(near) > MAX_NEAR or not all(math.isfinite(each) and each >= 0 for each in near):
        raise InvalidField(
            f"{field_name}.near_seconds", f"must be at most {MAX_NEAR}, finite and not negative"
        )
    return Candidate(candidate.analysis_id, near)


def _frames(field_name: str, sequence: pb.Sequence, width: int) -> Floats:
    if sequence.dimensions != width:
        raise InvalidField(f"{field_name}.dimensions", f"must be {width}")
    if not sequence.values or len(sequence.values) % width:
        raise InvalidField(f"{field_name}.values", f"must hold whole frames of {width} numbers")
    if len(sequence.values) > MAX_CLIP_FRAMES * width:
        raise InvalidField(field_name, f"must have at most {MAX_CLIP_FRAMES} frames")
    frames = np.array(sequence.values, np.float32).reshape(-1, width)
    if not np.isfinite(frames).all():
        raise InvalidField(f"{field_name}.values", "must be finite numbers")
    return frames
