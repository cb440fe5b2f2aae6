from vts.evidence.v1 import evidence_pb2 as _evidence_pb2
from vts.recommender.v1 import track_pb2 as _track_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FeedbackKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FEEDBACK_KIND_UNSPECIFIED: _ClassVar[FeedbackKind]
    FEEDBACK_KIND_LIKE: _ClassVar[FeedbackKind]
    FEEDBACK_KIND_DISLIKE: _ClassVar[FeedbackKind]
    FEEDBACK_KIND_SKIP: _ClassVar[FeedbackKind]
    FEEDBACK_KIND_USED: _ClassVar[FeedbackKind]
FEEDBACK_KIND_UNSPECIFIED: FeedbackKind
FEEDBACK_KIND_LIKE: FeedbackKind
FEEDBACK_KIND_DISLIKE: FeedbackKind
FEEDBACK_KIND_SKIP: FeedbackKind
FEEDBACK_KIND_USED: FeedbackKind

class RecommendRequest(_message.Message):
    __slots__ = ("evidence", "weights", "filters", "seed_track_ids", "disliked_track_ids", "excluded_track_ids", "limit", "diversity", "user_id", "random_seed")
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    FILTERS_FIELD_NUMBER: _ClassVar[int]
    SEED_TRACK_IDS_FIELD_NUMBER: _ClassVar[int]
    DISLIKED_TRACK_IDS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_TRACK_IDS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    DIVERSITY_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    RANDOM_SEED_FIELD_NUMBER: _ClassVar[int]
    evidence: _containers.RepeatedCompositeFieldContainer[WeightedEvidence]
    weights: ComponentWeights
    filters: Filters
    seed_track_ids: _containers.RepeatedScalarFieldContainer[str]
    disliked_track_ids: _containers.RepeatedScalarFieldContainer[str]
    excluded_track_ids: _containers.RepeatedScalarFieldContainer[str]
    limit: int
    diversity: float
    user_id: str
    random_seed: int
    def __init__(self, evidence: _Optional[_Iterable[_Union[WeightedEvidence, _Mapping]]] = ..., weights: _Optional[_Union[ComponentWeights, _Mapping]] = ..., filters: _Optional[_Union[Filters, _Mapping]] = ..., seed_track_ids: _Optional[_Iterable[str]] = ..., disliked_track_ids: _Optional[_Iterable[str]] = ..., excluded_track_ids: _Optional[_Iterable[str]] = ..., limit: _Optional[int] = ..., diversity: _Optional[float] = ..., user_id: _Optional[str] = ..., random_seed: _Optional[int] = ...) -> None: ...

class WeightedEvidence(_message.Message):
    __slots__ = ("label", "weight", "text_embedding", "moods", "affect", "audio_embedding", "keywords", "is_shift")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    TEXT_EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    MOODS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    AUDIO_EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    IS_SHIFT_FIELD_NUMBER: _ClassVar[int]
    label: str
    weight: float
    text_embedding: _containers.RepeatedScalarFieldContainer[float]
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    affect: _evidence_pb2.Affect
    audio_embedding: _containers.RepeatedScalarFieldContainer[float]
    keywords: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    is_shift: bool
    def __init__(self, label: _Optional[str] = ..., weight: _Optional[float] = ..., text_embedding: _Optional[_Iterable[float]] = ..., moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., audio_embedding: _Optional[_Iterable[float]] = ..., keywords: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ..., is_shift: _Optional[bool] = ...) -> None: ...

class ComponentWeights(_message.Message):
    __slots__ = ("text", "mood", "affect", "audio", "tags", "seeds")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MOOD_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    SEEDS_FIELD_NUMBER: _ClassVar[int]
    text: float
    mood: float
    affect: float
    audio: float
    tags: float
    seeds: float
    def __init__(self, text: _Optional[float] = ..., mood: _Optional[float] = ..., affect: _Optional[float] = ..., audio: _Optional[float] = ..., tags: _Optional[float] = ..., seeds: _Optional[float] = ...) -> None: ...

