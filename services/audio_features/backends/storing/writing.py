"""From an analysis to the rows that keep it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table

from services.audio_features.backends.storing import codecs
from services.audio_features.backends.storing.tables import (
    FEATURES,
    MATERIALS,
    SCORES,
    SEGMENTS,
    SEQUENCES,
    WINDOWS,
)
from services.audio_features.domain import EMOTIONS, Analysis, Feeling, Floats, Sequence
from vts.moods import MOODS

Row = dict[str, Any]


def versions_text(part_versions: Mapping[str, str]) -> str:
    """Part versions as one text, which is equal for equal versions."""
    return json.dumps(dict(sorted(part_versions.items())))


def analysis_row(analysis: Analysis) -> Row:
    """The row of `ANALYSES`, without `id` and `created_at`."""
    tempo, key, feeling, heard = analysis.tempo, analysis.key, analysis.feeling, analysis.heard
    return {
        "content": analysis.id,
        "sound_digest": analysis.sound_digest,
        "duration_seconds": analysis.duration_seconds,
        "loudness_lufs": analysis.loudness_lufs,
        "harmonic_share": analysis.harmonic_share,
        "dynamic_range_db": analysis.dynamic_range_db,
        "tempo_bpm": tempo.bpm if tempo else None,
        "tempo_confidence": tempo.confidence if tempo else None,
        "tempo_candidates": json.dumps(
            [float(bpm) for bpm in tempo.candidates_bpm] if tempo else []
        ),
        "tonic": key.tonic if key else None,
        "mode": key.mode if key else None,
        "key_confidence": key.confidence if key else None,
        "valence": feeling.valence if feeling else None,
        "arousal": feeling.arousal if feeling else None,
        "feeling_confidence": feeling.confidence if feeling else None,
        "speech_share": heard.speech_share,
        "music_share": heard.music_share,
        "silence_share": heard.silence_share,
        "notes": json.dumps(list(analysis.notes)),
        "embedding": _exact(analysis.embedding),
        "part_versions": versions_text(analysis.part_versions),
        "updated_at": now(),
    }


def now() -> datetime:
    """The time in UTC, as databases keep it: to the second, without a zone."""
    return datetime.now(UTC).replace(microsecond=0, tzinfo=None)


def part_rows(number: int, analysis: Analysis) -> Iterator[tuple[Table, list[Row]]]:
    """The rows of every other table that has any; `number` is the `id` in `ANALYSES`."""
    parts: tuple[tuple[Table, Iterable[Row]], ...] = (
        (FEATURES, _features(analysis)),
        (SCORES, _scores(analysis)),
        (SEQUENCES, _sequences(analysis)),
        (WINDOWS, _windows(analysis)),
        (MATERIALS, _materials(analysis)),
        (SEGMENTS, _segments(analysis)),
    )
    for table, made in parts:
        rows = [{"analysis_id": number, **row} for row in made]
        if rows:
            yield table, rows


def _features(analysis: Analysis) -> Iterator[Row]:
    names = ("mean", "sd", "skewness", "q10", "q50", "q90")
    for name, summary in analysis.features.items():
        columns = [values.tolist() for values in summary.statistics()]
        for dimension, numbers in enumerate(zip(*columns, strict=True)):
            told = dict(zip(names, numbers, strict=True))
            yield {"name": name, "dimension": dimension, "unit": summary.unit, **told}


def _scores(analysis: Analysis) -> Iterator[Row]:
    feeling = analysis.feeling
    if feeling is not None:
        yield from _scored("emotion", dict(zip(EMOTIONS, feeling.emotions.tolist(), strict=True)))
        yield from _scored("mood", dict(zip(MOODS, feeling.moods.tolist(), strict=True)))
    yield from _scored("genre", analysis.genres)


def _scored(kind: str, scores: Mapping[str, float]) -> Iterator[Row]:
    for position, (name, score) in enumerate(scores.items()):
        yield {"kind": kind, "position": position, "name": name, "score": float(score)}


def _sequences(analysis: Analysis) -> Iterator[Row]:
    if analysis.mfcc is not None:
        yield _sequence("mfcc", analysis.mfcc, codecs.halved(analysis.mfcc.frames))
    if analysis.chroma is not None:
        yield _sequence("chroma", analysis.chroma, codecs.quartered(analysis.chroma.frames))
    if analysis.beats is not None:
        beats = Sequence(analysis.beats[:, None], 0.0)
        yield _sequence("beats", beats, codecs.Packed("float32", 1.0, codecs.exact(beats.frames)))


def _sequence(name: str, sequence: Sequence, packed: codecs.Packed) -> Row:
    frames, dimensions = sequence.frames.shape
    return {
        "name": name,
        "frames": frames,
        "dimensions": dimensions,
        "step_seconds": sequence.step_seconds,
        "codec": packed.codec,
        "scale": packed.scale,
        "data": packed.data,
    }


def _windows(analysis: Analysis) -> Iterator[Row]:
    for position, window in enumerate(analysis.windows):
        yield {
            "position": position,
            "start_seconds": window.start,
            "end_seconds": window.end,
            "embedding": _exact(window.embedding),
            **_felt(window.feeling),
        }


def _felt(feeling: Feeling | None) -> Row:
    if feeling is None:
        return dict.fromkeys(("valence", "arousal", "confidence", "emotions", "moods"))
    return {
        "valence": feeling.valence,
        "arousal": feeling.arousal,
        "confidence": feeling.confidence,
        "emotions": codecs.exact(feeling.emotions),
        "moods": codecs.exact(feeling.moods),
    }


def _materials(analysis: Analysis) -> Iterator[Row]:
    for name, values in analysis.materials.items():
        shape = json.dumps(values.shape)
        yield {"name": name, "shape": shape, "data": codecs.exact(values)}


def _segments(analysis: Analysis) -> Iterator[Row]:
    for position, segment in enumerate(analysis.heard.segments):
        yield {
            "position": position,
            "start_seconds": segment.start,
            "end_seconds": segment.end,
            "kind": segment.kind.value,
            "confidence": segment.confidence,
        }


def _exact(values: Floats | None) -> bytes | None:
    return None if values is None else codecs.exact(values)
