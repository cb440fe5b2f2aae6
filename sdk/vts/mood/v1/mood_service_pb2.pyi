from vts.evidence.v1 import evidence_pb2 as _evidence_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReadMoodRequest(_message.Message):
    __slots__ = ("texts", "language", "taxonomies")
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TAXONOMIES_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    language: str
    taxonomies: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Optional[_Iterable[str]] = ..., language: _Optional[str] = ..., taxonomies: _Optional[_Iterable[str]] = ...) -> None: ...

class ReadMoodResponse(_message.Message):
    __slots__ = ("readings",)
    READINGS_FIELD_NUMBER: _ClassVar[int]
    readings: _containers.RepeatedCompositeFieldContainer[Reading]
    def __init__(self, readings: _Optional[_Iterable[_Union[Reading, _Mapping]]] = ...) -> None: ...

class Reading(_message.Message):
    __slots__ = ("language", "moods", "affect", "keywords", "text_embedding", "understood_as", "model", "notes", "comparative", "taxonomies", "reason")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    MOODS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    TEXT_EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    UNDERSTOOD_AS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    COMPARATIVE_FIELD_NUMBER: _ClassVar[int]
    TAXONOMIES_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    language: str
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    affect: _evidence_pb2.Affect
    keywords: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    text_embedding: _containers.RepeatedScalarFieldContainer[float]
    understood_as: str
    model: _evidence_pb2.Model
    notes: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Note]
    comparative: bool
    taxonomies: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.TaxonomyScores]
    reason: _evidence_pb2.Bilingual
    def __init__(self, language: _Optional[str] = ..., moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., keywords: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ..., text_embedding: _Optional[_Iterable[float]] = ..., understood_as: _Optional[str] = ..., model: _Optional[_Union[_evidence_pb2.Model, _Mapping]] = ..., notes: _Optional[_Iterable[_Union[_evidence_pb2.Note, _Mapping]]] = ..., comparative: _Optional[bool] = ..., taxonomies: _Optional[_Iterable[_Union[_evidence_pb2.TaxonomyScores, _Mapping]]] = ..., reason: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ...) -> None: ...

class Situation(_message.Message):
    __slots__ = ("local_time", "weekday", "month", "weather", "temperature_celsius", "activity", "speed_kmh", "place", "season", "company", "traffic", "cabin")
    LOCAL_TIME_FIELD_NUMBER: _ClassVar[int]
    WEEKDAY_FIELD_NUMBER: _ClassVar[int]
    MONTH_FIELD_NUMBER: _ClassVar[int]
    WEATHER_FIELD_NUMBER: _ClassVar[int]
    TEMPERATURE_CELSIUS_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    SPEED_KMH_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    SEASON_FIELD_NUMBER: _ClassVar[int]
    COMPANY_FIELD_NUMBER: _ClassVar[int]
    TRAFFIC_FIELD_NUMBER: _ClassVar[int]
    CABIN_FIELD_NUMBER: _ClassVar[int]
    local_time: str
    weekday: int
    month: int
    weather: str
    temperature_celsius: float
    activity: str
    speed_kmh: float
    place: str
    season: str
    company: str
    traffic: str
    cabin: Cabin
    def __init__(self, local_time: _Optional[str] = ..., weekday: _Optional[int] = ..., month: _Optional[int] = ..., weather: _Optional[str] = ..., temperature_celsius: _Optional[float] = ..., activity: _Optional[str] = ..., speed_kmh: _Optional[float] = ..., place: _Optional[str] = ..., season: _Optional[str] = ..., company: _Optional[str] = ..., traffic: _Optional[str] = ..., cabin: _Optional[_Union[Cabin, _Mapping]] = ...) -> None: ...

class Cabin(_message.Message):
    __slots__ = ("people", "child", "sleeper", "noise_db", "open", "driving_minutes")
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    CHILD_FIELD_NUMBER: _ClassVar[int]
    SLEEPER_FIELD_NUMBER: _ClassVar[int]
    NOISE_DB_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    DRIVING_MINUTES_FIELD_NUMBER: _ClassVar[int]
    people: int
    child: bool
    sleeper: bool
    noise_db: float
    open: bool
    driving_minutes: float
    def __init__(self, people: _Optional[int] = ..., child: _Optional[bool] = ..., sleeper: _Optional[bool] = ..., noise_db: _Optional[float] = ..., open: _Optional[bool] = ..., driving_minutes: _Optional[float] = ...) -> None: ...

