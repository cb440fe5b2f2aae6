"""A server of files on loopback that can break off, lie and forget, as real ones do."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Manners:
    """What the server does: the files it has, and how badly it gives them."""

    files: dict[str, bytes] = field(default_factory=dict)
    break_after: list[int] = field(default_factory=list)
    """How many bytes of each of the next answers are sent before the connection is cut."""
    knows_range: bool = True
    tags: bool = True
    lengths: bool = True
    elsewhere: dict[str, str] = field(default_factory=dict)
    """The addresses that paths are redirected to."""
    failures: list[int] = field(default_factory=list)
    """Statuses of the next answers, before any file is given."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """The path and the range of every request."""


@contextmanager
def serving(manners: Manners) -> Iterator[str]:
    """Serves until the block ends; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, manners)

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, manners: Manners) -> None:
    asked = handler.headers.get("Range", "")
    manners.asked.append((handler.path, asked))
    if manners.failures:
        handler.send_error(manners.failures.pop(0))
        return
    if path := manners.elsewhere.get(handler.path.lstrip("/")):
        handler.send_response(302)
        handler.send_header("Location", path)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
        return
    content = manners.files.get(handler.path.lstrip("/"))
    if content is None:
        handler.send_error(404)
        return
    tag = f'"{hashlib.sha256(content).hexdigest()[:8]}"'
    start = 0
    if manners.knows_range and asked and handler.headers.get("If-Range") == tag:
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
    handler.send_response(206 if start else 200)
    if start:
        handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    if manners.tags:
        handler.send_header("ETag", tag)
    if manners.lengths:
        handler.send_header("Content-Length", str(len(content) - start))
    else:
        handler.close_connection = True
    handler.end_headers()
    body = content[start:]
    cut = manners.break_after.pop(0) if manners.break_after else None
    handler.wfile.write(body[:cut])
    if cut is not None:
        handler.close_connection = True
