from vts.evidence.v1 import evidence_pb2 as _evidence_pb2
from vts.media.v1 import media_pb2 as _media_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SoundKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SOUND_KIND_UNSPECIFIED: _ClassVar[SoundKind]
    SOUND_KIND_SPEECH: _ClassVar[SoundKind]
    SOUND_KIND_MUSIC: _ClassVar[SoundKind]
    SOUND_KIND_SILENCE: _ClassVar[SoundKind]
    SOUND_KIND_OTHER: _ClassVar[SoundKind]
SOUND_KIND_UNSPECIFIED: SoundKind
SOUND_KIND_SPEECH: SoundKind
SOUND_KIND_MUSIC: SoundKind
SOUND_KIND_SILENCE: SoundKind
SOUND_KIND_OTHER: SoundKind

class AnalyzeAudioRequest(_message.Message):
    __slots__ = ("chunk", "options")
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    chunk: _media_pb2.MediaChunk
    options: AnalysisOptions
    def __init__(self, chunk: _Optional[_Union[_media_pb2.MediaChunk, _Mapping]] = ..., options: _Optional[_Union[AnalysisOptions, _Mapping]] = ...) -> None: ...

class AnalysisOptions(_message.Message):
    __slots__ = ("keep", "frames")
    KEEP_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    keep: bool
    frames: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, keep: _Optional[bool] = ..., frames: _Optional[_Iterable[str]] = ...) -> None: ...

class AnalyzeAudioResponse(_message.Message):
    __slots__ = ("analysis_id", "duration_seconds", "loudness_lufs", "tempo", "key", "features", "embedding", "felt_emotions", "moods", "affect", "mfcc", "harmonic_share", "dynamic_range_db", "notes", "model", "segments", "speech_share", "music_share", "silence_share", "windows", "chroma", "beats_seconds", "frames", "genres", "sound_digest", "kept")
    ANALYSIS_ID_FIELD_NUMBER: _ClassVar[int]
    DURATION_SECONDS_FIELD_NUMBER: _ClassVar[int]
    LOUDNESS_LUFS_FIELD_NUMBER: _ClassVar[int]
    TEMPO_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    FEATURES_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    FELT_EMOTIONS_FIELD_NUMBER: _ClassVar[int]
    MOODS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    MFCC_FIELD_NUMBER: _ClassVar[int]
    HARMONIC_SHARE_FIELD_NUMBER: _ClassVar[int]
    DYNAMIC_RANGE_DB_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    MODEL_FIELD_NUMBER: _ClassVar[int]
    SEGMENTS_FIELD_NUMBER: _ClassVar[int]
    SPEECH_SHARE_FIELD_NUMBER: _ClassVar[int]
    MUSIC_SHARE_FIELD_NUMBER: _ClassVar[int]
    SILENCE_SHARE_FIELD_NUMBER: _ClassVar[int]
    WINDOWS_FIELD_NUMBER: _ClassVar[int]
    CHROMA_FIELD_NUMBER: _ClassVar[int]
    BEATS_SECONDS_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    GENRES_FIELD_NUMBER: _ClassVar[int]
    SOUND_DIGEST_FIELD_NUMBER: _ClassVar[int]
    KEPT_FIELD_NUMBER: _ClassVar[int]
    analysis_id: str
    duration_seconds: float
    loudness_lufs: float
    tempo: Tempo
    key: Key
    features: _containers.RepeatedCompositeFieldContainer[FeatureSummary]
    embedding: _containers.RepeatedScalarFieldContainer[float]
    felt_emotions: _containers.RepeatedCompositeFieldContainer[FeltEmotion]
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    affect: _evidence_pb2.Affect
    mfcc: Sequence
    harmonic_share: float
    dynamic_range_db: float
    notes: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.Note]
    model: _evidence_pb2.Model
    segments: _containers.RepeatedCompositeFieldContainer[SoundSegment]
    speech_share: float
    music_share: float
    silence_share: float
    windows: _containers.RepeatedCompositeFieldContainer[SoundWindow]
    chroma: Sequence
    beats_seconds: _containers.RepeatedScalarFieldContainer[float]
    frames: _containers.RepeatedCompositeFieldContainer[FeatureFrames]
    genres: _containers.RepeatedCompositeFieldContainer[GenreScore]
    sound_digest: str
    kept: bool
    def __init__(self, analysis_id: _Optional[str] = ..., duration_seconds: _Optional[float] = ..., loudness_lufs: _Optional[float] = ..., tempo: _Optional[_Union[Tempo, _Mapping]] = ..., key: _Optional[_Union[Key, _Mapping]] = ..., features: _Optional[_Iterable[_Union[FeatureSummary, _Mapping]]] = ..., embedding: _Optional[_Iterable[float]] = ..., felt_emotions: _Optional[_Iterable[_Union[FeltEmotion, _Mapping]]] = ..., moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., mfcc: _Optional[_Union[Sequence, _Mapping]] = ..., harmonic_share: _Optional[float] = ..., dynamic_range_db: _Optional[float] = ..., notes: _Optional[_Iterable[_Union[_evidence_pb2.Note, _Mapping]]] = ..., model: _Optional[_Union[_evidence_pb2.Model, _Mapping]] = ..., segments: _Optional[_Iterable[_Union[SoundSegment, _Mapping]]] = ..., speech_share: _Optional[float] = ..., music_share: _Optional[float] = ..., silence_share: _Optional[float] = ..., windows: _Optional[_Iterable[_Union[SoundWindow, _Mapping]]] = ..., chroma: _Optional[_Union[Sequence, _Mapping]] = ..., beats_seconds: _Optional[_Iterable[float]] = ..., frames: _Optional[_Iterable[_Union[FeatureFrames, _Mapping]]] = ..., genres: _Optional[_Iterable[_Union[GenreScore, _Mapping]]] = ..., sound_digest: _Optional[str] = ..., kept: _Optional[bool] = ...) -> None: ...

