from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Affect(_message.Message):
    __slots__ = ("valence", "arousal", "confidence")
    VALENCE_FIELD_NUMBER: _ClassVar[int]
    AROUSAL_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    valence: float
    arousal: float
    confidence: float
    def __init__(self, valence: _Optional[float] = ..., arousal: _Optional[float] = ..., confidence: _Optional[float] = ...) -> None: ...

class MoodScore(_message.Message):
    __slots__ = ("mood", "score")
    MOOD_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    mood: str
    score: float
    def __init__(self, mood: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

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
