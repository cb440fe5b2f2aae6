"""The tables in which analyses are kept; the migrations make them.

What people ask in SQL has columns and rows of its own: the measures, the statistics of every
dimension of every feature, the scores, the windows. What only this program reads are bytes, as
`codecs` packs them. Numbers are double precision everywhere, because MariaDB tells no more than
six digits of smaller ones, and statistics come back exactly as they were kept.
"""

from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Double,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.dialects.mysql import LONGBLOB

METADATA = MetaData()
"""All tables."""

BYTES = LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb")
"""Bytes of any length; MySQL's own default ends at 64 KiB."""

_OPTIONS: dict[str, Any] = {
    f"{dialect}_{name}": value
    for dialect in ("mysql", "mariadb")
    for name, value in {
        "engine": "InnoDB",
        "charset": "utf8mb4",
        # Letters of either case are different letters, as they are in the other databases.
        "collate": "utf8mb4_bin",
    }.items()
}


def _owner() -> Column[int]:
    return Column(
        "analysis_id", Integer, ForeignKey("analyses.id", ondelete="CASCADE"), primary_key=True
    )


def _position() -> Column[int]:
    return Column("position", Integer, primary_key=True, autoincrement=False)


def _number(name: str, *, nullable: bool = False) -> Column[float]:
    return Column(name, Double, nullable=nullable)


ANALYSES = Table(
    "analyses",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("content", String(64), nullable=False, unique=True),
    Column("sound_digest", String(64), nullable=False, index=True),
    _number("duration_seconds"),
    _number("loudness_lufs"),
    _number("harmonic_share"),
    _number("dynamic_range_db"),
    _number("tempo_bpm", nullable=True),
    _number("tempo_confidence", nullable=True),
    Column("tempo_candidates", Text, nullable=False),
    Column("tonic", String(2)),
    Column("mode", String(8)),
    _number("key_confidence", nullable=True),
    _number("valence", nullable=True),
    _number("arousal", nullable=True),
    _number("feeling_confidence", nullable=True),
    _number("speech_share"),
    _number("music_share"),
    _number("silence_share"),
    Column("notes", Text, nullable=False),
    Column("embedding", BYTES),
    Column("part_versions", Text, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("updated_at", DateTime, nullable=False),
    **_OPTIONS,
)
"""One row per sound: `content` is the analysis' id; times are UTC; lists and maps are JSON."""

FEATURES = Table(
    "features",
    METADATA,
    _owner(),
    Column("name", String(64), primary_key=True),
    Column("dimension", Integer, primary_key=True, autoincrement=False),
    Column("unit", String(16), nullable=False),
    _number("mean"),
    _number("sd"),
    _number("skewness"),
    _number("q10"),
    _number("q50"),
    _number("q90"),
    sqlite_with_rowid=False,
    **_OPTIONS,
)
"""Six statistics of each dimension of each feature, under the names that librosa gives them."""

SCORES = Table(
    "scores",
    METADATA,
    _owner(),
    Column("kind", String(16), primary_key=True),
    _position(),
    Column("name", String(64), nullable=False),
    _number("score"),
    sqlite_with_rowid=False,
    **_OPTIONS,
)
"""How much of each `emotion`, `mood` and `genre` a sound has, in the order of the vocabulary."""

SEQUENCES = Table(
    "sequences",
    METADATA,
    _owner(),
    Column("name", String(16), primary_key=True),
    Column("frames", Integer, nullable=False),
    Column("dimensions", Integer, nullable=False),
    _number("step_seconds"),
    Column("codec", String(16), nullable=False),
    _number("scale"),
    Column("data", BYTES, nullable=False),
    **_OPTIONS,
)
"""`mfcc`, `chroma` and `beats` over time."""

WINDOWS = Table(
    "windows",
    METADATA,
    _owner(),
    _position(),
    _number("start_seconds"),
    _number("end_seconds"),
    _number("valence", nullable=True),
    _number("arousal", nullable=True),
    _number("confidence", nullable=True),
    Column("emotions", BYTES),
    Column("moods", BYTES),
    Column("embedding", BYTES),
    **_OPTIONS,
)
"""Stretches of 10 s; emotions, moods and embedding are float32, in the order of `domain`."""

MATERIALS = Table(
    "materials",
    METADATA,
    _owner(),
    Column("name", String(64), primary_key=True),
    Column("shape", String(64), nullable=False),
    Column("data", BYTES, nullable=False),
    **_OPTIONS,
)
"""What the heads read beside the statistics, as float32, exactly."""

SEGMENTS = Table(
    "segments",
    METADATA,
    _owner(),
    _position(),
    _number("start_seconds"),
    _number("end_seconds"),
    Column("kind", String(16), nullable=False),
    _number("confidence"),
    sqlite_with_rowid=False,
    **_OPTIONS,
)
"""Talk, music, silence and other sound, in order."""

PARTS = (FEATURES, SCORES, SEQUENCES, WINDOWS, MATERIALS, SEGMENTS)
"""The tables whose rows belong to a row of `ANALYSES`."""
