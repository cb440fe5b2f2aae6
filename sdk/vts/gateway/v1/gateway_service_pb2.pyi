from vts.audio_features.v1 import audio_features_service_pb2 as _audio_features_service_pb2
from vts.captioner.v1 import captioner_service_pb2 as _captioner_service_pb2
from vts.evidence.v1 import evidence_pb2 as _evidence_pb2
from vts.media.v1 import media_pb2 as _media_pb2
from vts.mood.v1 import mood_service_pb2 as _mood_service_pb2
from vts.recommender.v1 import recommender_service_pb2 as _recommender_service_pb2
from vts.recommender.v1 import track_pb2 as _track_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InputKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INPUT_KIND_UNSPECIFIED: _ClassVar[InputKind]
    INPUT_KIND_PHOTO: _ClassVar[InputKind]
    INPUT_KIND_VIDEO: _ClassVar[InputKind]
    INPUT_KIND_AUDIO: _ClassVar[InputKind]
    INPUT_KIND_TEXT: _ClassVar[InputKind]
    INPUT_KIND_SITUATION: _ClassVar[InputKind]
    INPUT_KIND_TRACK: _ClassVar[InputKind]
    INPUT_KIND_GROUP: _ClassVar[InputKind]

class DuplicateKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DUPLICATE_KIND_UNSPECIFIED: _ClassVar[DuplicateKind]
    DUPLICATE_KIND_SAME_SOUND: _ClassVar[DuplicateKind]
    DUPLICATE_KIND_SAME_RECORDING: _ClassVar[DuplicateKind]

class ImportOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IMPORT_OUTCOME_UNSPECIFIED: _ClassVar[ImportOutcome]
    IMPORT_OUTCOME_ADDED: _ClassVar[ImportOutcome]
    IMPORT_OUTCOME_UPDATED: _ClassVar[ImportOutcome]
    IMPORT_OUTCOME_UNCHANGED: _ClassVar[ImportOutcome]
    IMPORT_OUTCOME_REFUSED: _ClassVar[ImportOutcome]
    IMPORT_OUTCOME_DUPLICATE: _ClassVar[ImportOutcome]
INPUT_KIND_UNSPECIFIED: InputKind
INPUT_KIND_PHOTO: InputKind
INPUT_KIND_VIDEO: InputKind
INPUT_KIND_AUDIO: InputKind
INPUT_KIND_TEXT: InputKind
INPUT_KIND_SITUATION: InputKind
INPUT_KIND_TRACK: InputKind
INPUT_KIND_GROUP: InputKind
DUPLICATE_KIND_UNSPECIFIED: DuplicateKind
DUPLICATE_KIND_SAME_SOUND: DuplicateKind
DUPLICATE_KIND_SAME_RECORDING: DuplicateKind
IMPORT_OUTCOME_UNSPECIFIED: ImportOutcome
IMPORT_OUTCOME_ADDED: ImportOutcome
IMPORT_OUTCOME_UPDATED: ImportOutcome
IMPORT_OUTCOME_UNCHANGED: ImportOutcome
IMPORT_OUTCOME_REFUSED: ImportOutcome
IMPORT_OUTCOME_DUPLICATE: ImportOutcome

class Input(_message.Message):
    __slots__ = ("media", "text", "situation", "track_id", "group_id", "weight")
    MEDIA_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SITUATION_FIELD_NUMBER: _ClassVar[int]
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    GROUP_ID_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    media: bytes
    text: str
    situation: _mood_service_pb2.Situation
    track_id: str
    group_id: str
    weight: float
    def __init__(self, media: _Optional[bytes] = ..., text: _Optional[str] = ..., situation: _Optional[_Union[_mood_service_pb2.Situation, _Mapping]] = ..., track_id: _Optional[str] = ..., group_id: _Optional[str] = ..., weight: _Optional[float] = ...) -> None: ...