class SoundSegment(_message.Message):
    __slots__ = ("start_seconds", "end_seconds", "kind", "confidence")
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    start_seconds: float
    end_seconds: float
    kind: SoundKind
    confidence: float
    def __init__(self, start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., kind: _Optional[_Union[SoundKind, str]] = ..., confidence: _Optional[float] = ...) -> None: ...

class SoundWindow(_message.Message):
    __slots__ = ("start_seconds", "end_seconds", "affect", "moods", "embedding")
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    AFFECT_FIELD_NUMBER: _ClassVar[int]
    MOODS_FIELD_NUMBER: _ClassVar[int]
    EMBEDDING_FIELD_NUMBER: _ClassVar[int]
    start_seconds: float
    end_seconds: float
    affect: _evidence_pb2.Affect
    moods: _containers.RepeatedCompositeFieldContainer[_evidence_pb2.MoodScore]
    embedding: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., affect: _Optional[_Union[_evidence_pb2.Affect, _Mapping]] = ..., moods: _Optional[_Iterable[_Union[_evidence_pb2.MoodScore, _Mapping]]] = ..., embedding: _Optional[_Iterable[float]] = ...) -> None: ...

class GenreScore(_message.Message):
    __slots__ = ("genre", "score")
    GENRE_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    genre: str
    score: float
    def __init__(self, genre: _Optional[str] = ..., score: _Optional[float] = ...) -> None: ...

class FeatureFrames(_message.Message):
    __slots__ = ("name", "unit", "frames")
    NAME_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    FRAMES_FIELD_NUMBER: _ClassVar[int]
    name: str
    unit: str
    frames: Sequence
    def __init__(self, name: _Optional[str] = ..., unit: _Optional[str] = ..., frames: _Optional[_Union[Sequence, _Mapping]] = ...) -> None: ...

class Tempo(_message.Message):
    __slots__ = ("bpm", "confidence", "candidates_bpm")
    BPM_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_BPM_FIELD_NUMBER: _ClassVar[int]
    bpm: float
    confidence: float
    candidates_bpm: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, bpm: _Optional[float] = ..., confidence: _Optional[float] = ..., candidates_bpm: _Optional[_Iterable[float]] = ...) -> None: ...

