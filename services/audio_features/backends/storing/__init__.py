"""Analyses kept in a SQL database: SQLite, PostgreSQL, MySQL or MariaDB, by SQLAlchemy."""

from services.audio_features.backends.storing.sql import SqlAnalysisStore

__all__ = ["SqlAnalysisStore"]