class Options(_message.Message):
    __slots__ = ("limit", "filters", "weights", "diversity", "excluded_track_ids", "user_id", "random_seed", "taxonomies")
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    FILTERS_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    DIVERSITY_FIELD_NUMBER: _ClassVar[int]
    EXCLUDED_TRACK_IDS_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    RANDOM_SEED_FIELD_NUMBER: _ClassVar[int]
    TAXONOMIES_FIELD_NUMBER: _ClassVar[int]
    limit: int
    filters: _recommender_service_pb2.Filters
    weights: _recommender_service_pb2.ComponentWeights
    diversity: float
    excluded_track_ids: _containers.RepeatedScalarFieldContainer[str]
    user_id: str
    random_seed: int
    taxonomies: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, limit: _Optional[int] = ..., filters: _Optional[_Union[_recommender_service_pb2.Filters, _Mapping]] = ..., weights: _Optional[_Union[_recommender_service_pb2.ComponentWeights, _Mapping]] = ..., diversity: _Optional[float] = ..., excluded_track_ids: _Optional[_Iterable[str]] = ..., user_id: _Optional[str] = ..., random_seed: _Optional[int] = ..., taxonomies: _Optional[_Iterable[str]] = ...) -> None: ...

class RecommendRequest(_message.Message):
    __slots__ = ("inputs", "options")
    INPUTS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    inputs: _containers.RepeatedCompositeFieldContainer[Input]
    options: Options
    def __init__(self, inputs: _Optional[_Iterable[_Union[Input, _Mapping]]] = ..., options: _Optional[_Union[Options, _Mapping]] = ...) -> None: ...

class RecommendResponse(_message.Message):
    __slots__ = ("playlist",)
    PLAYLIST_FIELD_NUMBER: _ClassVar[int]
    playlist: Playlist
    def __init__(self, playlist: _Optional[_Union[Playlist, _Mapping]] = ...) -> None: ...

class RecommendStreamRequest(_message.Message):
    __slots__ = ("options", "input", "chunk")
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    options: Options
    input: Input
    chunk: _media_pb2.MediaChunk
    def __init__(self, options: _Optional[_Union[Options, _Mapping]] = ..., input: _Optional[_Union[Input, _Mapping]] = ..., chunk: _Optional[_Union[_media_pb2.MediaChunk, _Mapping]] = ...) -> None: ...

class RecommendStreamResponse(_message.Message):
    __slots__ = ("progress", "evidence", "playlist", "scene")
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    PLAYLIST_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    progress: Progress
    evidence: InputEvidence
    playlist: Playlist
    scene: SceneNews
    def __init__(self, progress: _Optional[_Union[Progress, _Mapping]] = ..., evidence: _Optional[_Union[InputEvidence, _Mapping]] = ..., playlist: _Optional[_Union[Playlist, _Mapping]] = ..., scene: _Optional[_Union[SceneNews, _Mapping]] = ...) -> None: ...

class SceneNews(_message.Message):
    __slots__ = ("input_index", "scene_index", "scene")
    INPUT_INDEX_FIELD_NUMBER: _ClassVar[int]
    SCENE_INDEX_FIELD_NUMBER: _ClassVar[int]
    SCENE_FIELD_NUMBER: _ClassVar[int]
    input_index: int
    scene_index: int
    scene: _captioner_service_pb2.Scene
    def __init__(self, input_index: _Optional[int] = ..., scene_index: _Optional[int] = ..., scene: _Optional[_Union[_captioner_service_pb2.Scene, _Mapping]] = ...) -> None: ...

class Progress(_message.Message):
    __slots__ = ("stage", "fraction", "message", "input_index")
    STAGE_FIELD_NUMBER: _ClassVar[int]
    FRACTION_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    INPUT_INDEX_FIELD_NUMBER: _ClassVar[int]
    stage: str
    fraction: float
    message: _evidence_pb2.Bilingual
    input_index: int
    def __init__(self, stage: _Optional[str] = ..., fraction: _Optional[float] = ..., message: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., input_index: _Optional[int] = ...) -> None: ...

