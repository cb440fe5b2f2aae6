"""Opens databases, each so that it keeps what it acknowledged and answers in bounded time."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from services.audio_features.domain import StoreError

CONNECT_SECONDS, STALL_SECONDS, BUSY_SECONDS = 10, 30, 15
"""Longest waits: for a connection, for a server that has gone silent, for SQLite's one writer."""

CONNECTIONS = 8
"""Connections at a time, at most; whoever wants another one waits for `CONNECT_SECONDS`."""

_WRITES = "vts_writes"
"""The execution option of transactions that will write."""

_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
}
_RECYCLE_SECONDS = 1_800


def open_engine(text: str) -> Engine:
    """Makes the engine of a URL; a server is not asked yet.

    Raises:
        StoreError: The URL is malformed, its database or driver is not to be had, or the folder
            of an SQLite file cannot be made. Never tells the URL, which holds a password.
    """
    url = _url(text)
    if url.get_backend_name() == "sqlite":
        _make_folder(url)
    try:
        engine = create_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_timeout=CONNECT_SECONDS,
            pool_pre_ping=True,
            pool_recycle=_RECYCLE_SECONDS,
            hide_parameters=True,
            connect_args=_arguments(url),
            **_isolation(url),
        )
    except ImportError as error:
        raise StoreError(
            f"the driver of {url.drivername} is not installed; "
            "`pip install 'vts-services[audio-features-sql]'` brings it"
        ) from error
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def for_writing(engine: Engine) -> Engine:
    """The same engine, for transactions that write what others may be writing, too.

    They see what others committed while they waited for them; those that only read see one moment.
    """
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_WRITES: True})
    return engine.execution_options(isolation_level="READ COMMITTED")


def _url(text: str) -> URL:
    try:
        url = make_url(text)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise StoreError("the store's URL is not one that SQLAlchemy reads") from None
    if backend not in _DRIVERS:
        raise StoreError(f"the store's URL names {backend}; {', '.join(_DRIVERS)} are known")
    url = url if "+" in url.drivername else url.set(drivername=_DRIVERS[backend])
    if url.drivername not in _DRIVERS.values():
        raise StoreError(f"{url.drivername} is not known; {_DRIVERS[backend]} is")
    return url


def _make_folder(url: URL) -> None:
    if url.database in {None, "", ":memory:"} or str(url.database).startswith("file:"):
        raise StoreError("the store's URL must name a file, as in sqlite:///folder/file.sqlite3")
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"cannot make {folder}: {error}") from error


def _isolation(url: URL) -> dict[str, Any]:
    """An analysis is read from several tables, all as they were at one moment."""
    return {} if url.get_backend_name() == "sqlite" else {"isolation_level": "REPEATABLE READ"}


def _arguments(url: URL) -> dict[str, Any]:
    match url.get_backend_name():
        case "sqlite":
            return {"timeout": BUSY_SECONDS}
        case "postgresql":
            stall = STALL_SECONDS * 1_000
            return {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": stall}
        case _:
            waits = {"read_timeout": STALL_SECONDS, "write_timeout": STALL_SECONDS}
            return {"connect_timeout": CONNECT_SECONDS, "charset": "utf8mb4", **waits}


def _prepare_sqlite(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # `_begin_sqlite` begins
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # Who first reads and then writes may find that another has written meanwhile, and must not.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
