"""The store in real databases: its tables, their history, and connections that are lost."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from services.audio_features.backends.storing import SqlAnalysisStore
from services.audio_features.backends.storing.engines import open_engine
from services.audio_features.backends.storing.schema import MIGRATIONS, migrate
from services.audio_features.backends.storing.tables import METADATA
from services.audio_features.domain import StoreError
from tests.integration.audio_features.databases import mariadb, new_database, postgresql
from tests.unit.audio_features.kept_analyses import VERSIONS, whole

NEXT_REVISION = '''"""What a later version may do: a column, and what is known of it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("analyses", sa.Column("minutes", sa.Double))
    op.execute("UPDATE analyses SET minutes = duration_seconds / 60")
'''


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return new_database(request.param, tmp_path)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def kept(url: str, *names: str) -> None:
    store = SqlAnalysisStore.opened(url)
    for name in names:
        store.keep(whole(name))
    store.close()


def later_version(folder: Path) -> Path:
    """The migrations of a version that has one more."""
    migrations = folder / "migrations"
    shutil.copytree(MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    (migrations / "versions" / "revision_0002.py").write_text(NEXT_REVISION)
    return migrations


def test_the_migrations_make_the_tables_that_the_program_uses(url: str) -> None:
    kept(url)
    with opened(url) as engine, engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_statistics_can_be_asked_for_in_sql(url: str) -> None:
    kept(url, "a" * 32, "b" * 32)
    asked = text(
        "SELECT features.mean FROM analyses JOIN features ON features.analysis_id = analyses.id "
        "WHERE features.name = 'mfcc' AND features.dimension = 3 AND analyses.tempo_bpm > 100 "
        "ORDER BY analyses.content"
    )
    felt = text("SELECT name FROM scores WHERE kind = 'genre' AND score > 0.5")
    with opened(url) as engine, engine.connect() as connection:
        means = connection.scalars(asked).all()
        assert set(connection.scalars(felt)) == {"classical"}
    assert means == [float(whole(name * 32).features["mfcc"].mean[3]) for name in "ab"]


def test_what_an_older_version_kept_is_there_after_an_upgrade(url: str, tmp_path: Path) -> None:
    kept(url, "a" * 32)
    with opened(url) as engine:
        migrate(engine, later_version(tmp_path))
        migrate(engine, tmp_path / "migrations")
        with engine.connect() as connection:
            minutes = connection.scalars(text("SELECT minutes FROM analyses")).one()
            its = connection.scalars(text("SELECT count(*) FROM windows")).one()
    assert minutes == pytest.approx(whole("a" * 32).duration_seconds / 60)
    assert its == 3


def test_tables_of_a_newer_version_are_refused_and_left_alone(url: str, tmp_path: Path) -> None:
    kept(url, "a" * 32)
    with opened(url) as engine:
        migrate(engine, later_version(tmp_path))
    with pytest.raises(StoreError, match=r"revision 0002.*newer"):
        SqlAnalysisStore.opened(url)
    with opened(url) as engine, engine.connect() as connection:
        assert connection.scalars(text("SELECT version_num FROM alembic_version")).one() == "0002"


def test_several_that_start_at_once_make_the_tables_once(url: str) -> None:
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(SqlAnalysisStore.opened, [url] * 4))
    stores[0].keep(whole("a" * 32))
    assert [store.count(VERSIONS) for store in stores] == [(1, 0)] * 4
    for store in stores:
        store.close()


def test_tables_that_a_killed_start_left_half_made_are_completed(tmp_path: Path) -> None:
    url = new_database("mariadb", tmp_path)
    with opened(url) as engine, engine.begin() as connection:
        METADATA.tables["analyses"].create(connection)
    kept(url, "a" * 32)


def test_a_lost_connection_is_made_again(url: str) -> None:
    store = SqlAnalysisStore.opened(url)
    store.keep(whole("a" * 32))
    for _ in range(2):
        lose_idle_connections(url)
        assert store.count(VERSIONS)[0] == 1
        store.keep(whole("a" * 32))
        assert store.find("a" * 32) is not None
    store.close()


def lose_idle_connections(url: str) -> None:
    """Ends, on the server, every connection to the database but the one that does so."""
    name = url.rsplit("/", 1)[1]
    if url.startswith("postgresql"):
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
        postgresql().run(f"{ended} '{name}'")
    elif url.startswith("mysql"):
        with opened(url) as engine, engine.connect() as connection:
            listed = text("SELECT id FROM information_schema.processlist WHERE db = :name")
            own = connection.scalar(text("SELECT connection_id()"))
            found = connection.scalars(listed, {"name": name}).all()
        for each in set(found) - {own}:
            mariadb().run(f"KILL {each}")
