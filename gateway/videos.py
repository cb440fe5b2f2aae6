"""Videos as inputs: seen and heard at the same time, told scene by scene."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace

from gateway import domain, evidence
from gateway.clients import Clients
from gateway.domain import Feeling
from gateway.failures import Unanswered, about_media, outcome
from gateway.listening import Heard, SoundPerceiver, add_sound, add_sound_of_video, is_sound
from gateway.perceived import Given, Perceived, begun
from gateway.pictures import SEEN_SHARE, read_words
from gateway.progress import InputProgress
from gateway.scenes import (
    Readings,
    korean_names,
    meanings,
    picture_feelings,
    sentences_of,
    translated,
)
from gateway.spans import clock
from gateway.uploads import Upload
from servicekit.errors import ServiceError
from servicekit.media import NO_PICTURES, PICTURES
from vts.captioner.v1 import captioner_service_pb2 as captioner_pb
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.evidence.v1 import evidence_pb2
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

_UNREADABLE = ErrorReason.ERROR_REASON_MEDIA_UNREADABLE
_TRUNCATED = "TRUNCATED"
_UNSEEN = evidence.note(
    "PICTURES_UNREADABLE",
    "The pictures of the video could not be read, so only its sound counted.",
    "영상의 화면을 읽을 수 없어 소리만 반영했습니다.",
    "captioner",
)
_READ_AS_A_WHOLE = evidence.note(
    "SERVICE_UNAVAILABLE",
    "The mood service could not read the scenes one by one, so the video was read as a whole.",
    "mood 서비스가 장면을 하나씩 읽지 못해 영상 전체의 분위기만 읽었습니다.",
    "mood",
)


@dataclass(frozen=True, slots=True)
class _Watched:
    """What was seen of a video, and what its words mean."""

    video: captioner_pb.VideoDescription
    readings: Readings
    reading: mood_pb.Reading


class VideoPerceiver:
    """Perceives videos."""

    def __init__(self, clients: Clients, sounds: SoundPerceiver) -> None:
        self._clients = clients
        self._sounds = sounds

    async def perceive(self, given: Given, upload: Upload, progress: InputProgress) -> Perceived:
        """What a video shows and, at the same time, how it sounds.

        A file without pictures, such as a browser's recording, is taken as a sound; of a video
        whose pictures cannot be read, its sound counts.
        """
        found = begun(given, pb.INPUT_KIND_VIDEO)
        async with asyncio.TaskGroup() as group:
            seeing = group.create_task(outcome(self._watched(found, upload, progress)))
            hearing = group.create_task(self._sounds.heard(upload, progress))
        watched, heard = seeing.result(), hearing.result()
        if isinstance(watched, ServiceError):
            if watched.reason != _UNREADABLE or not is_sound(heard):
                raise about_media(given.media_path, watched)
            if watched.metadata.get(PICTURES) == NO_PICTURES:
                found.evidence.kind = pb.INPUT_KIND_AUDIO
                add_sound(found, heard)
                return found
        _put_together(found, watched, heard)
        if isinstance(watched, ServiceError) and not found.voices:
            raise about_media(given.media_path, watched)  # Talk alone says nothing either.
        return found

    async def _watched(self, found: Perceived, upload: Upload, progress: InputProgress) -> _Watched:
        """What is seen, and its words read: all scenes in one call, once the last is known."""
        video = await self._seen(upload, progress)
        if sentences := sentences_of(video.scenes):
            pairs = [(each.text, each.weight) for each in sentences]
            with progress.stage("reading", SEEN_SHARE):
                answer = await outcome(self._clients.summarize_sentences(pairs))
            if isinstance(answer, mood_pb.SummarizeSentencesResponse):
                found.add_reading(answer.whole)
                return _Watched(video, Readings(sentences, answer), answer.whole)
            if isinstance(answer, Unanswered) and answer.why != "faulty":
                found.miss(answer)
                return _Watched(video, Readings(), mood_pb.Reading())
        # A mood service of an older version reads texts, but does not know of scenes.
        reading = await read_words(self._clients, found, video.description, progress)
        if sentences and reading.moods:
            found.evidence.notes.append(_READ_AS_A_WHOLE)
        return _Watched(video, Readings(), reading)

    async def _seen(self, upload: Upload, progress: InputProgress) -> captioner_pb.VideoDescription:
        whole = captioner_pb.VideoDescription()
        with progress.stage("seeing"):
            async with aclosing(self._clients.describe_video(upload)) as news:
                async for each in news:
                    if each.HasField("progress"):
                        progress.reach("seeing", SEEN_SHARE * each.progress.fraction)
                    elif each.HasField("scene"):
                        progress.show(each.scene)
                    elif each.HasField("video"):
                        whole = each.video
        return whole


def _put_together(
    found: Perceived, watched: _Watched | Unanswered | ServiceError, heard: Heard
) -> None:
    """Adds what was seen, what was heard, and what both mean in each scene and together."""
    feelings = []
    if isinstance(watched, Unanswered):
        found.miss(watched)
    elif isinstance(watched, ServiceError):
        found.evidence.notes.append(_UNSEEN)
    else:
        feelings.append(_add_pictures(found, watched))
    feeling, sound = add_sound_of_video(found, heard)
    feelings.append(feeling)
    if isinstance(watched, _Watched):
        found.evidence.scene_meanings.extend(
            meanings(watched.video.scenes, watched.readings, sound)
        )
    found.settle(domain.together(feelings))


def _add_pictures(found: Perceived, watched: _Watched) -> Feeling:
    """Adds what the pictures of a video say, its scenes weighed by their length."""
    video, reading = watched.video, watched.reading
    _show(found, video)
    if watched.readings.summary:
        feeling = domain.together(picture_feelings(video.scenes, watched.readings))
    else:
        feeling = domain.picture_feeling(
            evidence.affect_from(video.description.affect),
            evidence.affect_from(reading.affect),
            evidence.moods_from(reading.moods),
        )
    feeling = replace(feeling, weight=found.given.weight)
    keywords = _keywords(video, watched.readings)
    found.evidence.keywords.extend(keywords)
    message = recommender_pb.WeightedEvidence(
        text_embedding=reading.text_embedding, keywords=keywords
    )
    found.say("video", feeling, message)
    return feeling


def _show(found: Perceived, video: captioner_pb.VideoDescription) -> None:
    shown = found.evidence
    shown.description.CopyFrom(video.description)
    shown.scenes.extend(video.scenes)
    shown.events.extend(video.events)
    shown.motion.CopyFrom(video.motion)
    shown.brightness.CopyFrom(video.brightness)
    shown.notes.extend(_told(note, video) for note in video.notes)


def _told(note: evidence_pb2.Note, video: captioner_pb.VideoDescription) -> evidence_pb2.Note:
    """A captioner's note; of a file that breaks off, it is said where."""
    if note.code != _TRUNCATED or not video.described_seconds:
        return note
    place = clock(video.described_seconds)
    return evidence.note(
        _TRUNCATED,
        f"The file breaks off at {place}; what came is described.",
        f"파일이 {place}에서 끊겨 있어 거기까지만 살펴보았습니다.",
        note.subject,
    )


def _keywords(
    video: captioner_pb.VideoDescription, readings: Readings
) -> Sequence[evidence_pb2.Keyword]:
    """The words of all scenes together, and what is seen in the video as a whole."""
    said = readings.summary.keywords if readings.summary else ()
    seen = evidence.keywords_of_tags(video.description.tags)
    return evidence.weightiest([*translated(said, korean_names(video.scenes)), *seen])