class ReadContextRequest(_message.Message):
    __slots__ = ("situation", "taxonomies")
    SITUATION_FIELD_NUMBER: _ClassVar[int]
    TAXONOMIES_FIELD_NUMBER: _ClassVar[int]
    situation: Situation
    taxonomies: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, situation: _Optional[_Union[Situation, _Mapping]] = ..., taxonomies: _Optional[_Iterable[str]] = ...) -> None: ...

class ReadContextResponse(_message.Message):
    __slots__ = ("reading", "phrases", "bounds")
    READING_FIELD_NUMBER: _ClassVar[int]
    PHRASES_FIELD_NUMBER: _ClassVar[int]
    BOUNDS_FIELD_NUMBER: _ClassVar[int]
    reading: Reading
    phrases: _containers.RepeatedCompositeFieldContainer[Phrase]
    bounds: _evidence_pb2.Bounds
    def __init__(self, reading: _Optional[_Union[Reading, _Mapping]] = ..., phrases: _Optional[_Iterable[_Union[Phrase, _Mapping]]] = ..., bounds: _Optional[_Union[_evidence_pb2.Bounds, _Mapping]] = ...) -> None: ...

class Phrase(_message.Message):
    __slots__ = ("text", "reason", "rule")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    text: _evidence_pb2.Bilingual
    reason: _evidence_pb2.Bilingual
    rule: str
    def __init__(self, text: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., reason: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., rule: _Optional[str] = ...) -> None: ...

class SummarizeSentencesRequest(_message.Message):
    __slots__ = ("sentences",)
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    sentences: _containers.RepeatedCompositeFieldContainer[WeightedSentence]
    def __init__(self, sentences: _Optional[_Iterable[_Union[WeightedSentence, _Mapping]]] = ...) -> None: ...

class WeightedSentence(_message.Message):
    __slots__ = ("text", "weight")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    text: str
    weight: float
    def __init__(self, text: _Optional[str] = ..., weight: _Optional[float] = ...) -> None: ...

class SummarizeSentencesResponse(_message.Message):
    __slots__ = ("keywords", "groups", "readings", "whole", "sentence_ranks")
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    READINGS_FIELD_NUMBER: _ClassVar[int]
    WHOLE_FIELD_NUMBER: _ClassVar[int]
    SENTENCE_RANKS_FIELD_NUMBER: _ClassVar[int]
    keywords: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    groups: _containers.RepeatedCompositeFieldContainer[SentenceGroup]
    readings: _containers.RepeatedCompositeFieldContainer[Reading]
    whole: Reading
    sentence_ranks: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, keywords: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ..., groups: _Optional[_Iterable[_Union[SentenceGroup, _Mapping]]] = ..., readings: _Optional[_Iterable[_Union[Reading, _Mapping]]] = ..., whole: _Optional[_Union[Reading, _Mapping]] = ..., sentence_ranks: _Optional[_Iterable[float]] = ...) -> None: ...

class SentenceGroup(_message.Message):
    __slots__ = ("sentences", "central_sentence", "share", "keywords")
    SENTENCES_FIELD_NUMBER: _ClassVar[int]
    CENTRAL_SENTENCE_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    sentences: _containers.RepeatedScalarFieldContainer[int]
    central_sentence: int
    share: float
    keywords: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    def __init__(self, sentences: _Optional[_Iterable[int]] = ..., central_sentence: _Optional[int] = ..., share: _Optional[float] = ..., keywords: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ...) -> None: ...

class EmbedTextsRequest(_message.Message):
    __slots__ = ("texts", "language")
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    language: str
    def __init__(self, texts: _Optional[_Iterable[str]] = ..., language: _Optional[str] = ...) -> None: ...

class EmbedTextsResponse(_message.Message):
    __slots__ = ("embeddings", "model")
    EMBEDDINGS_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    embeddings: _containers.RepeatedCompositeFieldContainer[TextEmbedding]
    model: _evidence_pb2.Model
    def __init__(self, embeddings: _Optional[_Iterable[_Union[TextEmbedding, _Mapping]]] = ..., model: _Optional[_Union[_evidence_pb2.Model, _Mapping]] = ...) -> None: ...

class TextEmbedding(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...
