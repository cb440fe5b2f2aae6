"""Perceiving: which perceiver an input goes to; for media, the bytes decide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway import labelling
from gateway.choices import ChoicePerceiver
from gateway.clients import Clients
from gateway.grouping import Groups
from gateway.listening import SoundPerceiver
from gateway.perceived import Given, Perceived
from gateway.pictures import PhotoPerceiver
from gateway.progress import InputProgress
from gateway.uploads import Upload
from gateway.videos import VideoPerceiver
from gateway.words import WordsPerceiver
from servicekit.media import Kind, recognised

_EVERY_KIND: tuple[Kind, ...] = ("image", "video", "audio")


class MediaPerceiver(Protocol):
    """Perceives media of one kind."""

    async def perceive(self, given: Given, upload: Upload, progress: InputProgress) -> Perceived:
        """What the media says; raises `ServiceError` if it is at fault itself."""


class Perceiver:
    """Perceives inputs of every kind."""

    def __init__(self, clients: Clients, groups: Groups, max_photo_bytes: int) -> None:
        self._photos = PhotoPerceiver(clients, max_photo_bytes)
        self._sounds = SoundPerceiver(clients, groups)
        self._videos = VideoPerceiver(clients, self._sounds)
        self._words = WordsPerceiver(clients)
        self._choices = ChoicePerceiver(clients, groups)

    async def perceive(
        self, given: Given, progress: InputProgress, taxonomies: Sequence[str] = ()
    ) -> Perceived:
        """What an input says, with notes on what could not be told.

        What it feels like is told in the labels of `taxonomies` too.

        Raises:
            ServiceError: The input itself is at fault.
        """
        found = await self._perceived(given, progress, taxonomies)
        labelling.add_labels(found.evidence, taxonomies)
        return found

    async def _perceived(
        self, given: Given, progress: InputProgress, taxonomies: Sequence[str]
    ) -> Perceived:
        if given.media is not None:
            perceivers: dict[Kind, MediaPerceiver] = {
                "image": self._photos,
                "video": self._videos,
                "audio": self._sounds,
            }
            kind = await _kind(given, given.media)
            return await perceivers[kind].perceive(given, given.media, progress)
        if given.text:
            return await self._words.text(given, progress, taxonomies)
        if given.situation is not None:
            return await self._words.situation(given, progress)
        if given.group_id:
            return await self._choices.group(given, progress)
        return await self._choices.track(given, progress)


async def _kind(given: Given, upload: Upload) -> Kind:
    """The kind of media, told by the bytes.

    Only where these leave it open (a WebM or MP4 file may hold sound alone) the declared type is
    heard: a browser calls its recordings `audio/webm`.
    """
    found = recognised(await upload.head(), given.media_path, _EVERY_KIND)
    if found.kind == "video" and upload.declared.lower().startswith("audio/"):
        return "audio"
    return found.kind
