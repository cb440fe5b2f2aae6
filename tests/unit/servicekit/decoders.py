"""Decoders for the sandbox's tests: good ones, broken ones, and ones that were taken over."""

import ctypes
import os
import resource
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from servicekit.sandbox import Refused, Yielded


def echo(file: BinaryIO, *, times: int = 1, side: int = 4) -> Iterator[Yielded]:
    for number in range(times):
        picture = np.full((side, side, 3), number, np.uint8)
        yield {"number": number, "read": file.read().decode()}, (picture, np.zeros(0, np.float32))


def ends(file: BinaryIO) -> Iterator[Yielded]:
    file.seek(-3, 2)
    last = file.read()
    file.seek(0)
    yield {"first": file.read(3).decode(), "last": last.decode(), "place": file.tell()}, ()


def whoami(file: BinaryIO) -> Iterator[Yielded]:
    yield {"pid": os.getpid()}, ()


def refuses(file: BinaryIO) -> Iterator[Yielded]:
    yield {}, ()
    raise Refused("too_large", limit="5 s", given="7 s")


def raises(file: BinaryIO) -> Iterator[Yielded]:
    yield {}, ()
    raise KeyError("a decoder's mistake")


def aborts(file: BinaryIO) -> Iterator[Yielded]:
    yield {}, ()
    os.abort()


def reads_nowhere(file: BinaryIO) -> Iterator[Yielded]:
    yield {}, ()
    ctypes.string_at(0)


def never_ends(file: BinaryIO) -> Iterator[Yielded]:
    yield {"pid": os.getpid()}, ()
    while True:
        pass


def never_stops_talking(file: BinaryIO) -> Iterator[Yielded]:
    while True:
        yield {}, ()


def takes_memory(file: BinaryIO) -> Iterator[Yielded]:
    yield {}, ()
    yield {"taken": len(bytearray(256 << 20))}, ()


def computes_in_threads(file: BinaryIO) -> Iterator[Yielded]:
    done: list[int] = []
    threads = [threading.Thread(target=done.append, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield {"done": sorted(done)}, ()


def _outcome(attempt: Callable[[], Any]) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "worked"


def breaks_out(file: BinaryIO, *, folder: str, parent: int) -> Iterator[Yielded]:
    attempts: dict[str, Callable[[], Any]] = {
        "connects": lambda: socket.socket().connect(("127.0.0.1", 9)),
        "makes a socket": socket.socket,
        "reads a file": lambda: Path(__file__).read_bytes(),
        "writes a file": lambda: (Path(folder) / "made").write_text("x"),
        "lists a folder": lambda: list(Path(folder).iterdir()),
        "reads the service's memory": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "kills the service": lambda: os.kill(parent, 0),
        "runs a program": lambda: os.execv("/bin/true", ["true"]),  # noqa: S606
        "starts a process": lambda: subprocess.run(["/bin/true"], check=True),
        "forks": os.fork,
        "becomes root": lambda: os.setuid(0),
        "takes back its limits": _unlimited,
    }
    yield {name: _outcome(attempt) for name, attempt in attempts.items()}, ()


def _unlimited() -> None:
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
    except ValueError as error:  # Python's word for EPERM here
        raise PermissionError from error


def writes_into_its_file(file: BinaryIO) -> Iterator[Yielded]:
    outcomes = {each: _outcome(partial(os.pwrite, each, b"x", 0)) for each in range(16)}
    yield {"written": [each for each, outcome in outcomes.items() if outcome == "worked"]}, ()


def lies(file: BinaryIO, *, head: str, length: int | None = None) -> Iterator[Yielded]:
    """Writes to the service what no decoder would, as code that took it over could."""
    said = struct.pack(">I", len(head) if length is None else length) + head.encode()
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, said)
        except OSError:
            continue
    os._exit(0)
    yield {}, ()


def waits(file: BinaryIO) -> Iterator[Yielded]:
    yield {"pid": os.getpid()}, ()
    time.sleep(60)
