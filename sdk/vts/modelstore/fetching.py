"""Fetches one file over HTTP: goes on where it was broken off, and never trusts a part."""

from __future__ import annotations

import http.client
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from vts.modelstore.manifest import is_guarded

Tell = Callable[[int, int | None], None]
"""Hears how many bytes are there, and of how many, if the server said."""

_BLOCK_BYTES = 1 << 18
_WAIT_SECONDS = 30.0
_ATTEMPTS = 4
_MOST_BYTES = 64 << 30


class BrokenOffError(ConnectionError):
    """The server ended before the file did; what came is kept, and can be gone on with."""


class NotThereError(FileNotFoundError):
    """The server has no such file, or does not give it."""


class _GuardedRedirects(urllib.request.HTTPRedirectHandler):
    """Follows no server to where anybody on the way could put another file in its place."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        # Only what was asked on this machine, as by tests, may be answered from it.
        here = req.type == "http" and is_guarded(newurl)
        if not (here or newurl.startswith("https://")):
            fp.close()
            raise NotThereError(f"{req.full_url}: the server points to {newurl}, which is no https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


_opener = urllib.request.build_opener(_GuardedRedirects)


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches files into parts.

    Args:
        pause_seconds: First wait before another attempt; doubled after each.
        attempts: How often one call tries, counting the first.
        most_bytes: Longest file that is taken, whatever the server says of its length.
    """

    pause_seconds: float = 1.0
    attempts: int = _ATTEMPTS
    most_bytes: int = _MOST_BYTES

    def fetch(self, url: str, part: Path, tell: Tell) -> None:
        """Brings `part` up to the whole file.

        A part is only gone on with if the server confirms by its tag that the file is the same.

        Raises:
            NotThereError: The server has no such file, or points to where nothing is encrypted.
            BrokenOffError: It ended too early, however often it was tried.
            OSError: There is no network, no room on the disk, or no end to the file.
        """
        for attempt in range(self.attempts):
            try:
                return self._attempt(url, part, tell)
            except BrokenOffError:
                if attempt + 1 == self.attempts:
                    raise
                time.sleep(self.pause_seconds * 2**attempt)
        return None

    def _attempt(self, url: str, part: Path, tell: Tell) -> None:
        tag = _tag_of(part)
        have = part.stat().st_size if tag and part.is_file() else 0
        try:
            with _opened(url, have, tag) as answer:
                if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
                    have = 0
                    forget(part)  # or what is left of another file would go by the new tag
                _remember_tag(part, answer)
                self._receive(answer, part, have, tell)
        except (http.client.HTTPException, ConnectionError, TimeoutError) as error:
            raise BrokenOffError(f"the connection broke off: {error or type(error)}") from error

    def _receive(self, answer: Any, part: Path, have: int, tell: Tell) -> None:
        length = answer.headers.get("Content-Length")
        whole = have + int(length) if length else None
        _check_room(part, (whole or 0) - have)
        with part.open("ab" if have else "wb") as file:
            came = have
            for came in _copied(answer, file, have):
                if max(came, whole or 0) > self.most_bytes:
                    raise OSError(f"{part.name} is longer than {self.most_bytes:,} bytes")
                tell(came, whole)
        if whole is not None and came < whole:
            raise BrokenOffError(f"{came:,} of {whole:,} bytes came")


def forget(part: Path) -> None:
    """Removes a part and what is remembered of it."""
    part.unlink(missing_ok=True)
    _tag_file(part).unlink(missing_ok=True)


def kept(part: Path, final: Path) -> None:
    """Gives a whole part its final name."""
    part.replace(final)
    _tag_file(part).unlink(missing_ok=True)


def _opened(url: str, have: int, tag: str) -> Any:
    headers = {"User-Agent": "vts-models", "Accept-Encoding": "identity"}
    if have:
        headers |= {"Range": f"bytes={have}-", "If-Range": tag}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - checked in the manifest
    try:
        return _opener.open(request, timeout=_WAIT_SECONDS)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            return _opened(url, 0, "")
        if error.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise BrokenOffError(f"the server answered {error.code}") from None
        raise NotThereError(f"{url}: the server answered {error.code} {error.reason}") from None


def _copied(answer: Any, file: IO[bytes], have: int) -> Iterator[int]:
    """Writes what comes; yields how many bytes are there, before the first and after each block."""
    yield have
    while block := answer.read(_BLOCK_BYTES):
        file.write(block)
        have += len(block)
        yield have


def _check_room(part: Path, needed: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if needed > free:
        raise OSError(f"{part.parent} has room for {free:,} bytes, and {needed:,} are to come")


def _tag_file(part: Path) -> Path:
    return part.with_name(part.name + ".tag")


def _tag_of(part: Path) -> str:
    """What the server called the file that the part is of; empty if it gave it no sure name."""
    try:
        return _tag_file(part).read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def _remember_tag(part: Path, answer: Any) -> None:
    tag = answer.headers.get("ETag", "")
    # A weak tag names files that mean the same, not files of the same bytes.
    if tag and not tag.startswith("W/") and tag.isascii():
        _tag_file(part).write_text(tag, encoding="ascii")
    else:
        _tag_file(part).unlink(missing_ok=True)
