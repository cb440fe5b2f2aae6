"""The store's URL: what is taken, what is refused and how, and that no password is ever told."""

import logging
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from services.audio_features.backends.storing import SqlAnalysisStore
from services.audio_features.backends.storing.engines import open_engine
from services.audio_features.domain import StoreError
from tests.unit.audio_features.kept_analyses import whole


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgresql://vts@db/vts", "postgresql+psycopg"),
        ("postgresql+psycopg://vts@db/vts", "postgresql+psycopg"),
        ("mysql://vts@db/vts", "mysql+pymysql"),
        ("mariadb+pymysql://vts@db/vts", "mariadb+pymysql"),
    ],
)
def test_a_url_may_leave_out_the_driver(url: str, driver: str) -> None:
    assert open_engine(url).url.drivername == driver


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("no url at all, hunter2", "not one that SQLAlchemy reads"),
        ("postgresql://vts:hunter2@db:port/vts", "not one that SQLAlchemy reads"),
        ("oracle://vts:hunter2@db/vts", "names oracle"),
        ("postgresql+asyncpg://vts:hunter2@db/vts", "postgresql\\+psycopg is"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
    ],
)
def test_a_url_that_cannot_be_is_refused_without_its_password(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says) as caught:
        SqlAnalysisStore.opened(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgresql", "mysql"])
def test_a_server_that_is_not_there_is_told_without_the_password(
    scheme: str, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))  # and nobody listens
        port = probe.getsockname()[1]
        with caplog.at_level(logging.DEBUG), pytest.raises(StoreError) as caught:
            SqlAnalysisStore.opened(f"{scheme}://vts:hunter2@127.0.0.1:{port}/vts")
    assert str(port) in str(caught.value) or "127.0.0.1" in str(caught.value)
    assert "hunter2" not in str(caught.value) + caplog.text


def test_the_file_and_its_folder_are_made(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b 한글?%20" / "analyses.sqlite3"
    store = SqlAnalysisStore.opened(f"sqlite:///{quote(str(file))}")
    store.keep(whole("a" * 32))
    store.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot make"):
        SqlAnalysisStore.opened(f"sqlite:///{tmp_path}/file/analyses.sqlite3")


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "analyses.sqlite3"
    file.write_bytes(b"songs I like, in no order at all" * 100)
    with pytest.raises(StoreError, match="not a database"):
        SqlAnalysisStore.opened(f"sqlite:///{file}")
    assert file.read_bytes() == b"songs I like, in no order at all" * 100


def test_what_is_kept_can_be_written_with_full_durability(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/analyses.sqlite3")
    with engine.connect() as connection:
        full = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    engine.dispose()
    assert (full, keys) == (2, 1)


def test_the_process_that_decodes_imports_no_database() -> None:
    code = (
        "import sys, services.audio_features.backends.sources\n"
        "sys.exit(any(name in sys.modules for name in ('sqlalchemy', 'alembic')))"
    )
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ)).returncode == 0
