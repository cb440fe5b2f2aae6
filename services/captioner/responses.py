"""Turns descriptions into messages."""

from collections.abc import Iterable

from services.captioner.domain import (
    Curve,
    Description,
    Event,
    Kind,
    Moment,
    Note,
    Progress,
    Scene,
    Sentence,
    Tag,
    Video,
)
from vts.captioner.v1 import captioner_service_pb2 as pb
from vts.evidence.v1 import evidence_pb2 as evidence

_KINDS = {
    Kind.OBJECT: pb.TAG_KIND_OBJECT,
    Kind.ACTION: pb.TAG_KIND_ACTION,
    Kind.ATTRIBUTE: pb.TAG_KIND_ATTRIBUTE,
    Kind.SCENE: pb.TAG_KIND_SCENE,
}

_MESSAGES = {
    Note.BLACK_FRAMES: Sentence("Part of it is black.", "일부가 검은 화면입니다."),
    Note.TRUNCATED: Sentence(
        "The file is damaged or breaks off; what could be read was described.",
        "파일이 손상되었거나 중간에 끊겨 읽을 수 있는 부분만 살펴보았습니다.",
    ),
    Note.NO_FLOW: Sentence(
        "Events were found without the model that sees movement.",
        "움직임을 보는 모델 없이 사건을 찾았습니다.",
    ),
    Note.EVENTS_MISSING: Sentence(
        "The video could not be searched for events, or not to its end.",
        "영상에서 사건을 찾지 못했거나 끝까지 찾지 못했습니다.",
    ),
    Note.CAPTIONER_FALLBACK: Sentence(
        "The chosen captioner was away; a simpler one described it instead.",
        "설정한 캡션 모델이 응답하지 않아 더 간단한 모델이 대신 설명했습니다.",
    ),
    Note.TRANSLATION_MISSING: Sentence(
        "The translation model failed or took too long; some captions are in English only.",
        "번역 모델이 실패했거나 너무 오래 걸려 일부 설명은 영어로만 있습니다.",
    ),
    Note.LITTLE_UNDERSTOOD: Sentence(
        "Only its colours are certain.", "색 말고는 확실히 알아본 것이 없습니다."
    ),
}

_ALL_BLACK = Sentence("There is nothing to see but black.", "검은 화면만 보입니다.")


def description_to_pb(description: Description) -> pb.Description:
    """A description without its notes, which travel beside it."""
    affect, light, model = description.affect, description.light, description.model
    return pb.Description(
        caption=_bilingual(description.caption.sentence),
        caption_confidence=description.caption.confidence,
        alternative_captions=[_bilingual(a.sentence) for a in description.alternatives],
        tags=[_tag(tag) for tag in description.tags],
        affect=evidence.Affect(
            valence=affect.valence, arousal=affect.arousal, confidence=affect.confidence
        ),
        dominant_colors=[
            pb.DominantColor(hex=color.hex, name=color.name, share=color.share)
            for color in description.colors
        ],
        face_count=description.face_count,
        light=pb.Light(
            brightness=light.brightness,
            contrast=light.contrast,
            colorfulness=light.colorfulness,
            warmth=light.warmth,
        ),
        model=evidence.Model(name=model.name, version=model.version),
    )


def notes_to_pb(notes: Iterable[Note], seen: Description) -> list[evidence.Note]:
    """Notes on what was seen, with their sentences."""
    is_all_black = Note.BLACK_FRAMES in seen.notes  # or else there is something beside the black
    messages = {**_MESSAGES, Note.BLACK_FRAMES: _ALL_BLACK} if is_all_black else _MESSAGES
    return [evidence.Note(code=note.value, message=_bilingual(messages[note])) for note in notes]


def progress_to_pb(progress: Progress) -> pb.VideoProgress:
    """How far the reading is."""
    return pb.VideoProgress(fraction=progress.fraction, seconds_seen=progress.seconds_seen)


def scene_to_pb(scene: Scene) -> pb.Scene:
    """One scene."""
    return pb.Scene(
        start_seconds=scene.start,
        end_seconds=scene.end,
        description=description_to_pb(scene.description),
        captions=[_moment(moment) for moment in scene.moments],
        motion=scene.motion,
        brightness=scene.brightness,
    )


def video_to_pb(video: Video) -> pb.VideoDescription:
    """The whole video."""
    return pb.VideoDescription(
        description=description_to_pb(video.description),
        scenes=[scene_to_pb(scene) for scene in video.scenes],
        duration_seconds=video.duration_seconds,
        has_sound=video.has_sound,
        notes=notes_to_pb(video.notes, video.description),
        motion=_curve(video.motion),
        brightness=_curve(video.brightness),
        described_seconds=video.described_seconds,
        events=[_event(event) for event in video.events],
    )


def _moment(moment: Moment) -> pb.SceneCaption:
    return pb.SceneCaption(
        at_seconds=moment.at,
        sentence=_bilingual(moment.caption.sentence),
        confidence=moment.caption.confidence,
    )


def _event(event: Event) -> pb.VideoEvent:
    return pb.VideoEvent(
        start_seconds=event.start,
        end_seconds=event.end,
        caption=_bilingual(event.caption.sentence),
        confidence=event.caption.confidence,
    )


def _curve(curve: Curve) -> evidence.Curve:
    return evidence.Curve(values=curve.values, step_seconds=curve.step_seconds)


def _tag(tag: Tag) -> pb.Tag:
    return pb.Tag(name=tag.name, korean_name=tag.korean, score=tag.score, kind=_KINDS[tag.kind])


def _bilingual(sentence: Sentence) -> evidence.Bilingual:
    return evidence.Bilingual(en=sentence.en, ko=sentence.ko)
