"""A job's child: takes the request, gives up its powers, decodes, tells, ends."""

from __future__ import annotations

import io
import json
import socket
import traceback
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from servicekit.sandbox import confinement, frames
from servicekit.sandbox.errors import Refused
from servicekit.sandbox.files import ReadOnlyFile
from servicekit.sandbox.frames import Yielded

_READ_BYTES = 64 * 1024
_TRACE_CHARACTERS = 4000


def run(job: socket.socket, module: ModuleType, confined_by: frozenset[str]) -> None:
    """Does one job; returns when it is done, whatever became of it."""
    confinement.keep_only(job.fileno())
    job.sendall(b"+")
    length, descriptors, _, _ = socket.recv_fds(job, frames.LENGTH.size, 1, socket.MSG_WAITALL)
    if len(length) < frames.LENGTH.size or not descriptors:
        return
    request = job.recv(frames.LENGTH.unpack(length)[0], socket.MSG_WAITALL)
    function, arguments, limits = json.loads(request)
    raw = ReadOnlyFile(descriptors[0])
    confinement.confine(confined_by, **limits)
    with io.BufferedReader(raw, _READ_BYTES) as file:
        _tell(job, getattr(module, function)(cast(BinaryIO, file), **arguments))


def _tell(job: socket.socket, results: Iterable[Yielded]) -> None:
    try:
        for header, arrays in results:
            _send(job, frames.YIELDED, header, arrays)
    except Refused as refused:
        _send(job, frames.REFUSED, {"kind": refused.kind, "facts": refused.facts})
    except BaseException as error:  # noqa: BLE001 - its name and trace go to the service's log
        trace = "".join(traceback.format_exception(error))[-_TRACE_CHARACTERS:]
        name = "MemoryError" if isinstance(error, MemoryError) else type(error).__name__
        _send(job, frames.FAILED, {"error": name, "trace": trace})
    else:
        _send(job, frames.DONE, {})


def _send(
    job: socket.socket, kind: str, header: dict[str, Any], arrays: Sequence[NDArray[Any]] = ()
) -> None:
    whole = [np.ascontiguousarray(array) for array in arrays]
    job.sendall(frames.packed(kind, header, whole))
    for array in whole:
        if array.nbytes:
            job.sendall(array.data.cast("B"))
    if kind != frames.YIELDED:
        job.shutdown(socket.SHUT_WR)
