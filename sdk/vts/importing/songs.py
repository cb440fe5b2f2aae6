"""A song on its way from a file or a list to the gateway."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.importing.folders import Found
from vts.importing.outcomes import Same
from vts.inputs import CHUNK_BYTES, Draft, Media


class UnsendableError(Exception):
    """A song's file cannot be sent as it was read; the message says why."""

    def __init__(self, song: Song, problem: str) -> None:
        super().__init__(problem)
        self.song = song


@dataclass(frozen=True, slots=True, eq=False)
class Song:
    """What is to be imported: where it comes from, its draft, its file, and what is known of that.

    `digest` is the SHA-256 of the file's bytes. `duplicates` is what a song was left out for when
    it was imported before.
    """

    origin: str
    draft: Draft
    found: Found | None = None
    digest: bytes = b""
    duplicates: tuple[Same, ...] = ()

    @property
    def may_be_there(self) -> bool:
        """Whether the gateway can tell without its sound that nothing would change."""
        wants_sound = self.draft.track.sound_follows
        return not self.draft.track.refresh and (bool(self.digest) or not wants_sound)

    def check(self) -> pb.TrackCheck:
        """The question for that."""
        return pb.TrackCheck(draft=self.draft.track, sound_sha256=self.digest)

    def sendable(self) -> Draft:
        """The draft whose sound raises `UnsendableError` if its file is not what was read."""
        return Draft(self.draft.track, Media(self._chunks()) if self.draft.sound else None)

    def _chunks(self) -> Iterator[bytes]:
        sound = self.draft.sound
        if sound is None or isinstance(sound, Media):
            return
        try:
            with sound.open("rb") as file:
                self._check_same(os.fstat(file.fileno()))
                while chunk := file.read(CHUNK_BYTES):
                    yield chunk
                self._check_same(os.fstat(file.fileno()))
        except OSError as error:
            reason = (error.strerror or "unknown error").lower()
            raise UnsendableError(self, f"cannot be read: {reason}") from error

    def _check_same(self, status: os.stat_result) -> None:
        if self.found is not None and not self.found.is_same(status):
            raise UnsendableError(self, "changed while it was imported; import it again")
