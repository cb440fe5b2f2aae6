from vts.evidence.v1 import evidence_pb2 as _evidence_pb2
from vts.media.v1 import media_pb2 as _media_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TagKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TAG_KIND_UNSPECIFIED: _ClassVar[TagKind]
    TAG_KIND_OBJECT: _ClassVar[TagKind]
    TAG_KIND_ACTION: _ClassVar[TagKind]
    TAG_KIND_ATTRIBUTE: _ClassVar[TagKind]
    TAG_KIND_SCENE: _ClassVar[TagKind]
TAG_KIND_UNSPECIFIED: TagKind
TAG_KIND_OBJECT: TagKind
TAG_KIND_ACTION: TagKind
TAG_KIND_ATTRIBUTE: TagKind
TAG_KIND_SCENE: TagKind

class DescribeImageRequest(_message.Message):
    __slots__ = ("image", "prompt")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    PROMPT_FIELD_NUMBER: _ClassVar[int]
    image: bytes
    prompt: str
    def __init__(self, image: _Optional[bytes] = ..., prompt: _Optional[str] = ...) -> None: ...

class DescribeImageResponse(_message.Message):
    __slots__ = ("description", "notes")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    description: Description
    notes: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Note]
    def __init__(self, description: _Optional[_Union[Description, _Mapping]] = ..., notes: _Optional[_Iterable[_Union[_evidence_pb2.Note, _Mapping]]] = ...) -> None: ...

class DescribeVideoRequest(_message.Message):
    __slots__ = ("chunk",)
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    chunk: _media_pb2.MediaChunk
    def __init__(self, chunk: _Optional[_Union[_media_pb2.MediaChunk, _Mapping]] = ...) -> None: ...

class DescribeVideoResponse(_message.Message):
    __slots__ = ("progress", "scene", "video")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    VIDEO_FIELD_NUMBER: _ClassVar[int]
    progress: VideoProgress
    scene: Scene
    video: VideoDescription
    def __init__(self, progress: _Optional[_Union[VideoProgress, _Mapping]] = ..., scene: _Optional[_Union[Scene, _Mapping]] = ..., video: _Optional[_Union[VideoDescription, _Mapping]] = ...) -> None: ...

class VideoProgress(_message.Message):
    __slots__ = ("fraction", "seconds_seen")
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    SECONDS_SEEN_FIELD_NUMBER: _ClassVar[int]
    fraction: float
    seconds_seen: float
    def __init__(self, fraction: _Optional[float] = ..., seconds_seen: _Optional[float] = ...) -> None: ...

class VideoDescription(_message.Message):
    __slots__ = ("description", "scenes", "duration_seconds", "has_sound", "notes", "motion", "brightness", "described_seconds", "events")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SCENES_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    HAS_SOUND_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    MOTION_FIELD_NUMBER: _ClassVar[int]
    BRIGHTNESS_FIELD_NUMBER: _ClassVar[int]
    DESCRIBED_SECONDS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    description: Description
    scenes: _containers.RepeatedCompositeFieldContainer[Scene]
    duration_seconds: float
    has_sound: bool
    notes: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Note]
    motion: _evidence_pb2.Curve
    brightness: _evidence_pb2.Curve
    described_seconds: float
    events: _containers.RepeatedCompositeFieldContainer[VideoEvent]
    def __init__(self, description: _Optional[_Union[Description, _Mapping]] = ..., scenes: _Optional[_Iterable[_Union[Scene, _Mapping]]] = ..., duration_seconds: _Optional[float] = ..., has_sound: _Optional[bool] = ..., notes: _Optional[_Iterable[_Union[_evidence_pb2.Note, _Mapping]]] = ..., motion: _Optional[_Union[_evidence_pb2.Curve, _Mapping]] = ..., brightness: _Optional[_Union[_evidence_pb2.Curve, _Mapping]] = ..., described_seconds: _Optional[float] = ..., events: _Optional[_Iterable[_Union[VideoEvent, _Mapping]]] = ...) -> None: ...