class Key(_message.Message):
    __slots__ = ("tonic", "mode", "confidence")
    TONIC_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    tonic: str
    mode: str
    confidence: float
    def __init__(self, tonic: _Optional[str] = ..., mode: _Optional[str] = ..., confidence: _Optional[float] = ...) -> None: ...

class FeatureSummary(_message.Message):
    __slots__ = ("name", "unit", "mean", "standard_deviation", "skewness", "quantile_10", "quantile_50", "quantile_90")
    NAME_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    MEAN_FIELD_NUMBER: _ClassVar[int]
    STANDARD_DEVIATION_FIELD_NUMBER: _ClassVar[int]
    SKEWNESS_FIELD_NUMBER: _ClassVar[int]
    QUANTILE_10_FIELD_NUMBER: _ClassVar[int]
    QUANTILE_50_FIELD_NUMBER: _ClassVar[int]
    QUANTILE_90_FIELD_NUMBER: _ClassVar[int]
    name: str
    unit: str
    mean: _containers.RepeatedScalarFieldContainer[float]
    standard_deviation: _containers.RepeatedScalarFieldContainer[float]
    skewness: _containers.RepeatedScalarFieldContainer[float]
    quantile_10: _containers.RepeatedScalarFieldContainer[float]
    quantile_50: _containers.RepeatedScalarFieldContainer[float]
    quantile_90: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, name: _Optional[str] = ..., unit: _Optional[str] = ..., mean: _Optional[_Iterable[float]] = ..., standard_deviation: _Optional[_Iterable[float]] = ..., skewness: _Optional[_Iterable[float]] = ..., quantile_10: _Optional[_Iterable[float]] = ..., quantile_50: _Optional[_Iterable[float]] = ..., quantile_90: _Optional[_Iterable[float]] = ...) -> None: ...

class FeltEmotion(_message.Message):
    __slots__ = ("emotion", "share")
    EMOTION_FIELD_NUMBER: _ClassVar[int]
    SHARE_FIELD_NUMBER: _ClassVar[int]
    emotion: str
    share: float
    def __init__(self, emotion: _Optional[str] = ..., share: _Optional[float] = ...) -> None: ...

class Sequence(_message.Message):
    __slots__ = ("values", "dimensions", "step_seconds")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    STEP_SECONDS_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    dimensions: int
    step_seconds: float
    def __init__(self, values: _Optional[_Iterable[float]] = ..., dimensions: _Optional[int] = ..., step_seconds: _Optional[float] = ...) -> None: ...

class Sound(_message.Message):
    __slots__ = ("analysis_id", "sequence")
    ANALYSIS_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    analysis_id: str
    sequence: Sequence
    def __init__(self, analysis_id: _Optional[str] = ..., sequence: _Optional[_Union[Sequence, _Mapping]] = ...) -> None: ...

class CompareAudioRequest(_message.Message):
    __slots__ = ("first", "second", "include_path")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    SECOND_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_PATH_FIELD_NUMBER: _ClassVar[int]
    first: Sound
    second: Sound
    include_path: bool
    def __init__(self, first: _Optional[_Union[Sound, _Mapping]] = ..., second: _Optional[_Union[Sound, _Mapping]] = ..., include_path: _Optional[bool] = ...) -> None: ...

class CompareAudioResponse(_message.Message):
    __slots__ = ("distance", "normalized_distance", "path")
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    NORMALIZED_DISTANCE_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    distance: float
    normalized_distance: float
    path: _containers.RepeatedCompositeFieldContainer[PathStep]
    def __init__(self, distance: _Optional[float] = ..., normalized_distance: _Optional[float] = ..., path: _Optional[_Iterable[_Union[PathStep, _Mapping]]] = ...) -> None: ...

class PathStep(_message.Message):
    __slots__ = ("first_frame", "second_frame")
    FIRST_FRAME_FIELD_NUMBER: _ClassVar[int]
    SECOND_FRAME_FIELD_NUMBER: _ClassVar[int]
    first_frame: int
    second_frame: int
    def __init__(self, first_frame: _Optional[int] = ..., second_frame: _Optional[int] = ...) -> None: ...

