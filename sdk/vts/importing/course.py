"""The course of an import: files are found, read, asked about, and those that are new are sent.

The stages run side by side, with short queues between them, so that the first song is on its way
while the folder is still being walked, and a million songs take no more memory than a thousand.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import grpc

from vts.aio import AsyncClient
from vts.errors import VtsError
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.identities import track_id
from vts.importing.drafting import FILES, track_of_file
from vts.importing.finding import Finder, Item, ListOptions, Reading
from vts.importing.folders import Found, Unread
from vts.importing.journal import Journal
from vts.importing.outcomes import Kind, Outcome, Same
from vts.importing.reading import Content, Readers, UnreadableFileError
from vts.importing.sending import Patience, Sender
from vts.importing.songs import Song
from vts.importing.sources import drafted
from vts.importing.spelling import shown

T = TypeVar("T")

_CHECKED_AT_A_TIME = 256
_SENT_AT_A_TIME = 16
_SENDERS = 2
"""Calls at a time: one's songs are stored while the other's are listened to."""

_CHECK_PATIENCE_SECONDS, _SEND_PATIENCE_SECONDS = 0.2, 0.05


@dataclass(frozen=True, slots=True)
class Options:
    """How songs are imported.

    `keep_sound` lets the gateway keep the sound, to play it. `refresh` has songs measured again
    that are there and did not change. `skip_duplicates` leaves files out whose very sound is there
    under another id. `workers` are the processes that read files. A gateway that is away is waited
    for `patience_seconds`.
    """

    keep_sound: bool = False
    refresh: bool = False
    skip_duplicates: bool = True
    workers: int = 2
    patience_seconds: float = 120.0


@dataclass(slots=True)
class Standing:
    """How far an import is, for whoever shows it; the total is not known at first."""

    done: int = 0
    total: int | None = None
    current: str = ""


class FolderImport:
    """Imports what is in folders, sound files and lists; a song that is bad stops no other.

    Args:
        client: A client of the gateway.
        journal: What was read before; stays open.
        options: How songs are imported.
        hear: Called with what became of each song, in the event loop.
    """

    def __init__(
        self,
        client: AsyncClient,
        journal: Journal,
        options: Options,
        hear: Callable[[Outcome], None],
    ) -> None:
        self._client = client
        self._journal = journal
        self._options = options
        self._hear = hear
        self._can_check = True
        self.standing = Standing()
        self.patience = Patience(options.patience_seconds)
        self._sender = Sender(client, self.patience, self._settle)

    async def run(self, paths: Sequence[Path]) -> None:
        """Imports everything; returns when every song has its outcome.

        Raises:
            UnreadableListError: A list is malformed; nothing was imported.
            VtsError: The gateway is away for too long; running the same again goes on from there.
        """
        options = ListOptions(self._options.keep_sound, self._options.refresh)
        readers = Readers(self._options.workers)
        finder = Finder(paths, self._journal, readers, options)
        listed = await asyncio.to_thread(finder.check_lists)
        try:
            async with asyncio.TaskGroup() as stages:
                stages.create_task(asyncio.to_thread(finder.count_files, self._counted(listed)))
                self._start(finder, stages)
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        finally:
            finder.end()
            readers.close()

    def _start(self, finder: Finder, stages: asyncio.TaskGroup) -> None:
        ahead = 4 * self._options.workers + _SENT_AT_A_TIME
        items: asyncio.Queue[Item | None] = asyncio.Queue(ahead)
        known: asyncio.Queue[Song | None] = asyncio.Queue(_CHECKED_AT_A_TIME)
        new: asyncio.Queue[Song | None] = asyncio.Queue(_SENDERS * _SENT_AT_A_TIME)
        stages.create_task(finder.run(items, stages))
        stages.create_task(self._identify(items, known))
        stages.create_task(self._check(known, new))
        for _ in range(_SENDERS):
            stages.create_task(self._send(new))

    def _counted(self, listed: int) -> Callable[[int], None]:
        def tell(files: int) -> None:
            self.standing.total = listed + files

        return tell

    async def _identify(
        self, items: asyncio.Queue[Item | None], known: asyncio.Queue[Song | None]
    ) -> None:
        """Takes files in their order, so that of equal ones it is always the first that counts."""
        while (item := await items.get()) is not None:
            if isinstance(item, Unread):
                self._settled(Outcome(shown(item.path), Kind.REFUSED, problem=item.problem))
                continue
            song = item if isinstance(item, Song) else await self._song(item)
            if song is not None:
                self.standing.current = song.origin
                await known.put(song)
        await known.put(None)

    async def _song(self, reading: Reading) -> Song | None:
        found, read = reading.found, reading.content
        content = await read if isinstance(read, asyncio.Task) else read
        origin = shown(found.path)
        if isinstance(content, UnreadableFileError):
            self._settled(Outcome(origin, Kind.REFUSED, problem=str(content)))
            return None
        if first := self._journal.first(found, content):
            copy = Same(
                path=shown(first),
                reason_en="It is the same file, byte by byte.",
                reason_ko="같은 파일의 사본입니다.",
            )
            known_as = str(track_id(FILES, content.digest.hex()))
            self._settled(Outcome(origin, Kind.DUPLICATE, known_as, duplicates=(copy,)))
            return None
        return self._song_of(found, content, reading.verdict)

    def _song_of(self, found: Found, content: Content, verdict: str) -> Song:
        options = self._options
        draft = drafted(
            track_of_file(content.fields, content.digest),
            found.path,
            keep_sound=options.keep_sound,
            refresh=options.refresh,
            skip_duplicates=options.skip_duplicates,
        )
        skips = options.skip_duplicates and not options.refresh
        kept = tuple(Same(**each) for each in json.loads(verdict)) if verdict and skips else ()
        return Song(shown(found.path), draft, found, content.digest, kept)

    async def _check(
        self, known: asyncio.Queue[Song | None], new: asyncio.Queue[Song | None]
    ) -> None:
        """Asks which songs are there already; the others are to be sent."""
        while songs := await _several(known, _CHECKED_AT_A_TIME, _CHECK_PATIENCE_SECONDS):
            asked = [song for song in songs if song.may_be_there and self._can_check]
            there = await self._there(asked) if asked else {}
            for song in songs:
                if song in there:
                    self._settle(song, there[song])
                else:
                    await new.put(song)
        for _ in range(_SENDERS):
            await new.put(None)

    async def _there(self, songs: Sequence[Song]) -> dict[Song, Outcome]:
        """What is known of songs without sending them: unchanged, or left out as before."""
        others = list(
            dict.fromkeys(song.duplicates[0].track_id for song in songs if song.duplicates)
        )
        request = pb.CheckTracksRequest(songs=[song.check() for song in songs], track_ids=others)
        while True:
            try:
                answer = await self._client.check_tracks(request)
                break
            except VtsError as error:
                if error.code is grpc.StatusCode.UNIMPLEMENTED:
                    self._can_check = False
                    return {}
                await self.patience.wait(error)
        self.patience.answered()
        outcomes = {
            song: Outcome(song.origin, Kind.DUPLICATE, duplicates=song.duplicates)
            for song in songs
            if song.duplicates and song.duplicates[0].track_id not in answer.unknown_ids
        }
        for at in answer.unchanged:
            song = songs[at]
            track = song.draft.track.track
            known_as = str(track_id(track.source, track.source_id))
            outcomes[song] = Outcome(song.origin, Kind.UNCHANGED, known_as)
        return outcomes

    async def _send(self, new: asyncio.Queue[Song | None]) -> None:
        while songs := await _several(new, _SENT_AT_A_TIME, _SEND_PATIENCE_SECONDS):
            await self._sender.send(songs)

    def _settle(self, song: Song, outcome: Outcome) -> None:
        if song.found is not None:
            is_left_out = outcome.kind is Kind.DUPLICATE and outcome.duplicates
            told = [each.as_json() for each in outcome.duplicates] if is_left_out else ()
            verdict = json.dumps(told, ensure_ascii=False) if told else ""
            if verdict or song.duplicates:
                self._journal.keep(song.found, verdict)
        self._settled(outcome)

    def _settled(self, outcome: Outcome) -> None:
        self.standing.done += 1
        self._hear(outcome)


async def _several(queue: asyncio.Queue[T | None], most: int, patience_seconds: float) -> list[T]:
    """What is in a queue, at least one; empty once None has come, which stays for the next call."""
    result: list[T] = []
    try:
        async with asyncio.timeout(None) as limit:
            while len(result) < most and (item := await queue.get()) is not None:
                result.append(item)
                if limit.when() is None:
                    limit.reschedule(asyncio.get_running_loop().time() + patience_seconds)
            if len(result) < most:
                queue.put_nowait(None)
    except TimeoutError:
        pass
    return result
