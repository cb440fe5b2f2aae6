"""Sandbox: decoders of untrusted files run where nothing but their own request can suffer.

A `Sandbox` keeps one small process that has imported one module of decoders and nothing of the
service (no gRPC, no model, no secret from the environment). For every job that process forks a
child, which gives up everything it could do harm with (`confinement`) before it touches a byte of
the file, decodes, and ends. Two jobs never share a process.

In the service (blocks; belongs on a worker thread)::

    sandbox = Sandbox("services.captioner.decoding", Limits(seconds=90), name="captioner")
    sandbox.start()
    with path.open("rb") as file, sandbox.job("video", file, {"demuxer": "mov"}) as job:
        for header, arrays in job:  # as the child yields them
            ...
    sandbox.close()

In the module of decoders, a job is a generator. It gets the file, which it can read and seek and
nothing else, and the arguments, which travelled as JSON::

    def video(file: BinaryIO, *, demuxer: str) -> Iterator[Yielded]:
        yield {"seconds": 1.5}, (picture,)
        raise Refused("too_large", limit="900 s")

What the child sends is data, never code: a JSON header of at most 64 KiB, and arrays whose dtypes
and sizes are checked before room is made for them. A child that yields faster than the service
reads waits. What a generator returns is dropped.

`job` raises in the service:
    Refused: The generator raised it; with its `kind` and `facts`.
    Failed: The child crashed (`Crashed`), took too long (`OutOfTime`) or too much memory
        (`OutOfMemory`), nobody waits for it (`Abandoned`), or `Job.close` was called meanwhile.
        Only this job is lost.
    Busy: As many jobs run as may.
    Unavailable: The process that forks cannot be started.
"""

from servicekit.sandbox.errors import (
    Abandoned,
    Busy,
    Crashed,
    Failed,
    OutOfMemory,
    OutOfTime,
    Refused,
    Unavailable,
)
from servicekit.sandbox.frames import Header, Yielded
from servicekit.sandbox.jobs import Job
from servicekit.sandbox.limits import Limits
from servicekit.sandbox.processes import Sandbox

__all__ = [
    "Abandoned",
    "Busy",
    "Crashed",
    "Failed",
    "Header",
    "Job",
    "Limits",
    "OutOfMemory",
    "OutOfTime",
    "Refused",
    "Sandbox",
    "Unavailable",
    "Yielded",
]
