"""Importing: songs in, one verdict each out, given only once the song is safe on disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import TypeVar

from gateway import drafts as songs
from gateway.batches import batches, drafts
from gateway.clients import Clients
from gateway.drafts import CONTENT, Draft
from gateway.failures import Unanswered
from gateway.sounds import SoundFolder
from gateway.turns import Turns
from servicekit.errors import ServiceError
from servicekit.media import Kind, recognised
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import track_pb2

_log = logging.getLogger(__name__)

_SOUNDS: tuple[Kind, ...] = ("audio",)
_AT_A_TIME = 2
_TRIES_WHEN_FULL = 6

R = TypeVar("R")


class Importer:
    """Imports songs batch by batch; at most one batch of an import is in memory.

    Args:
        clients: The services.
        sounds: Where sounds are kept.
        max_bytes: How long a song's sound may be.
    """

    def __init__(self, clients: Clients, sounds: SoundFolder, max_bytes: int) -> None:
        self._clients = clients
        self._sounds = sounds
        self._max_bytes = max_bytes
        self._turns = Turns()

    async def run(
        self, pieces: AsyncIterator[pb.ImportTracksRequest]
    ) -> AsyncGenerator[pb.ImportTracksResponse, None]:
        """A verdict for each song, in their order.

        Raises:
            ServiceError: A service that songs cannot do without is unavailable. Songs with a
                verdict are safe; importing the same again changes nothing about them.
        """
        async with aclosing(batches(drafts(pieces, self._max_bytes))) as groups:
            async for batch in groups:
                try:
                    async with self._turns.of({draft.id for draft in batch}):
                        verdicts = await _Batch(self._clients, self._sounds, batch).run()
                except Unanswered as failure:
                    raise failure.error() from failure
                finally:
                    for draft in batch:
                        draft.close()
                for verdict in verdicts:
                    yield verdict


class _Batch:
    """Some songs on their way through all steps of an import."""

    def __init__(self, clients: Clients, sounds: SoundFolder, batch: Sequence[Draft]) -> None:
        self._clients = clients
        self._sounds = sounds
        self._drafts = batch
        self._stored: dict[str, track_pb2.Track] = {}
        self._fingerprints: dict[int, str] = {}
        self._kept: dict[int, Path] = {}
        self._unchanged: set[int] = set()

    async def run(self) -> list[pb.ImportTracksResponse]:
        """All steps; each leaves out the songs that are refused or unchanged by then."""
        for draft in self._drafts:
            songs.checked(draft)
        await self._look_up()
        await self._listen()
        await self._read()
        await self._keep_sounds()
        await self._store()
        return [self._verdict(draft) for draft in self._drafts]

    def _open(self) -> list[Draft]:
        return [
            draft
            for draft in self._drafts
            if not draft.problem and draft.index not in self._unchanged
        ]

    async def _look_up(self) -> None:
        """Finds out which songs are there already, and the same as before."""
        if not self._open():
            return
        answer = await self._clients.get_tracks(draft.id for draft in self._open())
        self._stored = {each.track.id: each.track for each in answer.tracks}
        for draft in self._open():
            self._fingerprints[draft.index] = draft.fingerprint()
            if not draft.message.refresh and await self._is_unchanged(draft):
                self._unchanged.add(draft.index)

    async def _is_unchanged(self, draft: Draft) -> bool:
        stored = self._stored.get(draft.id)
        return (
            stored is not None
            and stored.model_versions.get(CONTENT) == self._fingerprints[draft.index]
            and (not draft.message.keep_sound or await self._sounds.path(draft.id) is not None)
        )

    async def _listen(self) -> None:
        """Analyses the sounds, a few at a time."""
        places = asyncio.Semaphore(_AT_A_TIME)

        async def listen(draft: Draft) -> None:
            async with places:
                await self._analyse(draft)

        try:
            async with asyncio.TaskGroup() as group:
                for draft in self._open():
                    if draft.sound:
                        group.create_task(listen(draft))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _analyse(self, draft: Draft) -> None:
        sound = draft.sound
        if sound is None:
            return
        try:
            recognised(await sound.head(), "sound", _SOUNDS)
            draft.analysis = await _patiently(lambda: self._clients.analyze_audio(sound))
        except ServiceError as error:
            draft.problem = f"sound: {_description(error)}"
            return
        songs.complete_from_sound(draft)

    async def _read(self) -> None:
        """Puts songs in words, and the words in vectors; reads moods where none are known."""
        known: list[Draft] = []
        unknown: list[Draft] = []
        for draft in self._open():
            (unknown if songs.lacks_moods(draft) else known).append(draft)
        await self._read_moods(unknown)
        for draft in known:
            songs.complete_from_rules(draft)
        await self._embed(known)
        for draft in self._open():
            songs.finish(draft, self._fingerprints[draft.index])

    async def _read_moods(self, unknown: Sequence[Draft]) -> None:
        told = [(draft, words) for draft in unknown if (words := songs.in_words(draft.track))]
        if told:
            texts = [words for _, words in told]
            readings = await _patiently(lambda: self._clients.read_mood(texts, language="en"))
            for (draft, _), reading in zip(told, readings, strict=True):
                songs.complete_from_reading(draft, reading)
        for draft in unknown:
            songs.complete_from_rules(draft)
            if not (draft.vectors.text or draft.vectors.audio):
                draft.problem = "track.moods: are missing, and no tags, genres or sound tell them"

    async def _embed(self, known: Sequence[Draft]) -> None:
        told = [(draft, words) for draft in known if (words := songs.in_words(draft.track))]
        if not told:
            return
        texts = [words for _, words in told]
        answer = await _patiently(lambda: self._clients.embed_texts(texts))
        for (draft, _), embedding in zip(told, answer.embeddings, strict=True):
            songs.add_text_vector(draft, embedding.values, answer.model)

    async def _keep_sounds(self) -> None:
        """Writes sounds to disk before their songs say that they are there."""
        for draft in self._open():
            if not (draft.track.has_sound and draft.sound):
                continue
            form = recognised(await draft.sound.head(), "sound", _SOUNDS)
            try:
                self._kept[draft.index] = await self._sounds.keep(draft.id, draft.sound, form)
            except OSError:
                _log.exception("a sound could not be kept", extra={"track_id": draft.id})
                draft.problem = "sound: could not be written to disk"

    async def _store(self) -> None:
        """Stores the songs, then tidies away what belongs to none of them."""
        sent = self._open()
        if not sent:
            return
        answer = await self._clients.upsert_tracks(
            recommender_pb.UpsertTracksRequest(track=draft.track, vectors=draft.vectors)
            for draft in sent
        )
        for rejection in answer.rejections:
            draft = sent[rejection.index]
            draft.problem = f"{rejection.field}: {rejection.description}"
        stored = set(answer.stored_ids)
        for draft in sent:
            if not draft.problem and draft.id not in stored:
                draft.problem = "track: was not stored"
            if not draft.problem:
                await self._sounds.forget(draft.id, but=self._kept.get(draft.index))
            elif draft.id not in self._stored:
                await self._sounds.forget(draft.id)

    def _verdict(self, draft: Draft) -> pb.ImportTracksResponse:
        if draft.problem:
            return pb.ImportTracksResponse(
                index=draft.index, outcome=pb.IMPORT_OUTCOME_REFUSED, problem=draft.problem
            )
        outcome = pb.IMPORT_OUTCOME_ADDED
        if draft.index in self._unchanged:
            outcome = pb.IMPORT_OUTCOME_UNCHANGED
        elif draft.id in self._stored:
            outcome = pb.IMPORT_OUTCOME_UPDATED
        return pb.ImportTracksResponse(index=draft.index, track_id=draft.id, outcome=outcome)


async def _patiently(ask: Callable[[], Awaitable[R]]) -> R:
    """Asks again while a service is only full: an import has time, and works in small portions."""
    for _ in range(_TRIES_WHEN_FULL - 1):
        try:
            return await ask()
        except Unanswered as failure:
            if failure.why != "full":
                raise
            await asyncio.sleep(failure.retry_after_seconds or 1.0)
    return await ask()


def _description(error: ServiceError) -> str:
    return next(iter(error.fields.values()), error.message)
