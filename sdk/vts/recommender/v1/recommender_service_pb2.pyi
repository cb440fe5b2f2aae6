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
    __slots__ = ("label", "weight", "text_embedding", "moods", "affect", "audio_embedding", "keywords", "is_shift", "likenesses")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    TEXT_EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    MOODS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    AUDIO_EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    IS_SHIFT_FIELD_NUMBER: _ClassVar[int]
    LIKENESSES_FIELD_NUMBER: _ClassVar[int]
    label: str
    weight: float
    text_embedding: _containers.RepeatedScalarFieldContainer[float]
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    affect: _evidence_pb2.Affect
    audio_embedding: _containers.RepeatedScalarFieldContainer[float]
    keywords: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    is_shift: bool
    likenesses: _containers.RepeatedCompositeFieldContainer[TrackLikeness]
    def __init__(self, label: _Optional[str] = ..., weight: _Optional[float] = ..., text_embedding: _Optional[_Iterable[float]] = ..., moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., audio_embedding: _Optional[_Iterable[float]] = ..., keywords: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ..., is_shift: _Optional[bool] = ..., likenesses: _Optional[_Iterable[_Union[TrackLikeness, _Mapping]]] = ...) -> None: ...

class TrackLikeness(_message.Message):
    __slots__ = ("track_id", "likeness")
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    LIKENESS_FIELD_NUMBER: _ClassVar[int]
    track_id: str
    likeness: float
    def __init__(self, track_id: _Optional[str] = ..., likeness: _Optional[float] = ...) -> None: ...

class ComponentWeights(_message.Message):
    __slots__ = ("text", "mood", "affect", "audio", "tags", "seeds", "clip")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MOOD_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    AUDIO_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    SEEDS_FIELD_NUMBER: _ClassVar[int]
    CLIP_FIELD_NUMBER: _ClassVar[int]
    text: float
    mood: float
    affect: float
    audio: float
    tags: float
    seeds: float
    clip: float
    def __init__(self, text: _Optional[float] = ..., mood: _Optional[float] = ..., affect: _Optional[float] = ..., audio: _Optional[float] = ..., tags: _Optional[float] = ..., seeds: _Optional[float] = ..., clip: _Optional[float] = ...) -> None: ...

class Filters(_message.Message):
    __slots__ = ("languages", "genres", "year_from", "year_to", "licences", "sources", "tags", "only_with_sound", "groups", "bounds")
    LANGUAGES_FIELD_NUMBER: _ClassVar[int]
    GENRES_FIELD_NUMBER: _ClassVar[int]
    YEAR_FROM_FIELD_NUMBER: _ClassVar[int]
    YEAR_TO_FIELD_NUMBER: _ClassVar[int]
    LICENCES_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    ONLY_WITH_SOUND_FIELD_NUMBER: _ClassVar[int]
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    BOUNDS_FIELD_NUMBER: _ClassVar[int]
    languages: _containers.RepeatedScalarFieldContainer[str]
    genres: _containers.RepeatedScalarFieldContainer[str]
    year_from: int
    year_to: int
    licences: _containers.RepeatedScalarFieldContainer[str]
    sources: _containers.RepeatedScalarFieldContainer[str]
    tags: _containers.RepeatedScalarFieldContainer[str]
    only_with_sound: bool
    groups: _containers.RepeatedScalarFieldContainer[str]
    bounds: _evidence_pb2.Bounds
    def __init__(self, languages: _Optional[_Iterable[str]] = ..., genres: _Optional[_Iterable[str]] = ..., year_from: _Optional[int] = ..., year_to: _Optional[int] = ..., licences: _Optional[_Iterable[str]] = ..., sources: _Optional[_Iterable[str]] = ..., tags: _Optional[_Iterable[str]] = ..., only_with_sound: _Optional[bool] = ..., groups: _Optional[_Iterable[str]] = ..., bounds: _Optional[_Union[_evidence_pb2.Bounds, _Mapping]] = ...) -> None: ...

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
    __slots__ = ("ids", "include_vectors", "sound_digests")
    IDS_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_VECTORS_FIELD_NUMBER: _ClassVar[int]
    SOUND_DIGESTS_FIELD_NUMBER: _ClassVar[int]
    ids: _containers.RepeatedScalarFieldContainer[str]
    include_vectors: bool
    sound_digests: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, ids: _Optional[_Iterable[str]] = ..., include_vectors: _Optional[bool] = ..., sound_digests: _Optional[_Iterable[str]] = ...) -> None: ...

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
    __slots__ = ("tracks", "tracks_with_audio_vector", "tracks_with_sound", "languages", "genres", "licences", "sources", "year_from", "year_to", "store", "windows")
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
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
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
    windows: int
    def __init__(self, tracks: _Optional[int] = ..., tracks_with_audio_vector: _Optional[int] = ..., tracks_with_sound: _Optional[int] = ..., languages: _Optional[_Mapping[str, int]] = ..., genres: _Optional[_Mapping[str, int]] = ..., licences: _Optional[_Mapping[str, int]] = ..., sources: _Optional[_Mapping[str, int]] = ..., year_from: _Optional[int] = ..., year_to: _Optional[int] = ..., store: _Optional[_Union[_evidence_pb2.Model, _Mapping]] = ..., windows: _Optional[int] = ...) -> None: ...

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

