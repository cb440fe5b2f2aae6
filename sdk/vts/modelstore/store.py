"""The folder of pulled models: fetches, checks and pins their files."""

from __future__ import annotations

import hashlib
import json
import urllib.error
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from vts.modelstore.fetching import BrokenOffError, Fetcher, NotThereError, Tell, forget, kept
from vts.modelstore.manifest import Entry, File, entry_for

DEFAULT_FOLDER = Path(".vts/models")
"""Where models lie unless another folder is named; in it, a folder for each by its name."""

LOCK = "checksums.json"
"""The file, beside a model's own, with the SHA-256 of each as it was first fetched."""

_BLOCK_BYTES = 1 << 20
_SAFETENSORS_HEAD = 9

FileTell = Callable[[File, int, int | None], None]
"""Hears of a file how many bytes are there, and of how many, if the server said."""


class ModelStoreError(Exception):
    """A model could not be fetched; the message says why and what can be done."""


class OfflineError(ModelStoreError):
    """The server can't be reached from here."""


class WrongFileError(ModelStoreError):
    """What came is not the file that is expected; it was thrown away."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of a file: `good`, `wrong`, `missing`, or `unchecked` without a digest.

    `pinned` says that no digest is published, only the one of the first fetch is known.
    """

    file: File
    state: str
    pinned: bool


@dataclass(frozen=True, slots=True)
class _Digests:
    sha256: str
    md5: str

    def wrong(self, file: File, pin: str) -> str:
        """What does not agree, as a phrase; empty if everything does."""
        if file.sha256 and not self.sha256.startswith(file.sha256):
            return f"SHA-256 is {self.sha256}, not {file.sha256}"
        if file.md5 and self.md5 != file.md5:
            return f"MD5 is {self.md5}, not {file.md5}"
        if pin and self.sha256 != pin:
            return f"SHA-256 is {self.sha256}, and was {pin} when it was first fetched"
        return ""


@dataclass(frozen=True, slots=True)
class Store:
    """Models below one folder."""

    root: Path = DEFAULT_FOLDER
    fetcher: Fetcher = field(default_factory=Fetcher)

    def folder(self, entry: Entry) -> Path:
        """Where a model's files lie."""
        return self.root / (entry.folder or entry.name)

    def has(self, entry: Entry) -> bool:
        """Whether every file that is not optional is there; says nothing of what is in them."""
        folder = self.folder(entry)
        return all((folder / file.path).is_file() for file in entry.files if not file.optional)

    def pull(self, entry: Entry, tell: FileTell) -> Iterator[Verdict]:
        """Fetches what is missing or wrong, file by file.

        Raises:
            OfflineError: The server can't be reached.
            WrongFileError: A file is not the expected one.
            ModelStoreError: The server does not give a file, or there is no room for it.
        """
        for file in entry.files:
            verdict = self._judged(entry, file)
            if verdict.state == "good":
                yield verdict
                continue
            try:
                self._fetch(entry, file, tell)
            except NotThereError as error:
                if file.optional:
                    continue
                raise ModelStoreError(f"{error}; see {entry.home}") from error
            yield self._judged(entry, file)

    def verify(self, entry: Entry) -> Iterator[Verdict]:
        """Reads every file again and compares it with what is published, or was pinned."""
        for file in entry.files:
            verdict = self._judged(entry, file)
            if verdict.state != "missing" or not file.optional:
                yield verdict

    def _judged(self, entry: Entry, file: File) -> Verdict:
        path = self.folder(entry) / file.path
        pin = self._pins(entry).get(file.path, "")
        pinned = not (file.sha256 or file.md5)
        if not path.is_file():
            return Verdict(file, "missing", pinned)
        if pinned and not pin:
            return Verdict(file, "unchecked", pinned)
        return Verdict(file, "wrong" if _digests(path).wrong(file, pin) else "good", pinned)

    def _fetch(self, entry: Entry, file: File, tell: FileTell) -> None:
        final = self.folder(entry) / file.path
        final.parent.mkdir(parents=True, exist_ok=True)
        part = final.with_name(final.name + ".part")

        def tell_of_file(have: int, whole: int | None) -> None:
            tell(file, have, whole)

        self._received(file, part, tell_of_file)
        digests = _digests(part)
        pins = self._pins(entry)
        wrong = digests.wrong(file, pins.get(file.path, "")) or _odd(file, part)
        if wrong:
            forget(part)
            raise WrongFileError(f"{file.url} is not what is expected and was thrown away: {wrong}")
        kept(part, final)
        self._pin(entry, {**pins, file.path: digests.sha256})

    def _received(self, file: File, part: Path, tell: Tell) -> None:
        try:
            self.fetcher.fetch(file.url, part, tell)
        except NotThereError:
            raise
        except BrokenOffError as error:
            raise OfflineError(
                f"{file.url}: {error}. What came is kept: the same command goes on with it"
            ) from error
        except urllib.error.URLError as error:
            raise OfflineError(
                f"{file.url} can't be reached ({error.reason}). Without a network, fetch the files "
                f"elsewhere and copy the model's folder to {part.parent}"
            ) from error
        except OSError as error:
            raise ModelStoreError(str(error)) from error

    def _pins(self, entry: Entry) -> dict[str, str]:
        try:
            text = (self.folder(entry) / LOCK).read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        pins: dict[str, str] = json.loads(text)
        return pins

    def _pin(self, entry: Entry, pins: dict[str, str]) -> None:
        lock = self.folder(entry) / LOCK
        fresh = lock.with_name(lock.name + ".part")
        fresh.write_text(json.dumps(pins, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        fresh.replace(lock)


def pulled(name: str, root: Path = DEFAULT_FOLDER) -> Path | None:
    """The folder of a model that was pulled, by its name here or on its hub; None if it was not."""
    entry = entry_for(name)
    store = Store(root)
    return store.folder(entry) if entry and store.has(entry) else None


def _digests(path: Path) -> _Digests:
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            sha256.update(block)
            md5.update(block)
    return _Digests(sha256.hexdigest(), md5.hexdigest())


def _odd(file: File, path: Path) -> str:
    """Why a file that calls itself safetensors is none; a pickle may hide under any name."""
    if not file.path.endswith(".safetensors"):
        return ""
    with path.open("rb") as content:
        head = content.read(_SAFETENSORS_HEAD)
    length = int.from_bytes(head[:8], "little")
    is_safetensors = head[8:] == b"{" and length + 8 <= path.stat().st_size
    return "" if is_safetensors else "it is no safetensors file"
