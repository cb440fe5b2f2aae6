"""The whole set on disk: rendered on several cores, only where it is out of date, and listed."""

import hashlib
import json
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from catalogue.sketches.instruments import RATE
from catalogue.sketches.pieces import Piece, ensembles
from catalogue.sketches.recording import FileFormat, recorded
from catalogue.sketches.rendering import rendered

LISTING = "sketches.jsonl"
"""The list of the set, one JSON object a line, in the schema of the starter songs."""

_STAMP = ".sketches.json"
_NOT_HEARD = frozenset({"pieces.json", "__main__.py", "collection.py"})


def entry(piece: Piece, file_name: str, seconds: float) -> dict[str, Any]:
    """A piece as a catalogue entry; `sound_path` is relative to the listing."""
    return {
        "source": "vts-sketches",
        "source_id": piece.id,
        "title": piece.title_en,
        "title_alternatives": [piece.title_ko],
        "artists": [f"VTS Sketches: {piece.ensemble}"],
        "artist_alternatives": [f"VTS 스케치: {ensembles()[piece.ensemble]}"],
        "album": f"Sketches: {piece.ensemble}",
        "year": 2026,
        "genres": list(piece.genres),
        "language": "zxx",
        "duration_seconds": round(seconds, 3),
        "tempo_bpm": piece.tempo,
        "key": piece.key.name,
        "moods": dict(piece.moods),
        "valence": piece.valence,
        "arousal": piece.arousal,
        "energy": piece.energy,
        "tags_en": list(piece.tags_en),
        "tags_ko": list(piece.tags_ko),
        "licence": "CC0-1.0",
        "sound_path": file_name,
    }


@cache
def _code_digest() -> str:
    """A digest of all code and data that can be heard, the list of pieces left out."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".py", ".json"} and path.name not in _NOT_HEARD:
            digest.update(path.relative_to(folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def fingerprint(piece: Piece) -> str:
    """Changes whenever the code, its data or the piece's own description does."""
    return hashlib.sha256(f"{_code_digest()}{piece!r}".encode()).hexdigest()


def _written(piece: Piece, path: Path, file_format: FileFormat) -> dict[str, Any]:
    """Renders one piece to a file; gives its line of the stamp."""
    sound = rendered(piece)
    recorded(sound, path, file_format)
    return {
        "fingerprint": fingerprint(piece),
        "seconds": len(sound) / RATE,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }


def _current(piece: Piece, path: Path, line: Mapping[str, Any]) -> bool:
    return (
        line.get("fingerprint") == fingerprint(piece)
        and path.is_file()
        and line.get("sha256") == hashlib.sha256(path.read_bytes()).hexdigest()
    )


def _replaced(path: Path, text: str) -> None:
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


class Collection:
    """The set in one directory and one file format."""

    def __init__(self, directory: Path, file_format: FileFormat = "ogg") -> None:
        self._directory = directory
        self._format = file_format
        self._stamp: dict[str, dict[str, Any]] = self._read_stamp()

    def _read_stamp(self) -> dict[str, dict[str, Any]]:
        try:
            stamp: dict[str, dict[str, Any]] = json.loads((self._directory / _STAMP).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return stamp

    def path(self, piece: Piece) -> Path:
        """Where a piece's sound lies."""
        return self._directory / f"{piece.id}.{self._format}"

    def stale(self, wanted: Sequence[Piece]) -> list[Piece]:
        """The pieces that are missing, damaged, or were made by other code or data."""
        return [
            piece
            for piece in wanted
            if not _current(piece, self.path(piece), self._stamp.get(self.path(piece).name, {}))
        ]

    def render(
        self, wanted: Sequence[Piece], *, workers: int, done: Callable[[Piece], None]
    ) -> None:
        """Renders pieces and notes each as it is finished, so that a stopped run can be resumed."""
        self._directory.mkdir(parents=True, exist_ok=True)
        for piece, line in self._lines(wanted, workers):
            self._stamp[self.path(piece).name] = line
            _replaced(self._directory / _STAMP, json.dumps(self._stamp, indent=1))
            done(piece)

    def _lines(
        self, wanted: Sequence[Piece], workers: int
    ) -> Iterator[tuple[Piece, dict[str, Any]]]:
        if workers == 1 or len(wanted) == 1:
            for piece in wanted:
                yield piece, _written(piece, self.path(piece), self._format)
            return
        pool = _pool(min(workers, len(wanted)))
        try:
            tasks = {
                pool.submit(_written, piece, self.path(piece), self._format): piece
                for piece in wanted
            }
            for task in as_completed(tasks):
                yield tasks[task], task.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def list_all(self, listed: Sequence[Piece]) -> Path:
        """Writes the listing of those pieces that are on disk; gives its path."""
        lines = [
            json.dumps(entry(piece, name, self._stamp[name]["seconds"]), ensure_ascii=False)
            for piece in listed
            if (name := self.path(piece).name) in self._stamp and self.path(piece).is_file()
        ]
        _replaced(self._directory / LISTING, "".join(f"{line}\n" for line in lines))
        return self._directory / LISTING


def _pool(workers: int) -> ProcessPoolExecutor:
    """Fresh processes that leave an interrupt to the first one, which then cancels their work."""
    ignore = (signal.SIGINT, signal.SIG_IGN)
    return ProcessPoolExecutor(workers, get_context("spawn"), signal.signal, ignore)