class VideoEvent(_message.Message):
    __slots__ = ("start_seconds", "end_seconds", "caption", "confidence")
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CAPTION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    start_seconds: float
    end_seconds: float
    caption: _evidence_pb2.Bilingual
    confidence: float
    def __init__(self, start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., caption: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., confidence: _Optional[float] = ...) -> None: ...

class Scene(_message.Message):
    __slots__ = ("start_seconds", "end_seconds", "description", "captions", "motion", "brightness")
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CAPTIONS_FIELD_NUMBER: _ClassVar[int]
    MOTION_FIELD_NUMBER: _ClassVar[int]
    BRIGHTNESS_FIELD_NUMBER: _ClassVar[int]
    start_seconds: float
    end_seconds: float
    description: Description
    captions: _containers.RepeatedCompositeFieldContainer[SceneCaption]
    motion: float
    brightness: float
    def __init__(self, start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., description: _Optional[_Union[Description, _Mapping]] = ..., captions: _Optional[_Iterable[_Union[SceneCaption, _Mapping]]] = ..., motion: _Optional[float] = ..., brightness: _Optional[float] = ...) -> None: ...

class SceneCaption(_message.Message):
    __slots__ = ("at_seconds", "sentence", "confidence")
    AT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    at_seconds: float
    sentence: _evidence_pb2.Bilingual
    confidence: float
    def __init__(self, at_seconds: _Optional[float] = ..., sentence: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., confidence: _Optional[float] = ...) -> None: ...

class Description(_message.Message):
    __slots__ = ("caption", "caption_confidence", "alternative_captions", "tags", "affect", "dominant_colors", "face_count", "light", "model")
    CAPTION_FIELD_NUMBER: _ClassVar[int]
    CAPTION_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVE_CAPTIONS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    DOMINANT_COLORS_FIELD_NUMBER: _ClassVar[int]
    FACE_COUNT_FIELD_NUMBER: _ClassVar[int]
    LIGHT_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    caption: _evidence_pb2.Bilingual
    caption_confidence: float
    alternative_captions: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Bilingual]
    tags: _containers.RepeatedCompositeFieldContainer[Tag]
    affect: _evidence_pb2.Affect
    dominant_colors: _containers.RepeatedCompositeFieldContainer[DominantColor]
    face_count: int
    light: Light
    model: _evidence_pb2.Model
    def __init__(self, caption: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., caption_confidence: _Optional[float] = ..., alternative_captions: _Optional[_Iterable[_Union[_evidence_pb2.Bilingual, _Mapping]]] = ..., tags: _Optional[_Iterable[_Union[Tag, _Mapping]]] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., dominant_colors: _Optional[_Iterable[_Union[DominantColor, _Mapping]]] = ..., face_count: _Optional[int] = ..., light: _Optional[_Union[Light, _Mapping]] = ..., model: _Optional[_Union[_evidence_pb2.Model, _Mapping]] = ...) -> None: ...

class Tag(_message.Message):
    __slots__ = ("name", "korean_name", "score", "kind")
    NAME_FIELD_NUMBER: _ClassVar[int]
    KOREAN_NAME_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    name: str
    korean_name: str
    score: float
    kind: TagKind
    def __init__(self, name: _Optional[str] = ..., korean_name: _Optional[str] = ..., score: _Optional[float] = ..., kind: _Optional[_Union[TagKind, str]] = ...) -> None: ...

class DominantColor(_message.Message):
    __slots__ = ("hex", "name", "share")
    HEX_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    hex: str
    name: str
    share: float
    def __init__(self, hex: _Optional[str] = ..., name: _Optional[str] = ..., share: _Optional[float] = ...) -> None: ...

class Light(_message.Message):
    __slots__ = ("brightness", "contrast", "colorfulness", "warmth")
    BRIGHTNESS_FIELD_NUMBER: _ClassVar[int]
    CONTRAST_FIELD_NUMBER: _ClassVar[int]
    COLORFULNESS_FIELD_NUMBER: _ClassVar[int]
    WARMTH_FIELD_NUMBER: _ClassVar[int]
    brightness: float
    contrast: float
    colorfulness: float
    warmth: float
    def __init__(self, brightness: _Optional[float] = ..., contrast: _Optional[float] = ..., colorfulness: _Optional[float] = ..., warmth: _Optional[float] = ...) -> None: ...