class InputEvidence(_message.Message):
    __slots__ = ("input_index", "kind", "weight", "description", "scenes", "reading", "phrases", "sound", "track", "moods", "affect", "keywords", "notes", "summary", "scene_meanings", "motion", "brightness", "events", "matches", "group", "taxonomies", "bounds")
    INPUT_INDEX_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    WEIGHT_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    SCENES_FIELD_NUMBER: _ClassVar[int]
    READING_FIELD_NUMBER: _ClassVar[int]
    PHRASES_FIELD_NUMBER: _ClassVar[int]
    SOUND_FIELD_NUMBER: _ClassVar[int]
    TRACK_FIELD_NUMBER: _ClassVar[int]
    MOODS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    SCENE_MEANINGS_FIELD_NUMBER: _ClassVar[int]
    MOTION_FIELD_NUMBER: _ClassVar[int]
    BRIGHTNESS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    TAXONOMIES_FIELD_NUMBER: _ClassVar[int]
    BOUNDS_FIELD_NUMBER: _ClassVar[int]
    input_index: int
    kind: InputKind
    weight: float
    description: _captioner_service_pb2.Description
    scenes: _containers.RepeatedCompositeFieldContainer[_captioner_service_pb2.Scene]
    reading: _mood_service_pb2.Reading
    phrases: _containers.RepeatedCompositeFieldContainer[_mood_service_pb2.Phrase]
    sound: _audio_features_service_pb2.AnalyzeAudioResponse
    track: _track_pb2.Track
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    affect: _evidence_pb2.Affect
    keywords: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    notes: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Note]
    summary: _evidence_pb2.Bilingual
    scene_meanings: _containers.RepeatedCompositeFieldContainer[SceneMeaning]
    motion: _evidence_pb2.Curve
    brightness: _evidence_pb2.Curve
    events: _containers.RepeatedCompositeFieldContainer[_captioner_service_pb2.VideoEvent]
    matches: _containers.RepeatedCompositeFieldContainer[SoundMatch]
    group: _recommender_service_pb2.Group
    taxonomies: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.TaxonomyScores]
    bounds: _evidence_pb2.Bounds
    def __init__(self, input_index: _Optional[int] = ..., kind: _Optional[_Union[InputKind, str]] = ..., weight: _Optional[float] = ..., description: _Optional[_Union[_captioner_service_pb2.Description, _Mapping]] = ..., scenes: _Optional[_Iterable[_Union[_captioner_service_pb2.Scene, _Mapping]]] = ..., reading: _Optional[_Union[_mood_service_pb2.Reading, _Mapping]] = ..., phrases: _Optional[_Iterable[_Union[_mood_service_pb2.Phrase, _Mapping]]] = ..., sound: _Optional[_Union[_audio_features_service_pb2.AnalyzeAudioResponse, _Mapping]] = ..., track: _Optional[_Union[_track_pb2.Track, _Mapping]] = ..., moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., keywords: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ..., notes: _Optional[_Iterable[_Union[_evidence_pb2.Note, _Mapping]]] = ..., summary: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., scene_meanings: _Optional[_Iterable[_Union[SceneMeaning, _Mapping]]] = ..., motion: _Optional[_Union[_evidence_pb2.Curve, _Mapping]] = ..., brightness: _Optional[_Union[_evidence_pb2.Curve, _Mapping]] = ..., events: _Optional[_Iterable[_Union[_captioner_service_pb2.VideoEvent, _Mapping]]] = ..., matches: _Optional[_Iterable[_Union[SoundMatch, _Mapping]]] = ..., group: _Optional[_Union[_recommender_service_pb2.Group, _Mapping]] = ..., taxonomies: _Optional[_Iterable[_Union[_evidence_pb2.TaxonomyScores, _Mapping]]] = ..., bounds: _Optional[_Union[_evidence_pb2.Bounds, _Mapping]] = ...) -> None: ...

