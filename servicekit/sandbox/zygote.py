"""The process that forks: `python -m servicekit.sandbox.zygote MODULE DESCRIPTOR`.

It imports the module once, stays single-threaded (a fork of several threads may inherit a lock
that nobody will ever open), never sees a file, and does four things: fork, reap, report, kill.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import selectors
import signal
import socket
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from servicekit.sandbox import child, confinement
from servicekit.sandbox.jobs import FORK_FAILED, REPORT

FOREIGN = ("grpc", "google.protobuf", "torch", "onnxruntime", "pydantic")
"""What no decoder needs; importing it would cost memory, start threads, or both."""

_THREADS_END_SECONDS = 2.0


class Zygote:
    """Waits for requests on the control socket until that is closed."""

    def __init__(self, module: ModuleType, control: socket.socket, *, has_network: bool) -> None:
        self._module = module
        self._control = control
        self._fates: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._deaths, woken = socket.socketpair()
        self._deaths.setblocking(False)
        woken.setblocking(False)
        self._woken = woken
        self._confined_by = confinement.probed()
        self._told = self._confined_by if has_network else {*self._confined_by, confinement.NETWORK}

    def run(self) -> None:
        """Says that it is ready, and serves; kills every child at the end."""
        signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _noticed)
        self._selector.register(self._deaths, selectors.EVENT_READ)
        self._selector.register(self._control, selectors.EVENT_READ)
        self._control.sendall(json.dumps(sorted(self._told)).encode())
        try:
            while self._served():
                pass
        finally:
            for pid in self._fates:
                os.kill(pid, signal.SIGKILL)
            for pid in self._fates:
                os.waitpid(pid, 0)

    def _served(self) -> bool:
        for key, _ in self._selector.select():
            if key.fileobj is self._control:
                if not self._asked():
                    return False
            elif key.fileobj is self._deaths:
                self._reap()
            else:
                self._kill(key.data, key.fileobj)
        return True

    def _asked(self) -> bool:
        try:
            request, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
        except ConnectionError:
            return False
        if not request:
            return False
        job, fate = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        try:
            pid = os.fork()
        except OSError:
            fate.sendall(REPORT.pack(FORK_FAILED, 0, 0.0))
            fate.close()
        else:
            if pid == 0:
                self._become_child(job)
            self._fates[pid] = fate
            self._selector.register(fate, selectors.EVENT_READ, pid)
        job.close()
        return True

    def _become_child(self, job: socket.socket) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            child.run(job, self._module, self._confined_by)
            os._exit(0)
        finally:
            os._exit(1)

    def _reap(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._deaths.recv(4096)
        while self._fates:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if not pid:
                return
            fate = self._fates.pop(pid, None)
            if fate is not None:
                self._report(fate, status, usage)

    def _report(self, fate: socket.socket, status: int, usage: resource.struct_rusage) -> None:
        self._forget(fate)
        kibibyte = 1 if sys.platform == "darwin" else 1024
        cpu_seconds = usage.ru_utime + usage.ru_stime
        with contextlib.suppress(OSError):  # the job was closed, so nobody waits for it
            fate.send(REPORT.pack(status, usage.ru_maxrss * kibibyte, cpu_seconds))
        fate.close()

    def _kill(self, pid: int, fate: object) -> None:
        """Kills a child that is not reaped yet, so the number is still its own."""
        if self._fates.get(pid) is fate:
            self._forget(self._fates[pid])
            os.kill(pid, signal.SIGKILL)

    def _forget(self, fate: socket.socket) -> None:
        with contextlib.suppress(KeyError):  # it was killed, and so is no longer watched
            self._selector.unregister(fate)


def _noticed(number: int, frame: object) -> None:
    """Lets the number through to the wake-up socket; nothing else may happen in a handler."""


def _made_ready(name: str) -> ModuleType:
    """Imports the decoders, and lets them use once what would be imported at the first use."""
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise SystemExit(f"{name} cannot be imported: {error}") from error
    warm_up = getattr(module, "warm_up", None)
    if warm_up is not None:
        warm_up()
    foreign = [each for each in FOREIGN if each in sys.modules]
    if foreign:
        raise SystemExit(f"{name} imports {', '.join(foreign)}, which no decoder needs")
    if not _is_single_threaded():
        raise SystemExit(f"{name} started threads, so forking is not safe")
    return module


def _is_single_threaded() -> bool:
    """Whether this is the only thread; one that was joined may be listed for a moment longer."""
    tasks = Path("/proc/self/task")
    until = time.monotonic() + _THREADS_END_SECONDS
    while tasks.exists() and len(list(tasks.iterdir())) > 1:
        if time.monotonic() > until:
            return False
        os.sched_yield()
    return True


def main() -> None:
    """Reads the module and the control socket's descriptor from the command line."""
    for asked_to_end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Who stops the service may ask every process of it; this one ends when the service did.
        signal.signal(asked_to_end, signal.SIG_IGN)
    name, descriptor = sys.argv[1:]
    with socket.socket(fileno=int(descriptor)) as control:
        module = _made_ready(name)
        has_network = not confinement.leave_network()
        gc.collect()
        gc.freeze()
        Zygote(module, control, has_network=has_network).run()


if __name__ == "__main__":
    main()
