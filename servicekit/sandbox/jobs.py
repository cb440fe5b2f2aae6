"""A job as the service sees it: an iterator over what a child yields, within its limits."""

from __future__ import annotations

import json
import logging
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from servicekit.sandbox import frames
from servicekit.sandbox.errors import Abandoned, Crashed, Failed, OutOfMemory, OutOfTime, Refused
from servicekit.sandbox.files import descriptor_of
from servicekit.sandbox.frames import Yielded
from servicekit.sandbox.limits import Limits

if TYPE_CHECKING:
    from servicekit.sandbox.tallies import Tally

REPORT = struct.Struct(">iQd")
"""How a child ended: its wait status, the most memory it had in bytes, its seconds of CPU."""

FORK_FAILED = -1
"""The status reported for a child that there never was."""

_REPORT_SECONDS = 2.0
_ASK_SECONDS = 0.2
"""How long a silent child is waited for until it is asked again whether somebody waits."""

_FRAME_BYTES = 1024
"""What a frame counts beyond its head and arrays, so that there are not endlessly many."""

_log = logging.getLogger(__name__)


def _nothing() -> None:
    return


def never() -> bool:
    """Says that somebody waits for the job."""
    return False


@dataclass(frozen=True, slots=True)
class Connection:
    """The service's ends of two sockets: the child writes to one, whoever forked it to the other.

    The child is killed as soon as the second is closed.
    """

    child: socket.socket
    fate: socket.socket
    on_close: Callable[[], None] = _nothing

    def hang_up(self) -> None:
        """Ends the child, and wakes whoever reads; may be called from any thread."""
        for end in (self.fate, self.child):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was faster

    def close(self) -> None:
        """Gives both sockets back; nobody may be reading."""
        self.child.close()
        self.fate.close()
        self.on_close()

    def report(self) -> tuple[int, int, float] | None:
        """Waits shortly for the status, bytes and CPU seconds of a child that has ended."""
        self.fate.settimeout(_REPORT_SECONDS)
        try:
            told = self.fate.recv(REPORT.size, socket.MSG_WAITALL)
        except OSError:
            return None
        return REPORT.unpack(told) if len(told) == REPORT.size else None