class SoundMatch(_message.Message):
    __slots__ = ("track", "start_seconds", "end_seconds", "confidence", "tempo_ratio", "transposition_semitones", "sound_path")
    TRACK_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    TEMPO_RATIO_FIELD_NUMBER: _ClassVar[int]
    TRANSPOSITION_SEMITONES_FIELD_NUMBER: _ClassVar[int]
    SOUND_PATH_FIELD_NUMBER: _ClassVar[int]
    track: _track_pb2.Track
    start_seconds: float
    end_seconds: float
    confidence: float
    tempo_ratio: float
    transposition_semitones: float
    sound_path: str
    def __init__(self, track: _Optional[_Union[_track_pb2.Track, _Mapping]] = ..., start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., confidence: _Optional[float] = ..., tempo_ratio: _Optional[float] = ..., transposition_semitones: _Optional[float] = ..., sound_path: _Optional[str] = ...) -> None: ...

class SceneMeaning(_message.Message):
    __slots__ = ("moods", "affect", "keywords", "sound_kind")
    MOODS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    KEYWORDS_FIELD_NUMBER: _ClassVar[int]
    SOUND_KIND_FIELD_NUMBER: _ClassVar[int]
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    affect: _evidence_pb2.Affect
    keywords: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    sound_kind: _audio_features_service_pb2.SoundKind
    def __init__(self, moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., keywords: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ..., sound_kind: _Optional[_Union[_audio_features_service_pb2.SoundKind, str]] = ...) -> None: ...

class Playlist(_message.Message):
    __slots__ = ("id", "title", "items", "evidence", "moods", "affect", "filter_effects", "catalogue_size", "notes", "stage_seconds")
    class StageSecondsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    MOODS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    FILTER_EFFECTS_FIELD_NUMBER: _ClassVar[int]
    CATALOGUE_SIZE_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    STAGE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    id: str
    title: _evidence_pb2.Bilingual
    items: _containers.RepeatedCompositeFieldContainer[PlaylistItem]
    evidence: _containers.RepeatedCompositeFieldContainer[InputEvidence]
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    affect: _evidence_pb2.Affect
    filter_effects: _containers.RepeatedCompositeFieldContainer[_recommender_service_pb2.FilterEffect]
    catalogue_size: int
    notes: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Note]
    stage_seconds: _containers.ScalarMap[str, float]
    def __init__(self, id: _Optional[str] = ..., title: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., items: _Optional[_Iterable[_Union[PlaylistItem, _Mapping]]] = ..., evidence: _Optional[_Iterable[_Union[InputEvidence, _Mapping]]] = ..., moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., filter_effects: _Optional[_Iterable[_Union[_recommender_service_pb2.FilterEffect, _Mapping]]] = ..., catalogue_size: _Optional[int] = ..., notes: _Optional[_Iterable[_Union[_evidence_pb2.Note, _Mapping]]] = ..., stage_seconds: _Optional[_Mapping[str, float]] = ...) -> None: ...

class PlaylistItem(_message.Message):
    __slots__ = ("track", "score", "reason", "components", "matched_tags", "shared_moods", "sound_path", "start_seconds", "end_seconds")
    TRACK_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    COMPONENTS_FIELD_NUMBER: _ClassVar[int]
    MATCHED_TAGS_FIELD_NUMBER: _ClassVar[int]
    SHARED_MOODS_FIELD_NUMBER: _ClassVar[int]
    SOUND_PATH_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    track: _track_pb2.Track
    score: float
    reason: _evidence_pb2.Bilingual
    components: _containers.RepeatedCompositeFieldContainer[_recommender_service_pb2.ComponentScore]
    matched_tags: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Keyword]
    shared_moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    sound_path: str
    start_seconds: float
    end_seconds: float
    def __init__(self, track: _Optional[_Union[_track_pb2.Track, _Mapping]] = ..., score: _Optional[float] = ..., reason: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ..., components: _Optional[_Iterable[_Union[_recommender_service_pb2.ComponentScore, _Mapping]]] = ..., matched_tags: _Optional[_Iterable[_Union[_evidence_pb2.Keyword, _Mapping]]] = ..., shared_moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., sound_path: _Optional[str] = ..., start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ...) -> None: ...

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
    tracks: _containers.RepeatedCompositeFieldContainer[_recommender_service_pb2.FoundTrack]
    def __init__(self, tracks: _Optional[_Iterable[_Union[_recommender_service_pb2.FoundTrack, _Mapping]]] = ...) -> None: ...

