"""Containers: how a video file is opened, whoever reads it.

The demuxer is the one that the file's first bytes ask for; it gets an open file, not a name, and
no protocol: playlists and references to other files are never followed.
"""

from typing import BinaryIO

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from servicekit.protection import ENCRYPTED, is_encrypted
from services.captioner.domain import UnreadableMedia

FAILURES = (av.FFmpegError, OSError)
"""What reading and decoding raise where a file is damaged."""

_OPTIONS = {"protocol_whitelist": "none", "enable_drefs": "0", "use_absolute_path": "0"}
_ENCRYPTABLE = "mov"
_BUFFER_BYTES = 256 * 1024


class EncryptedMedia(UnreadableMedia):
    """The file is whole, or as good as that, but only for those who have its key."""


def opened(file: BinaryIO, demuxer: str) -> InputContainer:
    """Opens a file; who calls closes it, and the file itself stays open.

    Raises:
        EncryptedMedia: One of its tracks can be read with a key only.
        UnreadableMedia: The demuxer does not know what to do with it.
    """
    if demuxer == _ENCRYPTABLE and is_encrypted(file):
        raise EncryptedMedia(ENCRYPTED)
    file.seek(0)
    try:
        container = av.open(
            file,
            "r",
            format=demuxer,
            options=_OPTIONS,
            buffer_size=_BUFFER_BYTES,
            metadata_errors="replace",
        )
    except (*FAILURES, ValueError) as error:
        raise UnreadableMedia("is corrupt or no video") from error
    return container


def pictures_in(container: InputContainer) -> list[VideoStream]:
    """The tracks of moving pictures; the one on the cover of a piece of sound is none."""
    return [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
