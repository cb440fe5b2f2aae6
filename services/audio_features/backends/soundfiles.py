"""Reading WAV, FLAC, MP3 and Ogg through libsndfile."""

from collections.abc import Iterator
from typing import BinaryIO

import soundfile

from services.audio_features.backends.framing import tells_length
from services.audio_features.domain import Floats, UnreadableMedia

BLOCK_VALUES = 1 << 18
"""Values, over all channels, that one block holds: 1 MiB of float32."""


class SoundFile:
    """One opened file; `blocks` reads it to the end."""

    def __init__(self, file: soundfile.SoundFile, *, tells_length: bool) -> None:
        self._file = file
        self.rate: int = file.samplerate
        self.promised_seconds: float | None = (
            file.frames / file.samplerate if tells_length else None
        )
        self.reached_seconds = 0.0

    def blocks(self) -> Iterator[Floats]:
        """Yields the mean of the channels, about a mebibyte at a time."""
        size = max(1, BLOCK_VALUES // self._file.channels)
        while True:
            try:
                block = self._file.read(size, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise UnreadableMedia("the sound is damaged") from error
            if not len(block):
                return
            self.reached_seconds += len(block) / self.rate
            yield block.mean(axis=1)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def open_sound_file(file: BinaryIO, kind: str) -> SoundFile | None:
    """Opens what libsndfile can read, and returns None for what it cannot."""
    tells = tells_length(file, kind)
    try:
        return SoundFile(soundfile.SoundFile(file), tells_length=tells)
    except soundfile.LibsndfileError:
        file.seek(0)
        return None