class Filters(_message.Message):
    __slots__ = ("languages", "genres", "year_from", "year_to", "licences", "sources", "tags", "only_with_sound")
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    GENRES_FIELD_NUMBER: _ClassVar[int]
    YEAR_FROM_FIELD_NUMBER: _ClassVar[int]
    YEAR_TO_FIELD_NUMBER: _ClassVar[int]
    LICENCES_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    ONLY_WITH_SOUND_FIELD_NUMBER: _ClassVar[int]
    languages: _containers.RepeatedScalarFieldContainer[str]
    genres: _containers.RepeatedScalarFieldContainer[str]
    year_from: int
    year_to: int
    licences: _containers.RepeatedScalarFieldContainer[str]
    sources: _containers.RepeatedScalarFieldContainer[str]
    tags: _containers.RepeatedScalarFieldContainer[str]
    only_with_sound: bool
    def __init__(self, languages: _Optional[_Iterable[str]] = ..., genres: _Optional[_Iterable[str]] = ..., year_from: _Optional[int] = ..., year_to: _Optional[int] = ..., licences: _Optional[_Iterable[str]] = ..., sources: _Optional[_Iterable[str]] = ..., tags: _Optional[_Iterable[str]] = ..., only_with_sound: _Optional[bool] = ...) -> None: ...

class RecommendResponse(_message.Message):
    __slots__ = ("tracks", "filter_effects", "catalogue_size", "notes")
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    FILTER_EFFECTS_FIELD_NUMBER: _ClassVar[int]
    CATALOGUE_SIZE_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    tracks: _containers.RepeatedCompositeFieldContainer[ScoredTrack]
    filter_effects: _containers.RepeatedCompositeFieldContainer[FilterEffect]
    catalogue_size: int
    notes: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Note]
    def __init__(self, tracks: _Optional[_Iterable[_Union[ScoredTrack, _Mapping]]] = ..., filter_effects: _Optional[_Iterable[_Union[FilterEffect, _Mapping]]] = ..., catalogue_size: _Optional[int] = ..., notes: _Optional[_Iterable[_Union[_evidence_pb2.Note, _Mapping]]] = ...) -> None: ...

class ScoredTrack(_message.Message):
    __slots__ = ("track", "score", "components", "matched_tags", "shared_moods")
    TRACK_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    MATCHED_TAGS_FIELD_NUMBER: _ClassVar[int]
    SHARED_MOODS_FIELD_NUMBER: _ClassVar[int]
    track: _track_pb2.Track
    score: float
    components: _containers.RepeatedCompositeFieldContainer[ComponentScore]
    matched_tags: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    shared_moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    def __init__(self, track: _Optional[_Union[_track_pb2.Track, _Mapping]] = ..., score: _Optional[float] = ..., components: _Optional[_Iterable[_Union[ComponentScore, _Mapping]]] = ..., matched_tags: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ..., shared_moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ...) -> None: ...

class ComponentScore(_message.Message):
    __slots__ = ("component", "evidence", "score", "share")
    COMPONENT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    component: str
    evidence: str
    score: float
    share: float
    def __init__(self, component: _Optional[str] = ..., evidence: _Optional[str] = ..., score: _Optional[float] = ..., share: _Optional[float] = ...) -> None: ...

class FilterEffect(_message.Message):
    __slots__ = ("filter", "alone", "remaining")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ALONE_FIELD_NUMBER: _ClassVar[int]
    REMAINING_FIELD_NUMBER: _ClassVar[int]
    filter: str
    alone: int
    remaining: int
    def __init__(self, filter: _Optional[str] = ..., alone: _Optional[int] = ..., remaining: _Optional[int] = ...) -> None: ...

class UpsertTracksRequest(_message.Message):
    __slots__ = ("track", "vectors")
    TRACK_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    track: _track_pb2.Track
    vectors: _track_pb2.TrackVectors
    def __init__(self, track: _Optional[_Union[_track_pb2.Track, _Mapping]] = ..., vectors: _Optional[_Union[_track_pb2.TrackVectors, _Mapping]] = ...) -> None: ...

class UpsertTracksResponse(_message.Message):
    __slots__ = ("stored_ids", "rejections")
    STORED_IDS_FIELD_NUMBER: _ClassVar[int]
    REJECTIONS_FIELD_NUMBER: _ClassVar[int]
    stored_ids: _containers.RepeatedScalarFieldContainer[str]
    rejections: _containers.RepeatedCompositeFieldContainer[Rejection]
    def __init__(self, stored_ids: _Optional[_Iterable[str]] = ..., rejections: _Optional[_Iterable[_Union[Rejection, _Mapping]]] = ...) -> None: ...

class Rejection(_message.Message):
    __slots__ = ("index", "field", "description")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    index: int
    field: str
    description: str
    def __init__(self, index: _Optional[int] = ..., field: _Optional[str] = ..., description: _Optional[str] = ...) -> None: ...

