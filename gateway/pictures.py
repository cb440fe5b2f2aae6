"""Photos, videos and sounds as inputs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import aclosing
from dataclasses import replace
from typing import TypeGuard, TypeVar

from gateway import domain, evidence
from gateway.clients import Clients
from gateway.domain import Feeling
from gateway.failures import Unanswered, renamed
from gateway.perceived import Given, Perceived, begun
from gateway.progress import InputProgress
from gateway.uploads import Upload, in_words
from servicekit.errors import ServiceError
from servicekit.media import too_large
from vts.audio_features.v1 import audio_features_service_pb2 as audio_pb
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

_UNREADABLE = ErrorReason.ERROR_REASON_MEDIA_UNREADABLE
_TOO_LARGE = ErrorReason.ERROR_REASON_MEDIA_TOO_LARGE
_SEEN_SHARE = 0.9
_UNREADABLE_SOUND = evidence.note(
    "SOUND_UNREADABLE",
    "The sound of the video could not be read, so only its pictures counted.",
    "영상의 소리를 읽을 수 없어 화면만 반영했습니다.",
    "audio_features",
)

T = TypeVar("T")


class MediaPerceiver:
    """Perceives what can be seen and heard."""

    def __init__(self, clients: Clients, max_photo_bytes: int) -> None:
        self._clients = clients
        self._max_photo_bytes = max_photo_bytes

    async def photo(self, given: Given, upload: Upload, progress: InputProgress) -> Perceived:
        """What a photo shows, and the mood of the words for it."""
        found = begun(given, pb.INPUT_KIND_PHOTO)
        if upload.size > self._max_photo_bytes:
            raise too_large(
                media_field(given), in_words(self._max_photo_bytes), in_words(upload.size)
            )
        try:
            with progress.stage("seeing"):
                seen = await self._clients.describe_image(await upload.whole())
        except Unanswered as failure:
            found.miss(failure)
            return found
        except ServiceError as error:
            raise _about(given, error) from error
        found.evidence.notes.extend(seen.notes)
        found.settle(await self._add_picture(found, "photo", seen.description, progress))
        return found

    async def sound(self, given: Given, upload: Upload, progress: InputProgress) -> Perceived:
        """What a sound is like."""
        found = begun(given, pb.INPUT_KIND_AUDIO)
        heard = await _outcome(self._heard(upload, progress))
        if isinstance(heard, ServiceError):
            raise _about(given, heard)
        if isinstance(heard, Unanswered):
            found.miss(heard)
        else:
            found.settle(_add_sound(found, "audio", heard, given.weight))
        return found

    async def video(self, given: Given, upload: Upload, progress: InputProgress) -> Perceived:
        """What a video shows and, at the same time, how it sounds.

        A file without pictures, such as a browser's recording, is taken as a sound.
        """
        found = begun(given, pb.INPUT_KIND_VIDEO)
        async with asyncio.TaskGroup() as group:
            seeing = group.create_task(_outcome(self._seen(upload, progress)))
            hearing = group.create_task(_outcome(self._heard(upload, progress)))
        seen, heard = seeing.result(), hearing.result()
        if isinstance(seen, ServiceError):
            if seen.reason != _UNREADABLE or not _is_sound(heard):
                raise _about(given, seen)
            found.evidence.kind = pb.INPUT_KIND_AUDIO
            found.settle(_add_sound(found, "audio", heard, given.weight))
            return found
        feelings = []
        if isinstance(seen, Unanswered):
            found.miss(seen)
        else:
            found.evidence.notes.extend(seen.notes)
            found.evidence.scenes.extend(seen.scenes)
            feelings.append(await self._add_picture(found, "video", seen.description, progress))
        feelings += _sound_of_video(found, heard)
        found.settle(domain.together(feelings))
        return found

    async def _seen(self, upload: Upload, progress: InputProgress) -> captioner_pb.VideoDescription:
        whole = captioner_pb.VideoDescription()
        with progress.stage("seeing"):
            async with aclosing(self._clients.describe_video(upload)) as news:
                async for each in news:
                    if each.HasField("progress"):
                        progress.reach("seeing", _SEEN_SHARE * each.progress.fraction)
                    elif each.HasField("video"):
                        whole = each.video
        return whole

    async def _heard(
        self, upload: Upload, progress: InputProgress
    ) -> audio_pb.AnalyzeAudioResponse:
        with progress.stage("hearing"):
            return await self._clients.analyze_audio(upload)

    async def _add_picture(
        self, found: Perceived, kind: str, seen: captioner_pb.Description, progress: InputProgress
    ) -> Feeling:
        """Adds what a picture says, with the mood of its words if the mood service answers."""
        found.evidence.description.CopyFrom(seen)
        reading = mood_pb.Reading()
        if words := evidence.words_of(seen):
            with progress.stage("reading", _SEEN_SHARE):
                answer = await _outcome(self._clients.read_mood([words], language="en"))
            if isinstance(answer, list):
                reading = answer[0]
                found.add_reading(reading)
            elif isinstance(answer, Unanswered):
                found.miss(answer)
            else:  # the words are ours, so their refusal is not the caller's fault
                found.miss(Unanswered("mood", "faulty"))
        feeling = domain.picture_feeling(
            evidence.affect_from(seen.affect),
            evidence.affect_from(reading.affect),
            evidence.moods_from(reading.moods),
        )
        feeling = replace(feeling, weight=found.given.weight)
        keywords = evidence.keywords_of_tags(seen.tags)
        found.evidence.keywords.extend(keywords)
        message = recommender_pb.WeightedEvidence(
            text_embedding=reading.text_embedding, keywords=keywords
        )
        found.say(kind, feeling, message)
        return feeling


async def _outcome(work: Awaitable[T]) -> T | Unanswered | ServiceError:
    """What a call brought: its answer, or why there is none, for the caller to decide."""
    try:
        return await work
    except (Unanswered, ServiceError) as failure:
        return failure


def _is_sound(
    heard: audio_pb.AnalyzeAudioResponse | Unanswered | ServiceError,
) -> TypeGuard[audio_pb.AnalyzeAudioResponse]:
    """Whether a file has a sound track, be it silent."""
    return isinstance(heard, audio_pb.AnalyzeAudioResponse) and not any(
        note.code == "NO_SOUND" for note in heard.notes
    )


def _add_sound(
    found: Perceived, kind: str, heard: audio_pb.AnalyzeAudioResponse, weight: float
) -> Feeling:
    """Adds what a sound says; silence says nothing but its notes."""
    sound = found.evidence.sound
    sound.CopyFrom(heard)
    for heavy in ("features", "mfcc", "embedding"):  # for services, not for callers
        sound.ClearField(heavy)
    found.evidence.notes.extend(heard.notes)
    feeling = Feeling(evidence.affect_from(heard.affect), evidence.moods_from(heard.moods), weight)
    if heard.embedding or feeling.moods:
        message = recommender_pb.WeightedEvidence(audio_embedding=heard.embedding)
        found.say(kind, feeling, message)
    return feeling


def _sound_of_video(
    found: Perceived, heard: audio_pb.AnalyzeAudioResponse | Unanswered | ServiceError
) -> list[Feeling]:
    """Adds how a video sounds; what cannot be heard becomes a note, since there are pictures."""
    if isinstance(heard, Unanswered):
        found.miss(heard)
    elif isinstance(heard, ServiceError):
        found.evidence.notes.append(_unheard(heard))
    else:
        weight = found.given.weight * domain.SOUND_OF_VIDEO_WEIGHT
        return [_add_sound(found, "video sound", heard, weight)]
    return []


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


def _about(given: Given, error: ServiceError) -> ServiceError:
    """A service's refusal of media, in the terms of the request."""
    if not error.fields:
        error.fields = {"media": error.message}
    return renamed(error, lambda _: media_field(given))


def media_field(given: Given) -> str:
    """The name of an input's media in the request."""
    return f"{given.path}.media"