class FindWindowsRequest(_message.Message):
    __slots__ = ("embeddings", "filters", "excluded_track_ids", "limit")
    EMBEDDINGS_FIELD_NUMBER: _ClassVar[int]
    FILTERS_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_TRACK_IDS_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    embeddings: _containers.RepeatedCompositeFieldContainer[Embedding]
    filters: Filters
    excluded_track_ids: _containers.RepeatedScalarFieldContainer[str]
    limit: int
    def __init__(self, embeddings: _Optional[_Iterable[_Union[Embedding, _Mapping]]] = ..., filters: _Optional[_Union[Filters, _Mapping]] = ..., excluded_track_ids: _Optional[_Iterable[str]] = ..., limit: _Optional[int] = ...) -> None: ...

class Embedding(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...

class FindWindowsResponse(_message.Message):
    __slots__ = ("hits",)
    HITS_FIELD_NUMBER: _ClassVar[int]
    hits: _containers.RepeatedCompositeFieldContainer[WindowHit]
    def __init__(self, hits: _Optional[_Iterable[_Union[WindowHit, _Mapping]]] = ...) -> None: ...

class WindowHit(_message.Message):
    __slots__ = ("track", "score", "start_seconds")
    TRACK_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    track: _track_pb2.Track
    score: float
    start_seconds: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, track: _Optional[_Union[_track_pb2.Track, _Mapping]] = ..., score: _Optional[float] = ..., start_seconds: _Optional[_Iterable[float]] = ...) -> None: ...

class BuildGroupsRequest(_message.Message):
    __slots__ = ("groups", "random_seed")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    RANDOM_SEED_FIELD_NUMBER: _ClassVar[int]
    groups: int
    random_seed: int
    def __init__(self, groups: _Optional[int] = ..., random_seed: _Optional[int] = ...) -> None: ...

class BuildGroupsResponse(_message.Message):
    __slots__ = ("progress", "map")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    MAP_FIELD_NUMBER: _ClassVar[int]
    progress: GroupingProgress
    map: GroupMap
    def __init__(self, progress: _Optional[_Union[GroupingProgress, _Mapping]] = ..., map: _Optional[_Union[GroupMap, _Mapping]] = ...) -> None: ...

class GroupingProgress(_message.Message):
    __slots__ = ("stage", "fraction", "message")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    stage: str
    fraction: float
    message: _evidence_pb2.Bilingual
    def __init__(self, stage: _Optional[str] = ..., fraction: _Optional[float] = ..., message: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ...) -> None: ...

class GetGroupsRequest(_message.Message):
    __slots__ = ("include_points",)
    INCLUDE_POINTS_FIELD_NUMBER: _ClassVar[int]
    include_points: bool
    def __init__(self, include_points: _Optional[bool] = ...) -> None: ...

class GetGroupsResponse(_message.Message):
    __slots__ = ("map",)
    MAP_FIELD_NUMBER: _ClassVar[int]
    map: GroupMap
    def __init__(self, map: _Optional[_Union[GroupMap, _Mapping]] = ...) -> None: ...

class GroupMap(_message.Message):
    __slots__ = ("groups", "points", "quality", "built_unix_seconds")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    POINTS_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    BUILT_UNIX_SECONDS_FIELD_NUMBER: _ClassVar[int]
    groups: _containers.RepeatedCompositeFieldContainer[Group]
    points: _containers.RepeatedCompositeFieldContainer[MapPoint]
    quality: GroupQuality
    built_unix_seconds: int
    def __init__(self, groups: _Optional[_Iterable[_Union[Group, _Mapping]]] = ..., points: _Optional[_Iterable[_Union[MapPoint, _Mapping]]] = ..., quality: _Optional[_Union[GroupQuality, _Mapping]] = ..., built_unix_seconds: _Optional[int] = ...) -> None: ...

