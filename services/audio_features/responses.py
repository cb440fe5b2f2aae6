"""From what was measured to the messages that tell it."""

from collections.abc import Iterator

from services.audio_features.domain import (
    EMOTIONS,
    SILENCE_LUFS,
    Alignment,
    Analysis,
    Feeling,
    Heard,
    Key,
    Note,
    Sequence,
    SoundKind,
    Summary,
    Tempo,
    Window,
)
from services.audio_features.extracting import Answer
from services.audio_features.ports import AudioAnalyzer
from vts.audio_features.v1 import audio_features_service_pb2 as pb
from vts.evidence.v1 import evidence_pb2
from vts.moods import MOODS

NOTES = {
    Note.NO_SOUND: ("The video has no sound.", "영상에 소리가 없습니다."),
    Note.SILENT: ("There is nothing to hear: the sound is silent.", "소리가 들리지 않습니다."),
    Note.TRUNCATED: (
        "The file ends before its sound does; what came was heard.",
        "파일이 중간에 끊겨 있어 들어 있는 데까지만 들었습니다.",
    ),
}
"""What each note says to people, in English and Korean."""

KINDS = {
    SoundKind.SPEECH: pb.SOUND_KIND_SPEECH,
    SoundKind.MUSIC: pb.SOUND_KIND_MUSIC,
    SoundKind.SILENCE: pb.SOUND_KIND_SILENCE,
    SoundKind.OTHER: pb.SOUND_KIND_OTHER,
}
"""The contract's word for each kind of sound."""


def analysis_to_pb(answer: Answer, model: evidence_pb2.Model) -> pb.AnalyzeAudioResponse:
    """Tells an analysis; fields of what could not be measured stay unset or empty."""
    analysis = answer.analysis
    response = pb.AnalyzeAudioResponse(
        analysis_id=analysis.id,
        duration_seconds=analysis.duration_seconds,
        loudness_lufs=analysis.loudness_lufs,
        harmonic_share=analysis.harmonic_share,
        dynamic_range_db=analysis.dynamic_range_db,
        tempo=_tempo(analysis.tempo),
        key=_key(analysis.key),
        features=[_feature(name, summary) for name, summary in analysis.features.items()],
        mfcc=_sequence(analysis.mfcc),
        notes=[_note(note) for note in analysis.notes],
        model=model,
        chroma=_sequence(analysis.chroma),
        frames=_frames(analysis),
        genres=[pb.GenreScore(genre=name, score=score) for name, score in analysis.genres.items()],
        sound_digest=analysis.sound_digest,
        kept=answer.is_kept,
    )
    if analysis.beats is not None:
        response.beats_seconds.extend(analysis.beats.tolist())
    if analysis.embedding is not None:
        response.embedding.extend(analysis.embedding.tolist())
    if analysis.feeling is not None:
        _feel(response, analysis.feeling)
    _hear(response, analysis.heard)
    response.windows.extend(map(_window, analysis.windows))
    return response


def no_sound_to_pb(model: evidence_pb2.Model) -> pb.AnalyzeAudioResponse:
    """Tells that a video has no sound."""
    return pb.AnalyzeAudioResponse(
        loudness_lufs=SILENCE_LUFS,
        notes=[_note(Note.NO_SOUND)],
        model=model,
    )


def model_to_pb(analyzer: AudioAnalyzer) -> evidence_pb2.Model:
    """Names the analyzer."""
    return evidence_pb2.Model(name=analyzer.name, version=analyzer.version)


def analyzer_to_pb(analyzer: AudioAnalyzer, kept: int, stale: int) -> pb.GetAnalyzerResponse:
    """Tells which analysis is made here, how many are kept, and how many of those are old."""
    return pb.GetAnalyzerResponse(
        model=model_to_pb(analyzer),
        part_versions=dict(analyzer.part_versions),
        kept_analyses=kept,
        stale_analyses=stale,
    )


def alignment_to_pb(alignment: Alignment, *, with_path: bool) -> pb.CompareAudioResponse:
    """Tells how two sounds align."""
    steps = alignment.path.tolist() if with_path else []
    return pb.CompareAudioResponse(
        distance=alignment.distance,
        normalized_distance=alignment.normalized_distance,
        path=[pb.PathStep(first_frame=first, second_frame=second) for first, second in steps],
    )


def _feel(response: pb.AnalyzeAudioResponse, feeling: Feeling) -> None:
    response.felt_emotions.extend(
        pb.FeltEmotion(emotion=emotion, share=float(share))
        for emotion, share in zip(EMOTIONS, feeling.emotions, strict=True)
    )
    response.moods.extend(_moods(feeling))
    response.affect.CopyFrom(_affect(feeling))


def _hear(response: pb.AnalyzeAudioResponse, heard: Heard) -> None:
    response.segments.extend(
        pb.SoundSegment(
            start_seconds=segment.start,
            end_seconds=segment.end,
            kind=KINDS[segment.kind],
            confidence=segment.confidence,
        )
        for segment in heard.segments
    )
    response.speech_share = heard.speech_share
    response.music_share = heard.music_share
    response.silence_share = heard.silence_share


def _window(window: Window) -> pb.SoundWindow:
    told = pb.SoundWindow(start_seconds=window.start, end_seconds=window.end)
    if window.feeling is not None:
        told.moods.extend(_moods(window.feeling))
        told.affect.CopyFrom(_affect(window.feeling))
    if window.embedding is not None:
        told.embedding.extend(window.embedding.tolist())
    return told


def _moods(feeling: Feeling) -> Iterator[evidence_pb2.MoodScore]:
    for mood, score in zip(MOODS, feeling.moods, strict=True):
        yield evidence_pb2.MoodScore(mood=mood, score=float(score))


def _affect(feeling: Feeling) -> evidence_pb2.Affect:
    return evidence_pb2.Affect(
        valence=feeling.valence, arousal=feeling.arousal, confidence=feeling.confidence
    )


def _tempo(tempo: Tempo | None) -> pb.Tempo:
    if tempo is None:
        return pb.Tempo()
    return pb.Tempo(bpm=tempo.bpm, confidence=tempo.confidence, candidates_bpm=tempo.candidates_bpm)


def _key(key: Key | None) -> pb.Key:
    if key is None:
        return pb.Key()
    return pb.Key(tonic=key.tonic, mode=key.mode, confidence=key.confidence)


def _feature(name: str, summary: Summary) -> pb.FeatureSummary:
    return pb.FeatureSummary(
        name=name,
        unit=summary.unit,
        mean=summary.mean.tolist(),
        standard_deviation=summary.standard_deviation.tolist(),
        skewness=summary.skewness.tolist(),
        quantile_10=summary.quantile_10.tolist(),
        quantile_50=summary.quantile_50.tolist(),
        quantile_90=summary.quantile_90.tolist(),
    )


def _sequence(sequence: Sequence | None) -> pb.Sequence:
    if sequence is None:
        return pb.Sequence()
    return pb.Sequence(
        values=sequence.frames.ravel().tolist(),
        dimensions=sequence.frames.shape[1],
        step_seconds=sequence.step_seconds,
    )


def _frames(analysis: Analysis) -> Iterator[pb.FeatureFrames]:
    for name, sequence in analysis.frames.items():
        unit = analysis.features[name].unit
        yield pb.FeatureFrames(name=name, unit=unit, frames=_sequence(sequence))


def _note(note: Note) -> evidence_pb2.Note:
    english, korean = NOTES[note]
    return evidence_pb2.Note(
        code=note.value,
        message=evidence_pb2.Bilingual(en=english, ko=korean),
        subject="audio",
    )