class SimilarTracksRequest(_message.Message):
    __slots__ = ("track_id", "options")
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    track_id: str
    options: Options
    def __init__(self, track_id: _Optional[str] = ..., options: _Optional[_Union[Options, _Mapping]] = ...) -> None: ...

class SimilarTracksResponse(_message.Message):
    __slots__ = ("playlist",)
    PLAYLIST_FIELD_NUMBER: _ClassVar[int]
    playlist: Playlist
    def __init__(self, playlist: _Optional[_Union[Playlist, _Mapping]] = ...) -> None: ...

class SendFeedbackRequest(_message.Message):
    __slots__ = ("user_id", "track_id", "kind", "playlist_id")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PLAYLIST_ID_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    track_id: str
    kind: _recommender_service_pb2.FeedbackKind
    playlist_id: str
    def __init__(self, user_id: _Optional[str] = ..., track_id: _Optional[str] = ..., kind: _Optional[_Union[_recommender_service_pb2.FeedbackKind, str]] = ..., playlist_id: _Optional[str] = ...) -> None: ...

class SendFeedbackResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ImportTracksRequest(_message.Message):
    __slots__ = ("draft", "chunk")
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    draft: TrackDraft
    chunk: _media_pb2.MediaChunk
    def __init__(self, draft: _Optional[_Union[TrackDraft, _Mapping]] = ..., chunk: _Optional[_Union[_media_pb2.MediaChunk, _Mapping]] = ...) -> None: ...

class TrackDraft(_message.Message):
    __slots__ = ("track", "sound_follows", "keep_sound", "refresh", "skip_duplicates")
    TRACK_FIELD_NUMBER: _ClassVar[int]
    SOUND_FOLLOWS_FIELD_NUMBER: _ClassVar[int]
    KEEP_SOUND_FIELD_NUMBER: _ClassVar[int]
    REFRESH_FIELD_NUMBER: _ClassVar[int]
    SKIP_DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    track: _track_pb2.Track
    sound_follows: bool
    keep_sound: bool
    refresh: bool
    skip_duplicates: bool
    def __init__(self, track: _Optional[_Union[_track_pb2.Track, _Mapping]] = ..., sound_follows: _Optional[bool] = ..., keep_sound: _Optional[bool] = ..., refresh: _Optional[bool] = ..., skip_duplicates: _Optional[bool] = ...) -> None: ...

class ImportTracksResponse(_message.Message):
    __slots__ = ("index", "track_id", "outcome", "problem", "duplicates")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    index: int
    track_id: str
    outcome: ImportOutcome
    problem: str
    duplicates: _containers.RepeatedCompositeFieldContainer[Duplicate]
    def __init__(self, index: _Optional[int] = ..., track_id: _Optional[str] = ..., outcome: _Optional[_Union[ImportOutcome, str]] = ..., problem: _Optional[str] = ..., duplicates: _Optional[_Iterable[_Union[Duplicate, _Mapping]]] = ...) -> None: ...

class Duplicate(_message.Message):
    __slots__ = ("track_id", "title", "artists", "kind", "confidence", "reason")
    TRACK_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    ARTISTS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    track_id: str
    title: str
    artists: _containers.RepeatedScalarFieldContainer[str]
    kind: DuplicateKind
    confidence: float
    reason: _evidence_pb2.Bilingual
    def __init__(self, track_id: _Optional[str] = ..., title: _Optional[str] = ..., artists: _Optional[_Iterable[str]] = ..., kind: _Optional[_Union[DuplicateKind, str]] = ..., confidence: _Optional[float] = ..., reason: _Optional[_Union[_evidence_pb2.Bilingual, _Mapping]] = ...) -> None: ...

