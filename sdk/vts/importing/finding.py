"""Finding songs: folders walked, files read ahead of their turn, lists gone through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from vts.importing.folders import Found, Unread, walk
from vts.importing.journal import Journal
from vts.importing.reading import Content, Readers, UnreadableFileError
from vts.importing.songs import Song
from vts.importing.sources import check_readable, drafts_of_list, is_list

_AT_A_TIME = 64
"""Files that are walked past before the event loop has its turn again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A file and what is in it, once that is read; `verdict` is what the journal kept of it."""

    found: Found
    content: asyncio.Task[Content | UnreadableFileError] | Content
    verdict: str = ""


Item = Reading | Unread | Song
"""A file, what cannot be read, or a song of a list."""


@dataclass(frozen=True, slots=True)
class ListOptions:
    """What is to be done with the songs of lists."""

    keep_sound: bool
    refresh: bool


class Finder:
    """Finds all songs of some paths, in a stable order.

    Args:
        paths: Folders, sound files and lists.
        journal: Tells which files need not be read again.
        readers: Read the others.
        options: For the songs of lists.
    """

    def __init__(
        self, paths: Sequence[Path], journal: Journal, readers: Readers, options: ListOptions
    ) -> None:
        self._paths = paths
        self._journal = journal
        self._readers = readers
        self._options = options
        self._ended = False

    def check_lists(self) -> int:
        """Reads all lists through; returns how many songs they have.

        Raises:
            UnreadableListError: A list is malformed, or a path is nothing songs are read from.
        """
        for path in self._paths:
            check_readable(path)
        return sum(1 for path in self._paths if is_list(path) for _ in self._listed(path))

    def count_files(self, tell: Callable[[int], None]) -> None:
        """Counts the sound files, and then tells how many there are."""
        count = 0
        for _ in walk(path for path in self._paths if not is_list(path)):
            count += 1
            if self._ended:
                return
        tell(count)

    def end(self) -> None:
        """Makes counting stop."""
        self._ended = True

    async def run(self, items: asyncio.Queue[Item | None], stages: asyncio.TaskGroup) -> None:
        """Puts what is found in the queue, then None; files are read as tasks of `stages`."""
        for path in self._paths:
            found: Iterator[Found | Unread | Song] = (
                self._listed(path) if is_list(path) else walk([path])
            )
            while several := await asyncio.to_thread(_next_of, found):
                for each in several:
                    item = self._reading(each, stages) if isinstance(each, Found) else each
                    await items.put(item)
        await items.put(None)

    def _listed(self, path: Path) -> Iterator[Song]:
        options = self._options
        for origin, draft in drafts_of_list(
            path, keep_sound=options.keep_sound, refresh=options.refresh
        ):
            yield Song(str(origin), draft)

    def _reading(self, found: Found, stages: asyncio.TaskGroup) -> Reading:
        known = self._journal.find(found)
        if known is not None:
            return Reading(found, known.content, known.verdict)
        return Reading(found, stages.create_task(self._read(found)))

    async def _read(self, found: Found) -> Content | UnreadableFileError:
        """A file that cannot be read is a result: it must not end the other stages."""
        try:
            return await self._readers.read(found)
        except UnreadableFileError as error:
            return error


def _next_of(found: Iterator[Found | Unread | Song]) -> list[Found | Unread | Song]:
    return list(islice(found, _AT_A_TIME))
