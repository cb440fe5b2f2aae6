"""Perceiving: which perceiver an input goes to; for media, the bytes decide."""

from __future__ import annotations

from gateway.clients import Clients
from gateway.perceived import Given, Perceived
from gateway.pictures import MediaPerceiver, media_field
from gateway.progress import InputProgress
from gateway.uploads import Upload
from gateway.words import WordsPerceiver
from servicekit.media import Kind, sniff, unreadable


class Perceiver:
    """Perceives inputs of every kind."""

    def __init__(self, clients: Clients, max_photo_bytes: int) -> None:
        self._media = MediaPerceiver(clients, max_photo_bytes)
        self._words = WordsPerceiver(clients)

    async def perceive(self, given: Given, progress: InputProgress) -> Perceived:
        """What an input says, with notes on what could not be told.

        Raises:
            ServiceError: The input itself is at fault.
        """
        if given.media is not None:
            perceivers = {
                "image": self._media.photo,
                "video": self._media.video,
                "audio": self._media.sound,
            }
            kind = await _kind(given, given.media)
            return await perceivers[kind](given, given.media, progress)
        if given.text:
            return await self._words.text(given, progress)
        if given.situation is not None:
            return await self._words.situation(given, progress)
        return await self._words.track(given, progress)


async def _kind(given: Given, upload: Upload) -> Kind:
    """The kind of media, told by the bytes.

    Only where these leave it open (a WebM or MP4 file may hold sound alone) the declared type is
    heard: a browser calls its recordings `audio/webm`.
    """
    found = sniff(await upload.head())
    if found is None:
        empty = upload.size == 0
        problem = "is empty" if empty else "is not a kind of file that can be read here"
        raise unreadable(media_field(given), problem)
    if found.kind == "video" and upload.declared.lower().startswith("audio/"):
        return "audio"
    return found.kind