class MatchAudioRequest(_message.Message):
    __slots__ = ("analysis_id", "mfcc", "chroma", "candidates", "limit")
    ANALYSIS_ID_FIELD_NUMBER: _ClassVar[int]
    MFCC_FIELD_NUMBER: _ClassVar[int]
    CHROMA_FIELD_NUMBER: _ClassVar[int]
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    LIMIT_FIELD_NUMBER: _ClassVar[int]
    analysis_id: str
    mfcc: Sequence
    chroma: Sequence
    candidates: _containers.RepeatedCompositeFieldContainer[MatchCandidate]
    limit: int
    def __init__(self, analysis_id: _Optional[str] = ..., mfcc: _Optional[_Union[Sequence, _Mapping]] = ..., chroma: _Optional[_Union[Sequence, _Mapping]] = ..., candidates: _Optional[_Iterable[_Union[MatchCandidate, _Mapping]]] = ..., limit: _Optional[int] = ...) -> None: ...

class MatchCandidate(_message.Message):
    __slots__ = ("analysis_id", "near_seconds")
    ANALYSIS_ID_FIELD_NUMBER: _ClassVar[int]
    NEAR_SECONDS_FIELD_NUMBER: _ClassVar[int]
    analysis_id: str
    near_seconds: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, analysis_id: _Optional[str] = ..., near_seconds: _Optional[_Iterable[float]] = ...) -> None: ...

class MatchAudioResponse(_message.Message):
    __slots__ = ("matches", "unknown_ids")
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_IDS_FIELD_NUMBER: _ClassVar[int]
    matches: _containers.RepeatedCompositeFieldContainer[AudioMatch]
    unknown_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, matches: _Optional[_Iterable[_Union[AudioMatch, _Mapping]]] = ..., unknown_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class AudioMatch(_message.Message):
    __slots__ = ("analysis_id", "start_seconds", "end_seconds", "distance", "likeness", "confidence", "tempo_ratio", "transposition_semitones")
    ANALYSIS_ID_FIELD_NUMBER: _ClassVar[int]
    START_SECONDS_FIELD_NUMBER: _ClassVar[int]
    END_SECONDS_FIELD_NUMBER: _ClassVar[int]
    DISTANCE_FIELD_NUMBER: _ClassVar[int]
    LIKENESS_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    TEMPO_RATIO_FIELD_NUMBER: _ClassVar[int]
    TRANSPOSITION_SEMITONES_FIELD_NUMBER: _ClassVar[int]
    analysis_id: str
    start_seconds: float
    end_seconds: float
    distance: float
    likeness: float
    confidence: float
    tempo_ratio: float
    transposition_semitones: float
    def __init__(self, analysis_id: _Optional[str] = ..., start_seconds: _Optional[float] = ..., end_seconds: _Optional[float] = ..., distance: _Optional[float] = ..., likeness: _Optional[float] = ..., confidence: _Optional[float] = ..., tempo_ratio: _Optional[float] = ..., transposition_semitones: _Optional[float] = ...) -> None: ...

class GetAnalyzerRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetAnalyzerResponse(_message.Message):
    __slots__ = ("model", "part_versions", "kept_analyses", "stale_analyses")
    class PartVersionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    MODEL_FIELD_NUMBER: _ClassVar[int]
    PART_VERSIONS_FIELD_NUMBER: _ClassVar[int]
    KEPT_ANALYSES_FIELD_NUMBER: _ClassVar[int]
    STALE_ANALYSES_FIELD_NUMBER: _ClassVar[int]
    model: _evidence_pb2.Model
    part_versions: _containers.ScalarMap[str, str]
    kept_analyses: int
    stale_analyses: int
    def __init__(self, model: _Optional[_Union[_evidence_pb2.Model, _Mapping]] = ..., part_versions: _Optional[_Mapping[str, str]] = ..., kept_analyses: _Optional[int] = ..., stale_analyses: _Optional[int] = ...) -> None: ...