class CheckTracksRequest(_message.Message):
    __slots__ = ("songs", "track_ids")
    SONGS_FIELD_NUMBER: _ClassVar[int]
    TRACK_IDS_FIELD_NUMBER: _ClassVar[int]
    songs: _containers.RepeatedCompositeFieldContainer[TrackCheck]
    track_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, songs: _Optional[_Iterable[_Union[TrackCheck, _Mapping]]] = ..., track_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class TrackCheck(_message.Message):
    __slots__ = ("draft", "sound_sha256")
    DRAFT_FIELD_NUMBER: _ClassVar[int]
    SOUND_SHA256_FIELD_NUMBER: _ClassVar[int]
    draft: TrackDraft
    sound_sha256: bytes
    def __init__(self, draft: _Optional[_Union[TrackDraft, _Mapping]] = ..., sound_sha256: _Optional[bytes] = ...) -> None: ...

class CheckTracksResponse(_message.Message):
    __slots__ = ("unchanged", "unknown_ids")
    UNCHANGED_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_IDS_FIELD_NUMBER: _ClassVar[int]
    unchanged: _containers.RepeatedScalarFieldContainer[int]
    unknown_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, unchanged: _Optional[_Iterable[int]] = ..., unknown_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class GetStatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("services", "catalogue", "version", "sound_bytes")
    SERVICES_FIELD_NUMBER: _ClassVar[int]
    CATALOGUE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SOUND_BYTES_FIELD_NUMBER: _ClassVar[int]
    services: _containers.RepeatedCompositeFieldContainer[ServiceStatus]
    catalogue: _recommender_service_pb2.GetCatalogueResponse
    version: str
    sound_bytes: int
    def __init__(self, services: _Optional[_Iterable[_Union[ServiceStatus, _Mapping]]] = ..., catalogue: _Optional[_Union[_recommender_service_pb2.GetCatalogueResponse, _Mapping]] = ..., version: _Optional[str] = ..., sound_bytes: _Optional[int] = ...) -> None: ...

class ServiceStatus(_message.Message):
    __slots__ = ("name", "state", "address", "check_seconds")
    NAME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CHECK_SECONDS_FIELD_NUMBER: _ClassVar[int]
    name: str
    state: str
    address: str
    check_seconds: float
    def __init__(self, name: _Optional[str] = ..., state: _Optional[str] = ..., address: _Optional[str] = ..., check_seconds: _Optional[float] = ...) -> None: ...

class GetGroupsRequest(_message.Message):
    __slots__ = ("include_points",)
    INCLUDE_POINTS_FIELD_NUMBER: _ClassVar[int]
    include_points: bool
    def __init__(self, include_points: _Optional[bool] = ...) -> None: ...

class GetGroupsResponse(_message.Message):
    __slots__ = ("map",)
    MAP_FIELD_NUMBER: _ClassVar[int]
    map: _recommender_service_pb2.GroupMap
    def __init__(self, map: _Optional[_Union[_recommender_service_pb2.GroupMap, _Mapping]] = ...) -> None: ...

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
    progress: _recommender_service_pb2.GroupingProgress
    map: _recommender_service_pb2.GroupMap
    def __init__(self, progress: _Optional[_Union[_recommender_service_pb2.GroupingProgress, _Mapping]] = ..., map: _Optional[_Union[_recommender_service_pb2.GroupMap, _Mapping]] = ...) -> None: ...

class ReadMoodsRequest(_message.Message):
    __slots__ = ("texts", "language", "taxonomies")
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TAXONOMIES_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    language: str
    taxonomies: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Optional[_Iterable[str]] = ..., language: _Optional[str] = ..., taxonomies: _Optional[_Iterable[str]] = ...) -> None: ...

class ReadMoodsResponse(_message.Message):
    __slots__ = ("readings",)
    READINGS_FIELD_NUMBER: _ClassVar[int]
    readings: _containers.RepeatedCompositeFieldContainer[_mood_service_pb2.Reading]
    def __init__(self, readings: _Optional[_Iterable[_Union[_mood_service_pb2.Reading, _Mapping]]] = ...) -> None: ...
