from vts.evidence.v1 import evidence_pb2 as _evidence_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Track(_message.Message):
    __slots__ = ("id", "source", "source_id", "title", "title_alternatives", "artists", "artist_alternatives", "album", "year", "genres", "tags_en", "tags_ko", "language", "duration_seconds", "tempo_bpm", "key", "energy", "affect", "moods", "licence", "links", "has_sound", "model_versions", "sound_id", "sound_digest")
    class ModelVersionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    TITLE_ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    ARTISTS_FIELD_NUMBER: _ClassVar[int]
    ARTIST_ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    ALBUM_FIELD_NUMBER: _ClassVar[int]
    YEAR_FIELD_NUMBER: _ClassVar[int]
    GENRES_FIELD_NUMBER: _ClassVar[int]
    TAGS_EN_FIELD_NUMBER: _ClassVar[int]
    TAGS_KO_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TEMPO_BPM_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    ENERGY_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    MOODS_FIELD_NUMBER: _ClassVar[int]
    LICENCE_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    HAS_SOUND_FIELD_NUMBER: _ClassVar[int]
    MODEL_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    SOUND_ID_FIELD_NUMBER: _ClassVar[int]
    SOUND_DIGEST_FIELD_NUMBER: _ClassVar[int]
    id: str
    source: str
    source_id: str
    title: str
    title_alternatives: _containers.RepeatedScalarFieldContainer[str]
    artists: _containers.RepeatedScalarFieldContainer[str]
    artist_alternatives: _containers.RepeatedScalarFieldContainer[str]
    album: str
    year: int
    genres: _containers.RepeatedScalarFieldContainer[str]
    tags_en: _containers.RepeatedScalarFieldContainer[str]
    tags_ko: _containers.RepeatedScalarFieldContainer[str]
    language: str
    duration_seconds: float
    tempo_bpm: float
    key: str
    energy: float
    affect: _evidence_pb2.Affect
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    licence: str
    links: _containers.RepeatedCompositeFieldContainer[Link]
    has_sound: bool
    model_versions: _containers.ScalarMap[str, str]
    sound_id: str
    sound_digest: str
    def __init__(self, id: _Optional[str] = ..., source: _Optional[str] = ..., source_id: _Optional[str] = ..., title: _Optional[str] = ..., title_alternatives: _Optional[_Iterable[str]] = ..., artists: _Optional[_Iterable[str]] = ..., artist_alternatives: _Optional[_Iterable[str]] = ..., album: _Optional[str] = ..., year: _Optional[int] = ..., genres: _Optional[_Iterable[str]] = ..., tags_en: _Optional[_Iterable[str]] = ..., tags_ko: _Optional[_Iterable[str]] = ..., language: _Optional[str] = ..., duration_seconds: _Optional[float] = ..., tempo_bpm: _Optional[float] = ..., key: _Optional[str] = ..., energy: _Optional[float] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., licence: _Optional[str] = ..., links: _Optional[_Iterable[_Union[Link, _Mapping]]] = ..., has_sound: _Optional[bool] = ..., model_versions: _Optional[_Mapping[str, str]] = ..., sound_id: _Optional[str] = ..., sound_digest: _Optional[str] = ...) -> None: ...

class Link(_message.Message):
    __slots__ = ("kind", "label", "url")
    KIND_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    kind: str
    label: str
    url: str
    def __init__(self, kind: _Optional[str] = ..., label: _Optional[str] = ..., url: _Optional[str] = ...) -> None: ...

class TrackVectors(_message.Message):
    __slots__ = ("text", "mood", "audio", "windows")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MOOD_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    text: _containers.RepeatedScalarFieldContainer[float]
    mood: _containers.RepeatedScalarFieldContainer[float]
    audio: _containers.RepeatedScalarFieldContainer[float]
    windows: _containers.RepeatedCompositeFieldContainer[WindowVector]
    def __init__(self, text: _Optional[_Iterable[float]] = ..., mood: _Optional[_Iterable[float]] = ..., audio: _Optional[_Iterable[float]] = ..., windows: _Optional[_Iterable[_Union[WindowVector, _Mapping]]] = ...) -> None: ...

class WindowVector(_message.Message):
    __slots__ = ("start_seconds", "end_seconds", "values")
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    start_seconds: float
    end_seconds: float
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., values: _Optional[_Iterable[float]] = ...) -> None: ...
