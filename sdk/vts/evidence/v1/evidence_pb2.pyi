from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Affect(_message.Message):
    __slots__ = ("valence", "arousal", "confidence", "dominance")
    VALENCE_FIELD_NUMBER: _ClassVar[int]
    AROUSAL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    DOMINANCE_FIELD_NUMBER: _ClassVar[int]
    valence: float
    arousal: float
    confidence: float
    dominance: float
    def __init__(self, valence: _Optional[float] = ..., arousal: _Optional[float] = ..., confidence: _Optional[float] = ..., dominance: _Optional[float] = ...) -> None: ...

class MoodScore(_message.Message):
    __slots__ = ("mood", "score")
    MOOD_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    mood: str
    score: float
    def __init__(self, mood: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class LabelScore(_message.Message):
    __slots__ = ("label", "score", "name")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    label: str
    score: float
    name: Bilingual
    def __init__(self, label: _Optional[str] = ..., score: _Optional[float] = ..., name: _Optional[_Union[Bilingual, _Mapping]] = ...) -> None: ...

class TaxonomyScores(_message.Message):
    __slots__ = ("taxonomy", "labels", "measured")
    TAXONOMY_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    MEASURED_FIELD_NUMBER: _ClassVar[int]
    taxonomy: str
    labels: _containers.RepeatedCompositeFieldContainer[LabelScore]
    measured: bool
    def __init__(self, taxonomy: _Optional[str] = ..., labels: _Optional[_Iterable[_Union[LabelScore, _Mapping]]] = ..., measured: _Optional[bool] = ...) -> None: ...

class Bounds(_message.Message):
    __slots__ = ("least_arousal", "most_arousal", "most_moods", "reason")
    LEAST_AROUSAL_FIELD_NUMBER: _ClassVar[int]
    MOST_AROUSAL_FIELD_NUMBER: _ClassVar[int]
    MOST_MOODS_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    least_arousal: float
    most_arousal: float
    most_moods: _containers.RepeatedCompositeFieldContainer[MoodScore]
    reason: Bilingual
    def __init__(self, least_arousal: _Optional[float] = ..., most_arousal: _Optional[float] = ..., most_moods: _Optional[_Iterable[_Union[MoodScore, _Mapping]]] = ..., reason: _Optional[_Union[Bilingual, _Mapping]] = ...) -> None: ...

class Keyword(_message.Message):
    __slots__ = ("text", "weight", "language")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    text: str
    weight: float
    language: str
    def __init__(self, text: _Optional[str] = ..., weight: _Optional[float] = ..., language: _Optional[str] = ...) -> None: ...

class Model(_message.Message):
    __slots__ = ("name", "version")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    name: str
    version: str
    def __init__(self, name: _Optional[str] = ..., version: _Optional[str] = ...) -> None: ...

class Curve(_message.Message):
    __slots__ = ("values", "step_seconds")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    STEP_SECONDS_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    step_seconds: float
    def __init__(self, values: _Optional[_Iterable[float]] = ..., step_seconds: _Optional[float] = ...) -> None: ...

class Bilingual(_message.Message):
    __slots__ = ("en", "ko")
    EN_FIELD_NUMBER: _ClassVar[int]
    KO_FIELD_NUMBER: _ClassVar[int]
    en: str
    ko: str
    def __init__(self, en: _Optional[str] = ..., ko: _Optional[str] = ...) -> None: ...

class Note(_message.Message):
    __slots__ = ("code", "message", "subject")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: Bilingual
    subject: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[_Union[Bilingual, _Mapping]] = ..., subject: _Optional[str] = ...) -> None: ...