class Group(_message.Message):
    __slots__ = ("id", "name", "tracks", "tracks_by_sound", "moods", "affect", "tempo_bpm", "tags", "example_track_ids", "audio_embedding", "x", "y")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TRACKS_FIELD_NUMBER: _ClassVar[int]
    TRACKS_BY_SOUND_FIELD_NUMBER: _ClassVar[int]
    MOODS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    TEMPO_BPM_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    EXAMPLE_TRACK_IDS_FIELD_NUMBER: _ClassVar[int]
    AUDIO_EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    id: str
    name: _evidence_pb2.Bilingual
    tracks: int
    tracks_by_sound: int
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    affect: _evidence_pb2.Affect
    tempo_bpm: float
    tags: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    example_track_ids: _containers.RepeatedScalarFieldContainer[str]
    audio_embedding: _containers.RepeatedScalarFieldContainer[float]
    x: float
    y: float
    def __init__(self, id: _Optional[str] = ..., name: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., tracks: _Optional[int] = ..., tracks_by_sound: _Optional[int] = ..., moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., tempo_bpm: _Optional[float] = ..., tags: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ..., example_track_ids: _Optional[_Iterable[str]] = ..., audio_embedding: _Optional[_Iterable[float]] = ..., x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

class MapPoint(_message.Message):
    __slots__ = ("track_id", "title", "artists", "group_id", "x", "y")
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ARTISTS_FIELD_NUMBER: _ClassVar[int]
    GROUP_ID_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    track_id: str
    title: str
    artists: str
    group_id: str
    x: float
    y: float
    def __init__(self, track_id: _Optional[str] = ..., title: _Optional[str] = ..., artists: _Optional[str] = ..., group_id: _Optional[str] = ..., x: _Optional[float] = ..., y: _Optional[float] = ...) -> None: ...

class GroupQuality(_message.Message):
    __slots__ = ("silhouette", "trials", "elbow", "network_accuracy", "trees_accuracy", "majority_accuracy", "held_out_tracks")
    SILHOUETTE_FIELD_NUMBER: _ClassVar[int]
    TRIALS_FIELD_NUMBER: _ClassVar[int]
    ELBOW_FIELD_NUMBER: _ClassVar[int]
    NETWORK_ACCURACY_FIELD_NUMBER: _ClassVar[int]
    TREES_ACCURACY_FIELD_NUMBER: _ClassVar[int]
    MAJORITY_ACCURACY_FIELD_NUMBER: _ClassVar[int]
    HELD_OUT_TRACKS_FIELD_NUMBER: _ClassVar[int]
    silhouette: float
    trials: _containers.RepeatedCompositeFieldContainer[GroupTrial]
    elbow: int
    network_accuracy: float
    trees_accuracy: float
    majority_accuracy: float
    held_out_tracks: int
    def __init__(self, silhouette: _Optional[float] = ..., trials: _Optional[_Iterable[_Union[GroupTrial, _Mapping]]] = ..., elbow: _Optional[int] = ..., network_accuracy: _Optional[float] = ..., trees_accuracy: _Optional[float] = ..., majority_accuracy: _Optional[float] = ..., held_out_tracks: _Optional[int] = ...) -> None: ...

class GroupTrial(_message.Message):
    __slots__ = ("groups", "inertia", "silhouette")
    GROUPS_FIELD_NUMBER: _ClassVar[int]
    INERTIA_FIELD_NUMBER: _ClassVar[int]
    SILHOUETTE_FIELD_NUMBER: _ClassVar[int]
    groups: int
    inertia: float
    silhouette: float
    def __init__(self, groups: _Optional[int] = ..., inertia: _Optional[float] = ..., silhouette: _Optional[float] = ...) -> None: ...

class PredictGroupRequest(_message.Message):
    __slots__ = ("audio_embedding",)
    AUDIO_EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    audio_embedding: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, audio_embedding: _Optional[_Iterable[float]] = ...) -> None: ...

class PredictGroupResponse(_message.Message):
    __slots__ = ("scores",)
    SCORES_FIELD_NUMBER: _ClassVar[int]
    scores: _containers.RepeatedCompositeFieldContainer[GroupScore]
    def __init__(self, scores: _Optional[_Iterable[_Union[GroupScore, _Mapping]]] = ...) -> None: ...

class GroupScore(_message.Message):
    __slots__ = ("group_id", "score")
    GROUP_ID_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    group_id: str
    score: float
    def __init__(self, group_id: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...