class Job:
    """One decoding. Enter it to begin; leaving it ends the child, finished or not.

    One thread reads at a time; `cancel` may be called from any other, even an event loop's, and
    makes the reader raise `Failed`.
    """

    def __init__(
        self,
        connect: Callable[[], Connection],
        function: str,
        media: bytes | BinaryIO,
        arguments: Mapping[str, Any],
        limits: Limits,
        tally: Tally,
        is_abandoned: Callable[[], bool] = never,
    ) -> None:
        self._connect = connect
        self._function = function
        self._media = media
        self._arguments = dict(arguments)
        self._limits = limits
        self._tally = tally
        self._is_abandoned = is_abandoned
        self._connection: Connection | None = None
        self._reading = threading.Lock()
        self._closed = False
        self._over = False
        self._seconds_left = limits.seconds
        self._bytes_left = limits.output_bytes

    def __enter__(self) -> Self:
        """Forks the child and hands it the file.

        Raises:
            Busy, Unavailable, Failed: As the package says.
        """
        try:
            self._begin()
        except BaseException as error:
            self._tally.end(error)
            raise
        return self

    def _begin(self) -> None:
        with self._reading:
            if self._closed:
                raise Failed("the job was closed before it began")
            self._connection = self._connect()
        try:
            self._tally.begin()
            if self._closed:
                raise Failed("the job was closed before it began")
            self._send_request(self._connection)
        except BaseException as error:
            self._tally.end(error)
            self.close()
            raise

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tally.end(error)
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Yielded:
        """Waits for what the child yields next; raises `Refused` or `Failed`."""
        with self._reading:
            if self._over or self._connection is None:
                raise StopIteration
            try:
                return self._received(self._connection)
            except Failed as error:
                explained = self._explained(error)
                self._tally.end(explained)
                raise explained from error.__cause__
            except (Refused, StopIteration) as end:
                self._over = True
                self._tally.end(end if isinstance(end, Refused) else None)
                raise

    def cancel(self) -> None:
        """Kills the child if it runs, without waiting for anything; from any thread."""
        self._closed = True
        connection = self._connection
        if connection is not None:
            connection.hang_up()

    def close(self) -> None:
        """Kills the child if it runs, and gives everything back; may be called often."""
        self.cancel()
        with self._reading:
            self._over = True
            connection, self._connection = self._connection, None
        if connection is not None:
            self._tally.end(Failed("closed before its end"))
            connection.close()

    def _send_request(self, connection: Connection) -> None:
        limits = {"seconds": self._limits.seconds, "memory_bytes": self._limits.memory_bytes}
        request = json.dumps([self._function, self._arguments, limits]).encode()
        try:
            with descriptor_of(self._media) as descriptor:
                socket.send_fds(connection.child, [frames.LENGTH.pack(len(request))], [descriptor])
                connection.child.sendall(request)
        except ConnectionError as error:
            raise self._explained(Crashed("ended before it began")) from error

    def _received(self, connection: Connection) -> Yielded:
        length = self._read(connection.child, frames.LENGTH.size)
        head = self._read(connection.child, frames.head_bytes(bytes(length)))
        self._bytes_left -= len(head) + _FRAME_BYTES
        if self._bytes_left < 0:
            raise Crashed(f"sent more than {self._limits.output_bytes} bytes")
        most = min(self._limits.array_bytes, self._bytes_left)
        kind, header, arrays = frames.unpacked(bytes(head), most)
        for array in arrays:
            if array.nbytes:
                self._read_into(connection.child, array.data.cast("B"))
                self._bytes_left -= array.nbytes
        match kind:
            case frames.YIELDED:
                return header, arrays
            case frames.DONE:
                raise StopIteration
            case frames.REFUSED:
                raise frames.refusal(header)
            case frames.FAILED if header.get("error") == "MemoryError":
                raise OutOfMemory(f"took over {self._limits.memory_bytes} bytes")
            case frames.FAILED:
                raise Crashed(f"raised {str(header)[:2000]!r}")
            case _:
                raise Crashed("sent a frame of an unknown kind")

    def _read(self, source: socket.socket, size: int) -> bytearray:
        data = bytearray(size)
        self._read_into(source, memoryview(data))
        return data

    def _read_into(self, source: socket.socket, view: memoryview) -> None:
        while view:
            if self._is_abandoned():
                raise Abandoned("nobody waits for it")
            read = self._read_some(source, view)
            if read == 0:
                raise Crashed("ended without a word")
            view = view[read or 0 :]

    def _read_some(self, source: socket.socket, view: memoryview) -> int | None:
        """How many bytes came; None if it was long enough without any to ask again."""
        began = time.monotonic()
        source.settimeout(max(min(self._seconds_left, _ASK_SECONDS), 1e-3))
        try:
            return source.recv_into(view)
        except TimeoutError:
            if self._seconds_left <= _ASK_SECONDS:
                raise OutOfTime(f"took over {self._limits.seconds:g} s") from None
            return None
        except ConnectionError:
            return 0
        finally:
            self._seconds_left -= time.monotonic() - began

    def _explained(self, error: Failed) -> Failed:
        """Ends the job, and tells from the way the child ended what went wrong."""
        self._over = True
        if isinstance(error, Abandoned):
            return error
        if self._closed or self._connection is None:
            return Failed("the job was closed")
        if not isinstance(error, OutOfTime | OutOfMemory):
            error = _of_report(error, self._connection.report())
        _log.warning("sandbox: a job of %s failed: it %s", self._function, error)
        return error


def _of_report(error: Failed, report: tuple[int, int, float] | None) -> Failed:
    if report is None:
        return error
    status, most_bytes, cpu_seconds = report
    facts = f"({most_bytes >> 20} MiB at most, {cpu_seconds:.1f} s of CPU)"
    number = status & 0x7F
    if number == signal.SIGXCPU:
        return OutOfTime(f"used up its CPU time {facts}")
    if number:
        return Crashed(f"was killed by {signal.Signals(number).name} {facts}")
    return Crashed(f"{error} {facts}")
