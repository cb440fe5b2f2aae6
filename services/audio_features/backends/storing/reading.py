"""From the rows that keep an analysis to the analysis."""

import json
from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter
from typing import Any

import numpy as np
from sqlalchemy import Connection, Row, Table, select

from services.audio_features.backends.storing import codecs
from services.audio_features.backends.storing.tables import (
    ANALYSES,
    FEATURES,
    MATERIALS,
    SCORES,
    SEGMENTS,
    SEQUENCES,
    WINDOWS,
)
from services.audio_features.domain import (
    Analysis,
    Feeling,
    Floats,
    Heard,
    Key,
    Note,
    Sequence,
    SoundKind,
    SoundSegment,
    Summary,
    Tempo,
    Window,
)

AnyRow = Row[Any]


def read_analysis(connection: Connection, content: str) -> Analysis | None:
    """Reads an analysis from all tables; None if it is not kept.

    Raises ValueError or KeyError if what a row holds contradicts itself.
    """
    row = connection.execute(select(ANALYSES).where(ANALYSES.c.content == content)).first()
    if row is None:
        return None
    scores = _scores(connection, row.id)
    sequences = {each.name: sequence_of(each) for each in _rows(connection, SEQUENCES, row.id)}
    beats = sequences.get("beats")
    return Analysis(
        id=row.content,
        duration_seconds=row.duration_seconds,
        loudness_lufs=row.loudness_lufs,
        harmonic_share=row.harmonic_share,
        dynamic_range_db=row.dynamic_range_db,
        tempo=_tempo(row),
        key=None if row.tonic is None else Key(row.tonic, row.mode, row.key_confidence),
        features=_features(connection, row.id),
        embedding=_restored(row.embedding),
        feeling=_feeling(row, scores),
        mfcc=sequences.get("mfcc"),
        heard=_heard(connection, row),
        windows=tuple(_window(each) for each in _rows(connection, WINDOWS, row.id)),
        notes=tuple(Note(note) for note in json.loads(row.notes)),
        chroma=sequences.get("chroma"),
        beats=beats.frames[:, 0] if beats else None,
        genres=scores.get("genre", {}),
        sound_digest=row.sound_digest,
        materials={each.name: _material(each) for each in _rows(connection, MATERIALS, row.id)},
        part_versions=json.loads(row.part_versions),
    )


def sequence_of(row: AnyRow) -> Sequence:
    """The sequence in a row of `SEQUENCES`."""
    shape = (row.frames, row.dimensions)
    return Sequence(codecs.unpacked(row.codec, row.scale, row.data, shape), row.step_seconds)


def _rows(connection: Connection, table: Table, number: int) -> list[AnyRow]:
    wanted = select(table).where(table.c.analysis_id == number)
    return list(connection.execute(wanted.order_by(*table.primary_key.columns)))


def _tempo(row: AnyRow) -> Tempo | None:
    if row.tempo_bpm is None:
        return None
    return Tempo(row.tempo_bpm, row.tempo_confidence, tuple(json.loads(row.tempo_candidates)))


def _features(connection: Connection, number: int) -> Mapping[str, Summary]:
    rows = _rows(connection, FEATURES, number)
    return {name: _summary(list(own)) for name, own in groupby(rows, attrgetter("name"))}


def _summary(rows: list[AnyRow]) -> Summary:
    numbers = [(row.mean, row.sd, row.skewness, row.q10, row.q50, row.q90) for row in rows]
    return Summary(rows[0].unit, *np.array(numbers, np.float32).T)


def _scores(connection: Connection, number: int) -> Mapping[str, Mapping[str, float]]:
    rows = _rows(connection, SCORES, number)
    return {
        kind: {row.name: row.score for row in own}
        for kind, own in groupby(rows, attrgetter("kind"))
    }


def _feeling(row: AnyRow, scores: Mapping[str, Mapping[str, float]]) -> Feeling | None:
    if row.feeling_confidence is None:
        return None
    emotions, moods = (
        np.array(list(scores[kind].values()), np.float32) for kind in ("emotion", "mood")
    )
    return Feeling(emotions, moods, row.valence, row.arousal, row.feeling_confidence)


def _heard(connection: Connection, row: AnyRow) -> Heard:
    segments = tuple(
        SoundSegment(each.start_seconds, each.end_seconds, SoundKind(each.kind), each.confidence)
        for each in _rows(connection, SEGMENTS, row.id)
    )
    return Heard(segments, row.speech_share, row.music_share, row.silence_share)


def _window(row: AnyRow) -> Window:
    feeling = None
    if row.confidence is not None:
        emotions, moods = codecs.restored(row.emotions), codecs.restored(row.moods)
        feeling = Feeling(emotions, moods, row.valence, row.arousal, row.confidence)
    return Window(row.start_seconds, row.end_seconds, feeling, _restored(row.embedding))


def _material(row: AnyRow) -> Floats:
    return codecs.restored(row.data, tuple(json.loads(row.shape)))


def _restored(data: bytes | None) -> Floats | None:
    return None if data is None else codecs.restored(data)
