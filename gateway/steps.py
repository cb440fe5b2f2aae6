"""The steps of an import, for the songs of one batch."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway import drafts as songs
from gateway.clients import Clients
from gateway.drafts import Draft
from gateway.duplicates import DuplicateFinder
from gateway.patience import patiently
from gateway.sounds import SoundFolder
from gateway.unchanged import Archive
from gateway.uploads import Upload
from servicekit.errors import ServiceError
from servicekit.media import Kind, recognised
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb
from vts.recommender.v1 import track_pb2

_log = logging.getLogger(__name__)

_SOUNDS: tuple[Kind, ...] = ("audio",)


@dataclass(frozen=True, slots=True)
class Means:
    """What all batches work with.

    `listening` has a place for each sound analysed, or held against others, at a time.
    """

    clients: Clients
    sounds: SoundFolder
    archive: Archive
    duplicates: DuplicateFinder
    listening: asyncio.Semaphore


class Batch:
    """Some songs on their way through all steps; each leaves out those that need no more.

    `prepare` computes and may run for several batches at a time. `finish` changes what is stored,
    and compares with it, so batches of one import finish one after the other.
    """

    def __init__(self, means: Means, batch: Sequence[Draft]) -> None:
        self._means = means
        self._clients = means.clients
        self._drafts = batch
        self._stored: dict[str, track_pb2.Track] = {}
        self._fingerprints: dict[int, str] = {}
        self._kept: dict[int, Path] = {}
        self._unchanged: set[int] = set()
        self._saved: set[int] = set()

    async def prepare(self) -> None:
        """Looks the songs up, listens to them, and puts them in words and vectors."""
        for draft in self._drafts:
            songs.checked(draft)
        await self._look_up()
        await self._listen()
        await self._read()

    async def finish(self) -> list[pb.ImportTracksResponse]:
        """Stores the songs that are not there yet, and gives all verdicts."""
        while waiting := [draft for draft in self._open() if draft.index not in self._saved]:
            await self._leave_out(waiting)
            await self._keep_sounds()
            await self._store()
            self._forget_refused()
        await self._means.duplicates.same_recording(self._open())
        return [self._verdict(draft) for draft in self._drafts]

    def _open(self) -> list[Draft]:
        return [
            draft
            for draft in self._drafts
            if not (draft.problem or draft.is_left_out or draft.index in self._unchanged)
        ]

    async def _look_up(self) -> None:
        """Finds out which songs are there already, and the same as before."""
        archive, drafts = self._means.archive, self._open()
        self._stored = await archive.stored(drafts)
        for draft in drafts:
            told = self._fingerprints[draft.index] = draft.fingerprint()
            if await archive.is_unchanged(draft, told, self._stored.get(draft.id)):
                self._unchanged.add(draft.index)

    async def _listen(self) -> None:
        """Analyses the sounds, as many at a time as all imports together may."""

        async def listen(draft: Draft) -> None:
            async with self._means.listening:
                await self._analyse(draft)

        await _all(listen(draft) for draft in self._open() if draft.sound)

    async def _analyse(self, draft: Draft) -> None:
        sound = draft.sound
        if sound is None:
            return
        try:
            recognised(await sound.head(), "sound", _SOUNDS)
            draft.analysis = await patiently(lambda: self._clients.analyze_audio(sound, keep=True))
        except ServiceError as error:
            draft.problem = f"sound: {_description(error)}"
            return
        songs.complete_from_sound(draft)

    async def _read(self) -> None:
        """Puts songs in words, and the words in vectors; reads moods where none are known."""
        known: list[Draft] = []
        unknown: list[Draft] = []
        for draft in self._open():
            songs.complete_from_tags(draft)
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
            readings = await patiently(lambda: self._clients.read_mood(texts, language="en"))
            for (draft, _), reading in zip(told, readings, strict=True):
                songs.complete_from_reading(draft, reading)
        for draft in unknown:
            songs.complete_from_rules(draft)
            if not (draft.vectors.text or draft.vectors.audio):
                draft.problem = songs.moodless(draft)

    async def _embed(self, known: Sequence[Draft]) -> None:
        told = [(draft, words) for draft in known if (words := songs.in_words(draft.track))]
        if not told:
            return
        texts = [words for _, words in told]
        answer = await patiently(lambda: self._clients.embed_texts(texts))
        for (draft, _), embedding in zip(told, answer.embeddings, strict=True):
            songs.add_text_vector(draft, embedding.values, answer.model)

    async def _leave_out(self, drafts: Sequence[Draft]) -> None:
        """Leaves out new songs whose sound is there already, where that is wanted."""
        for draft in drafts:
            draft.duplicates.clear()
            draft.twin = None
        await self._means.duplicates.same_sound(drafts)
        for draft in drafts:
            is_new = draft.id not in self._stored
            draft.is_left_out = bool(draft.message.skip_duplicates and draft.duplicates and is_new)

    def _forget_refused(self) -> None:
        """Takes back what was said of songs that the store refused: nobody has their sound."""
        refused = {draft.id for draft in self._drafts if draft.problem} - set(self._stored)
        for draft in self._drafts:
            if any(each.track_id in refused for each in draft.duplicates):
                draft.duplicates = [x for x in draft.duplicates if x.track_id not in refused]
                draft.is_left_out = draft.is_left_out and bool(draft.duplicates)

    async def _keep_sounds(self) -> None:
        """Writes sounds to disk before their songs say that they are there."""
        wanted = [
            draft
            for draft in self._open()
            if draft.track.has_sound and draft.sound and draft.index not in self._saved
        ]
        await _all(self._keep_sound(draft, draft.sound) for draft in wanted if draft.sound)
        if self._kept:
            await self._means.sounds.sync()

    async def _keep_sound(self, draft: Draft, sound: Upload) -> None:
        form = recognised(await sound.head(), "sound", _SOUNDS)
        try:
            self._kept[draft.index] = await self._means.sounds.keep(draft.id, sound, form)
        except OSError:
            _log.exception("a sound could not be kept", extra={"track_id": draft.id})
            draft.problem = "sound: could not be written to disk"

    async def _store(self) -> None:
        """Stores the songs, then tidies away what belongs to none of them."""
        sent = [draft for draft in self._open() if draft.index not in self._saved]
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
                self._saved.add(draft.index)
        await self._tidy(sent)

    async def _tidy(self, sent: Sequence[Draft]) -> None:
        for draft in sent:
            if not draft.problem:
                await self._means.sounds.forget(draft.id, but=self._kept.get(draft.index))
            elif draft.id not in self._stored:
                await self._means.sounds.forget(draft.id)

    def _verdict(self, draft: Draft) -> pb.ImportTracksResponse:
        verdict = pb.ImportTracksResponse(index=draft.index)
        if draft.problem:
            verdict.outcome = pb.IMPORT_OUTCOME_REFUSED
            verdict.problem = draft.problem
            return verdict
        verdict.duplicates.extend(draft.duplicates)
        if draft.is_left_out:
            verdict.outcome = pb.IMPORT_OUTCOME_DUPLICATE
            return verdict
        verdict.track_id = draft.id
        verdict.outcome = pb.IMPORT_OUTCOME_ADDED
        if draft.index in self._unchanged:
            verdict.outcome = pb.IMPORT_OUTCOME_UNCHANGED
        elif draft.id in self._stored:
            verdict.outcome = pb.IMPORT_OUTCOME_UPDATED
        return verdict


async def _all(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Does several things at the same time; the first that fails ends the others."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


def _description(error: ServiceError) -> str:
    return next(iter(error.fields.values()), error.message)
