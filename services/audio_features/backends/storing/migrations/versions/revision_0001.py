"""The first tables. What this says must never change; later revisions change what it made."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import LONGBLOB

revision = "0001"
down_revision = None

_BYTES = sa.LargeBinary().with_variant(LONGBLOB(), "mysql", "mariadb")
_OPTIONS = {
    f"{dialect}_{name}": value
    for dialect in ("mysql", "mariadb")
    for name, value in (("engine", "InnoDB"), ("charset", "utf8mb4"), ("collate", "utf8mb4_bin"))
}


def upgrade() -> None:
    """Makes the tables; those that a killed start has made already (on MySQL) stay."""
    _make_analyses()
    _make_numbers()
    _make_bytes()


def _make_analyses() -> None:
    _make(
        "analyses",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("content", sa.String(64), nullable=False, unique=True),
        sa.Column("sound_digest", sa.String(64), nullable=False),
        *_numbers("duration_seconds", "loudness_lufs", "harmonic_share", "dynamic_range_db"),
        *_numbers("tempo_bpm", "tempo_confidence", nullable=True),
        sa.Column("tempo_candidates", sa.Text, nullable=False),
        sa.Column("tonic", sa.String(2)),
        sa.Column("mode", sa.String(8)),
        *_numbers("key_confidence", "valence", "arousal", "feeling_confidence", nullable=True),
        *_numbers("speech_share", "music_share", "silence_share"),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("embedding", _BYTES),
        sa.Column("part_versions", sa.Text, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("updated_at", sa.DateTime, nullable=False),
    )
    op.create_index("ix_analyses_sound_digest", "analyses", ["sound_digest"], if_not_exists=True)


def _make_numbers() -> None:
    _make(
        "features",
        _owner(),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("dimension", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("unit", sa.String(16), nullable=False),
        *_numbers("mean", "sd", "skewness", "q10", "q50", "q90"),
        sqlite_with_rowid=False,
    )
    _make(
        "scores",
        _owner(),
        sa.Column("kind", sa.String(16), primary_key=True),
        _position(),
        sa.Column("name", sa.String(64), nullable=False),
        *_numbers("score"),
        sqlite_with_rowid=False,
    )
    _make(
        "segments",
        _owner(),
        _position(),
        *_numbers("start_seconds", "end_seconds"),
        sa.Column("kind", sa.String(16), nullable=False),
        *_numbers("confidence"),
        sqlite_with_rowid=False,
    )


def _make_bytes() -> None:
    _make(
        "sequences",
        _owner(),
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("frames", sa.Integer, nullable=False),
        sa.Column("dimensions", sa.Integer, nullable=False),
        *_numbers("step_seconds"),
        sa.Column("codec", sa.String(16), nullable=False),
        *_numbers("scale"),
        sa.Column("data", _BYTES, nullable=False),
    )
    _make(
        "windows",
        _owner(),
        _position(),
        *_numbers("start_seconds", "end_seconds"),
        *_numbers("valence", "arousal", "confidence", nullable=True),
        *(sa.Column(name, _BYTES) for name in ("emotions", "moods", "embedding")),
    )
    _make(
        "materials",
        _owner(),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("shape", sa.String(64), nullable=False),
        sa.Column("data", _BYTES, nullable=False),
    )


def _make(name: str, *columns: sa.Column[Any], **options: Any) -> None:
    op.create_table(name, *columns, if_not_exists=True, **options, **_OPTIONS)


def _owner() -> sa.Column[int]:
    owner = sa.ForeignKey("analyses.id", ondelete="CASCADE")
    return sa.Column("analysis_id", sa.Integer, owner, primary_key=True)


def _position() -> sa.Column[int]:
    return sa.Column("position", sa.Integer, primary_key=True, autoincrement=False)


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Double, nullable=nullable) for name in names]
