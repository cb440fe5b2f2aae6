"""Brings a database's tables to what this version of the program keeps in them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, text

from services.audio_features.backends.storing.engines import for_writing
from services.audio_features.domain import StoreError

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parent / "migrations"
"""The revisions, in the order of their `down_revision`."""

LOCK_SECONDS = 60
"""Longest wait for another process that is at it."""

_LOCK_NAME, _LOCK_NUMBER = "vts_audio_features_schema", 0x7674_7361

_log = logging.getLogger(__name__)


def migrate(engine: Engine, migrations: Path = MIGRATIONS) -> None:
    """Applies the revisions that a database has not seen, alone even if many processes start.

    Raises:
        StoreError: The database has seen a revision that is unknown here, or another process held
            the lock for too long.
    """
    # Alembic tells of its plugins as soon as it is imported.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from alembic import command
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    script = ScriptDirectory.from_config(config)
    with _alone(engine) as connection:
        seen = MigrationContext.configure(connection).get_current_revision()
        if seen == script.get_current_head():
            return
        _check_known(script, seen)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        _log.info("the store's tables are now of revision %s", script.get_current_head())


def _check_known(script: ScriptDirectory, seen: str | None) -> None:
    known = {revision.revision for revision in script.walk_revisions()}
    if seen is not None and seen not in known:
        raise StoreError(
            f"the store's tables are of revision {seen}, which this version of VTS does not know: "
            f"a newer one has used them; run that one, or another store (known: {sorted(known)})"
        )


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that only one process at a time is in; it sees what the one before did."""
    with for_writing(engine).connect() as connection, _locked(connection):
        yield connection
        connection.commit()


@contextmanager
def _locked(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "sqlite":  # which has one writer at a time
        yield
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:it)"), {"it": _LOCK_NUMBER})
        yield
        return
    arguments = {"name": _LOCK_NAME, "seconds": LOCK_SECONDS}
    if connection.scalar(text("SELECT GET_LOCK(:name, :seconds)"), arguments) != 1:
        raise StoreError(f"another process has changed the store's tables for {LOCK_SECONDS} s")
    try:
        yield
    finally:
        connection.rollback()
        connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": _LOCK_NAME})
