"""Sounds as inputs, and the sound of videos."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TypeGuard

from gateway import domain, evidence
from gateway.clients import Clients
from gateway.domain import Feeling
from gateway.failures import Unanswered, about_media, outcome
from gateway.grouping import Groups
from gateway.identifying import Identifier
from gateway.perceived import Given, Perceived, begun
from gateway.progress import InputProgress
from gateway.soundtrack import Soundtrack
from gateway.uploads import Upload
from servicekit.errors import ServiceError
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

_TOO_LARGE = ErrorReason.ERROR_REASON_MEDIA_TOO_LARGE
_UNREADABLE_SOUND = evidence.note(
    "SOUND_UNREADABLE",
    "The sound of the video could not be read, so only its pictures counted.",
    "영상의 소리를 읽을 수 없어 화면만 반영했습니다.",
    "audio_features",
)
_TALK = "TALK"
_ALL_THROUGH = 0.95
"""The share of talk from which it is not worth saying how much of a video is without."""

_HEARD = 0.8
"""The share of the work on a sound that listening is; the rest is looking for it."""

_HEAVY = ("features", "mfcc", "chroma", "beats_seconds", "frames", "embedding")
"""What is for services, not for callers; so are the embeddings of windows."""

_NOTHING = Feeling(None, weight=0.0), None

Heard = audio_pb.AnalyzeAudioResponse | Unanswered | ServiceError
"""What listening brought, or why it brought nothing."""


class SoundPerceiver:
    """Perceives sounds."""

    def __init__(self, clients: Clients, groups: Groups) -> None:
        self._clients = clients
        self._identifier = Identifier(clients)
        self._groups = groups

    async def perceive(self, given: Given, upload: Upload, progress: InputProgress) -> Perceived:
        """What a sound is like, and of a clip, which song it is from."""
        found = begun(given, pb.INPUT_KIND_AUDIO)
        heard = await self.heard(upload, progress)
        if isinstance(heard, ServiceError):
            raise about_media(given.media_path, heard)
        if isinstance(heard, Unanswered):
            found.miss(heard)
        else:
            add_sound(found, heard)
            with progress.stage("matching", _HEARD):
                await asyncio.gather(
                    self._identifier.identify(found, heard), self._add_group(found, heard)
                )
        return found

    async def _add_group(self, found: Perceived, heard: audio_pb.AnalyzeAudioResponse) -> None:
        """Tells the group that a sound belongs to, if there are groups."""
        group = await self._groups.of_sound(heard.embedding) if heard.embedding else None
        if group is not None:
            found.evidence.group.CopyFrom(group)
            found.evidence.group.ClearField("audio_embedding")

    async def heard(self, upload: Upload, progress: InputProgress) -> Heard:
        """What is heard in a sound or in a video."""
        with progress.stage("hearing"):
            return await outcome(self._clients.analyze_audio(upload))


def is_sound(heard: Heard) -> TypeGuard[audio_pb.AnalyzeAudioResponse]:
    """Whether a file has a sound track, be it silent."""
    return isinstance(heard, audio_pb.AnalyzeAudioResponse) and not any(
        note.code == "NO_SOUND" for note in heard.notes
    )


def add_sound(found: Perceived, heard: audio_pb.AnalyzeAudioResponse) -> None:
    """Adds what a sound says by itself; silence says nothing but its notes."""
    _show(found, heard)
    feeling = Feeling(
        evidence.affect_from(heard.affect), evidence.moods_from(heard.moods), found.given.weight
    )
    _say(found, "audio", feeling, heard)
    found.settle(feeling)


def add_sound_of_video(found: Perceived, heard: Heard) -> tuple[Feeling, Soundtrack | None]:
    """Adds how a video sounds: its music as a feeling, much talk as a wish for no words.

    What cannot be heard becomes a note, since there are pictures.
    """
    if isinstance(heard, Unanswered):
        found.miss(heard)
        return _NOTHING
    if isinstance(heard, ServiceError):
        found.evidence.notes.append(_unheard(heard))
        return _NOTHING
    _show(found, heard)
    sound = Soundtrack(heard)
    feeling = sound.feeling()
    feeling = replace(feeling, weight=feeling.weight * found.given.weight)
    if feeling.weight > 0:
        _say(found, "video sound", feeling, heard)
    if sound.speech_share >= domain.TALK_SHARE:
        _prefer_instrumental(found, sound.speech_share)
    return feeling, sound


def _show(found: Perceived, heard: audio_pb.AnalyzeAudioResponse) -> None:
    found.evidence.sound.CopyFrom(heard)
    for heavy in _HEAVY:
        found.evidence.sound.ClearField(heavy)
    for window in found.evidence.sound.windows:
        window.ClearField("embedding")
    said = {_TALK, *(note.code for note in found.evidence.notes)}  # such as where a file ends
    found.evidence.notes.extend(note for note in heard.notes if note.code not in said)


def _say(
    found: Perceived, kind: str, feeling: Feeling, heard: audio_pb.AnalyzeAudioResponse
) -> None:
    if heard.embedding or feeling.moods:
        message = recommender_pb.WeightedEvidence(audio_embedding=heard.embedding)
        found.say(kind, feeling, message)


def _prefer_instrumental(found: Perceived, share: float) -> None:
    """Music with words would compete with those that are spoken."""
    found.talks = True
    found.evidence.keywords.extend(evidence.instrumental())
    percent = round(100 * share)
    always = share >= _ALL_THROUGH
    when = "all through" if always else f"in {percent}% of"
    found.evidence.notes.append(
        evidence.note(
            _TALK,
            f"Somebody talks {when} the video, so instrumental music is preferred.",
            f"영상 {'내내' if always else f'길이의 {percent}%에'} 말소리가 있어 "
            "연주곡을 먼저 골랐습니다.",
            "audio_features",
        )
    )


def _unheard(refusal: ServiceError) -> evidence_pb2.Note:
    """Why the sound of a video did not count."""
    limit = refusal.metadata.get("limit", "")
    if refusal.reason != _TOO_LARGE or not limit:
        return _UNREADABLE_SOUND
    return evidence.note(
        "SOUND_TOO_LARGE",
        f"The sound of the video is over the limit of {limit}, so only its pictures counted.",
        f"영상의 소리가 한도({limit})를 넘어 화면만 반영했습니다.",
        "audio_features",
    )
