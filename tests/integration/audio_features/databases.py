"""Database servers of the tests' own, on loopback, from Debian's packages.

Each is started once, when the first test wants it, in a folder that goes with it. Servers refuse
to run as root, so root becomes the user that Debian's package has made for them.
"""

import atexit
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest

START_SECONDS = 60.0

_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""No test pulls the plug of the machine."""

_numbers = itertools.count()


class NotStarted(Exception):  # noqa: N818 - said as one reads it
    """The server is not installed, or did not start here; the message says which."""


@dataclass(frozen=True)
class Server:
    """A running server: `url` lacks the name of a database, `run` runs a statement apart."""

    url: str
    run: Callable[[str], None]

    def new_database(self) -> str:
        """Makes an empty database and returns its URL."""
        name = f"vts_{next(_numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return f"{self.url}/{name}"


def new_database(kind: str, folder: Path) -> str:
    """The URL of an empty database; skips the test, with the reason, where there can be none."""
    if kind == "sqlite":
        return f"sqlite:///{folder}/new/analyses.sqlite3"
    try:
        return {"postgresql": postgresql, "mariadb": mariadb}[kind]().new_database()
    except NotStarted as reason:
        pytest.skip(str(reason))


@cache
def _outcome(start: Callable[[], Server]) -> Server | NotStarted:
    try:
        return start()
    except (NotStarted, LookupError, OSError, subprocess.SubprocessError) as error:
        return NotStarted(f"no {start.__name__.strip('_')} here: {error}")


def postgresql() -> Server:
    """The PostgreSQL server; raises `NotStarted`."""
    return _started_once(_postgresql)


def mariadb() -> Server:
    """The MariaDB server; raises `NotStarted`."""
    return _started_once(_mariadb)


def _started_once(start: Callable[[], Server]) -> Server:
    outcome = _outcome(start)
    if isinstance(outcome, NotStarted):
        raise outcome
    return outcome


def _postgresql() -> Server:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not folders:
        raise NotStarted("install Debian's postgresql")
    user, data, port = "postgres", _folder("postgres"), _free_port()
    _run(
        user,
        str(folders[-1] / "initdb"),
        "-D",
        str(data / "data"),
        "-U",
        "vts",
        "-A",
        "trust",
        "-N",
    )
    options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", **_HASTY}
    settings = [f"--{name}={value}" for name, value in options.items()]
    server = str(folders[-1] / "postgres")
    process = _serve(user, data, server, "-D", str(data / "data"), "-p", str(port), *settings)

    def run(statement: str) -> None:
        address = {"host": "127.0.0.1", "port": port, "user": "vts", "dbname": "postgres"}
        with psycopg.connect(**address, autocommit=True) as connection:  # type: ignore[arg-type]
            connection.execute(statement.encode())

    _wait(process, data, lambda: run("SELECT 1"), psycopg.OperationalError)
    return Server(f"postgresql://vts@127.0.0.1:{port}", run)


def _mariadb() -> Server:
    server = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
    install = shutil.which("mariadb-install-db")
    if not server or not install:
        raise NotStarted("install Debian's mariadb-server")
    user, data, port = "mysql", _folder("mysql"), _free_port()
    where = ("--no-defaults", f"--datadir={data / 'data'}")
    _run(user, install, *where, "--skip-test-db", f"--tmpdir={data}")
    own = (f"--port={port}", "--bind-address=127.0.0.1", f"--socket={data / 'socket'}")
    quick = ("--skip-grant-tables", "--innodb-flush-method=nosync", "--innodb-doublewrite=0")
    process = _serve(user, data, server, *where, *own, *quick)

    def run(statement: str) -> None:
        connection: Any = pymysql.connect(host="127.0.0.1", port=port, user="vts")
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)

    _wait(process, data, lambda: run("SELECT 1"), pymysql.err.OperationalError)
    return Server(f"mysql://vts@127.0.0.1:{port}", run)


def _as_user(user: str) -> list[str]:
    """Makes a command end with this process, and run as a user if this is root."""
    end = ["setpriv", "--pdeathsig=KILL"]
    if os.geteuid() != 0:
        return end
    account = pwd.getpwnam(user)
    ids = (f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}")
    return [*end, *ids, "--clear-groups", "--no-new-privs"]


def _folder(user: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="vts-database-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if os.geteuid() == 0:
        shutil.chown(folder, user, user)
    return folder


def _run(user: str, *command: str) -> None:
    done = subprocess.run(
        [*_as_user(user), *command], capture_output=True, text=True, cwd="/", timeout=START_SECONDS
    )
    if done.returncode:
        raise NotStarted(f"{Path(command[0]).name} failed: {done.stderr[-500:]}")


def _serve(user: str, data: Path, *command: str) -> "subprocess.Popen[bytes]":
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [*_as_user(user), *command], stdout=log, stderr=log, cwd="/", start_new_session=True
        )
    atexit.register(_stop, process)
    return process


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.kill()  # nothing of it is wanted any more
    process.wait()


def _wait(
    process: "subprocess.Popen[bytes]",
    data: Path,
    answers: Callable[[], None],
    not_yet: type[Exception],
) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            return answers()
        except not_yet as error:
            if process.poll() is not None or time.monotonic() > end:
                log = (data / "log").read_text(errors="replace")[-500:]
                raise NotStarted(f"it did not start: {log}") from error
            time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
