"""The store: one transaction per analysis, the same on every database."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, case, delete, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError

from services.audio_features.backends.storing.engines import for_writing, open_engine
from services.audio_features.backends.storing.reading import read_analysis, sequence_of
from services.audio_features.backends.storing.schema import migrate
from services.audio_features.backends.storing.tables import ANALYSES, PARTS, SEQUENCES
from services.audio_features.backends.storing.writing import (
    analysis_row,
    now,
    part_rows,
    versions_text,
)
from services.audio_features.domain import Analysis, Sequence, StoreError

T = TypeVar("T")

ATTEMPTS = 3
"""How often a transaction is tried that lost its connection or met another one."""

_log = logging.getLogger(__name__)


class SqlAnalysisStore:
    """An `AnalysisStore` in a database that other processes may use at the same time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writing = for_writing(engine)

    @classmethod
    def opened(cls, url: str) -> "SqlAnalysisStore":
        """Opens the database and brings its tables up to date.

        Raises:
            StoreError: It cannot be reached or read, or a newer version has used it.
        """
        engine = open_engine(url)
        try:
            with _translated():
                migrate(engine)
        except StoreError:
            engine.dispose()
            raise
        # Some drivers take a password among the options, which are left out therefore.
        told = engine.url.set(query={}).render_as_string(hide_password=True)
        _log.info("analyses are kept in %s", told)
        return cls(engine)

    def keep(self, analysis: Analysis) -> None:
        """Writes an analysis to all tables, or to none."""
        self._tried(self._writing, lambda connection: _keep(connection, analysis))

    def find(self, analysis_id: str) -> Analysis | None:
        """Reads an analysis, all of one moment."""
        return self._tried(self._engine, lambda connection: read_analysis(connection, analysis_id))

    def sequences(self, analysis_ids: Collection[str]) -> Mapping[str, tuple[Sequence, Sequence]]:
        """Reads MFCC and chroma of many analyses at once."""
        wanted = (
            select(ANALYSES.c.content, SEQUENCES)
            .join(SEQUENCES)
            .where(ANALYSES.c.content.in_(list(analysis_ids)))
            .where(SEQUENCES.c.name.in_(["mfcc", "chroma"]))
        )

        def read(connection: Connection) -> dict[tuple[str, str], Sequence]:
            rows = connection.execute(wanted)
            return {(row.content, row.name): sequence_of(row) for row in rows}

        found = self._tried(self._engine, read)
        return {
            each: (found[each, "mfcc"], found[each, "chroma"])
            for each in analysis_ids
            if (each, "mfcc") in found and (each, "chroma") in found
        }

    def count(self, part_versions: Mapping[str, str]) -> tuple[int, int]:
        """Counts all analyses and those of other versions."""
        alike = ANALYSES.c.part_versions == versions_text(part_versions)
        query = select(func.count(), func.count(case((alike, 1)))).select_from(ANALYSES)
        kept, current = self._tried(
            self._engine, lambda connection: connection.execute(query).one()
        )
        return kept, kept - current

    def close(self) -> None:
        """Closes every connection."""
        self._engine.dispose()

    def _tried(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        with _translated():
            for _ in range(ATTEMPTS - 1):
                try:
                    with engine.begin() as connection:
                        return work(connection)
                except (OperationalError, IntegrityError) as error:
                    _log.info("once more, because the store said: %s", error.orig)
            with engine.begin() as connection:
                return work(connection)


def _keep(connection: Connection, analysis: Analysis) -> None:
    row = analysis_row(analysis)
    own = ANALYSES.c.content == analysis.id
    number = connection.scalar(select(ANALYSES.c.id).where(own).with_for_update())
    if number is None:
        connection.execute(insert(ANALYSES).values(created_at=now(), **row))
        number = connection.scalars(select(ANALYSES.c.id).where(own)).one()
    else:
        connection.execute(update(ANALYSES).where(own).values(**row))
        for table in PARTS:
            connection.execute(delete(table).where(table.c.analysis_id == number))
    for table, rows in part_rows(number, analysis):
        connection.execute(insert(table), rows)


@contextmanager
def _translated() -> Iterator[None]:
    """Turns what databases say into `StoreError`; their words hold no password and no data."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"the store of analyses: {error.orig}") from error
    except SQLAlchemyError as error:
        raise StoreError(f"the store of analyses: {type(error).__name__}: {error}") from error
    except (ValueError, KeyError) as error:
        raise StoreError(f"the store of analyses holds what it should not: {error}") from error
