"""What is said of clips: which song they were found in, or why in none."""

from __future__ import annotations

from gateway import evidence
from gateway.domain import LEAST_CLIP_SECONDS
from gateway.spans import clock
from gateway.wording import Words, quoted
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import track_pb2

NOT_FOUND = evidence.note(
    "CLIP_NOT_FOUND",
    "None of the catalogue's songs is this very music; these sound alike.",
    "들려주신 바로 그 곡은 목록에 없어, 소리가 닮은 곡을 골랐습니다.",
)
"""It was looked for everywhere."""

NO_CANDIDATES = evidence.note(
    "CLIP_NO_CANDIDATES",
    "No song of the catalogue was imported with its sound, so this one could not be recognised.",
    "소리와 함께 등록된 곡이 없어 어떤 곡인지 찾아보지 못했습니다.",
)
"""There is nothing to look in."""

TOO_SHORT = evidence.note(
    "CLIP_TOO_SHORT",
    f"To recognise a song, {LEAST_CLIP_SECONDS:.0f} seconds or more are needed; 5 are better.",
    f"어떤 곡인지 알아내려면 {LEAST_CLIP_SECONDS:.0f}초 이상, 되도록 5초쯤 들려주세요.",
)
"""It says too little."""


def not_searched(service: str) -> evidence_pb2.Note:
    """A service that is needed to look for a clip did not answer."""
    return evidence.note(
        "CLIP_NOT_SEARCHED",
        f"The {service} service could not look for the song just now; these sound alike.",
        f"지금은 {service} 서비스가 곡을 찾아 주지 못해, 소리가 닮은 곡을 골랐습니다.",
        service,
    )


def found_in(match: pb.SoundMatch) -> Words:
    """Which song a clip is: "This is “Waves” by Somebody, from 0:42 to 0:48.".

    The Korean comes without its stop.
    """
    name, artists = quoted(match.track.title), joined(match.track)
    begin, end = clock(match.start_seconds), clock(match.end_seconds)
    by = f" by {artists}" if artists else ""
    whose = f"{artists}의 " if artists else ""
    return Words(
        f"This is {name.en}{by}, from {begin} to {end}.",
        f"{whose}{name.ko}입니다({begin}~{end})",
    )


def reason(match: pb.SoundMatch) -> evidence_pb2.Bilingual:
    """Why the song that was found leads its playlist."""
    begin = clock(match.start_seconds)
    return evidence_pb2.Bilingual(
        en=f"This is the very song in your clip, from {begin}.",
        ko=f"들려주신 바로 그 곡입니다({begin}부터).",
    )


def sound_path(track: track_pb2.Track) -> str:
    """Where on this gateway a song can be heard; empty if its sound is not held."""
    return f"/v1/tracks/{track.id}/sound" if track.has_sound else ""


def joined(track: track_pb2.Track, most: int = 2) -> str:
    """A song's artists in one phrase."""
    return ", ".join(track.artists[:most]) + (" …" if len(track.artists) > most else "")