class GetTracksRequest(_message.Message):
    __slots__ = ("ids", "include_vectors")
    IDS_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_VECTORS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    include_vectors: bool
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., include_vectors: _Optional[bool] = ...) -> None: ...

class GetTracksResponse(_message.Message):
    __slots__ = ("tracks", "unknown_ids")
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_IDS_FIELD_NUMBER: _ClassVar[int]
    tracks: _containers.RepeatedCompositeFieldContainer[StoredTrack]
    unknown_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, tracks: _Optional[_Iterable[_Union[StoredTrack, _Mapping]]] = ..., unknown_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class StoredTrack(_message.Message):
    __slots__ = ("track", "vectors")
    TRACK_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    track: _track_pb2.Track
    vectors: _track_pb2.TrackVectors
    def __init__(self, track: _Optional[_Union[_track_pb2.Track, _Mapping]] = ..., vectors: _Optional[_Union[_track_pb2.TrackVectors, _Mapping]] = ...) -> None: ...

class FindTracksRequest(_message.Message):
    __slots__ = ("query", "limit")
    QUERY_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    query: str
    limit: int
    def __init__(self, query: _Optional[str] = ..., limit: _Optional[int] = ...) -> None: ...

class FindTracksResponse(_message.Message):
    __slots__ = ("tracks",)
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    tracks: _containers.RepeatedCompositeFieldContainer[FoundTrack]
    def __init__(self, tracks: _Optional[_Iterable[_Union[FoundTrack, _Mapping]]] = ...) -> None: ...

class FoundTrack(_message.Message):
    __slots__ = ("track", "score")
    TRACK_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    track: _track_pb2.Track
    score: float
    def __init__(self, track: _Optional[_Union[_track_pb2.Track, _Mapping]] = ..., score: _Optional[float] = ...) -> None: ...

class DeleteTracksRequest(_message.Message):
    __slots__ = ("ids",)
    IDS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ...) -> None: ...

class DeleteTracksResponse(_message.Message):
    __slots__ = ("deleted", "unknown_ids")
    DELETED_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_IDS_FIELD_NUMBER: _ClassVar[int]
    deleted: int
    unknown_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, deleted: _Optional[int] = ..., unknown_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class GetCatalogueRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetCatalogueResponse(_message.Message):
    __slots__ = ("tracks", "tracks_with_audio_vector", "tracks_with_sound", "languages", "genres", "licences", "sources", "year_from", "year_to", "store")
    class LanguagesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class GenresEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class LicencesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class SourcesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    TRACKS_WITH_AUDIO_VECTOR_FIELD_NUMBER: _ClassVar[int]
    TRACKS_WITH_SOUND_FIELD_NUMBER: _ClassVar[int]
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    GENRES_FIELD_NUMBER: _ClassVar[int]
    LICENCES_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    YEAR_FROM_FIELD_NUMBER: _ClassVar[int]
    YEAR_TO_FIELD_NUMBER: _ClassVar[int]
    STORE_FIELD_NUMBER: _ClassVar[int]
    tracks: int
    tracks_with_audio_vector: int
    tracks_with_sound: int
    languages: _containers.ScalarMap[str, int]
    genres: _containers.ScalarMap[str, int]
    licences: _containers.ScalarMap[str, int]
    sources: _containers.ScalarMap[str, int]
    year_from: int
    year_to: int
    store: _evidence_pb2.Model
    def __init__(self, tracks: _Optional[int] = ..., tracks_with_audio_vector: _Optional[int] = ..., tracks_with_sound: _Optional[int] = ..., languages: _Optional[_Mapping[str, int]] = ..., genres: _Optional[_Mapping[str, int]] = ..., licences: _Optional[_Mapping[str, int]] = ..., sources: _Optional[_Mapping[str, int]] = ..., year_from: _Optional[int] = ..., year_to: _Optional[int] = ..., store: _Optional[_Union[_evidence_pb2.Model, _Mapping]] = ...) -> None: ...

class RecordFeedbackRequest(_message.Message):
    __slots__ = ("user_id", "track_id", "kind", "playlist_id")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PLAYLIST_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    track_id: str
    kind: FeedbackKind
    playlist_id: str
    def __init__(self, user_id: _Optional[str] = ..., track_id: _Optional[str] = ..., kind: _Optional[_Union[FeedbackKind, str]] = ..., playlist_id: _Optional[str] = ...) -> None: ...

class RecordFeedbackResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
