"""The mood of music: from a file, or its bytes."""

import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self, overload

from services.audio_features.domain import (
    EMOTIONS,
    Analysis,
    MediaTooLarge,
    NoSound,
    UnreadableMedia,
)
from vts.moods import MOODS
from vts_local.results import MusicReading

COMPILED = Path("~/.cache/vts/numba")
"""Where functions compiled for this machine are kept, so that only the first use waits."""

Media = str | os.PathLike[str] | bytes


class MusicMoods:
    """Reads what music feels like as the audio_features service does; may be shared by threads.

    Files are decoded in a process of their own, with limits of time and memory, so a damaged or
    hostile file harms nobody. The first reading on a machine compiles, for about a minute. Also a
    context manager, which lets go of the models at its end.
    """

    def __init__(self, *, threads: int = 1, compiled: Path = COMPILED) -> None:
        """Loads the models.

        Args:
            threads: How many cores one reading may use.
            compiled: Folder for compiled functions; it is made where it is missing.

        Raises:
            OSError: The folder cannot be made.
        """
        # Only now, so that importing the package is quick and needs no models.
        from services.audio_features.backends import open_analyzer
        from services.audio_features.settings import AudioFeaturesSettings

        # The service's own limits, and none of its variables: a library reads no environment.
        settings = AudioFeaturesSettings.model_construct(
            threads=threads, numba_cache_dir=compiled.expanduser()
        )
        self._analyzer = open_analyzer(settings)

    @overload
    def read(  # type: ignore[overload-overlap]  # a str is a sequence of strs
        self, music: Media
    ) -> MusicReading: ...

    @overload
    def read(self, music: Sequence[Media]) -> list[MusicReading]: ...

    def read(self, music: Media | Sequence[Media]) -> MusicReading | list[MusicReading]:
        """Reads one piece, or a list of them in its order.

        Args:
            music: The path of an audio file or a video, or the bytes of one.

        Raises:
            OSError: There is no such file.
            ValueError: It is damaged, of a kind that is not read, without sound, shorter than
                half a second, larger than 2 GiB, or longer than two hours.
        """
        if isinstance(music, str | bytes | os.PathLike):
            return self._read(music)
        return [self._read(each) for each in music]

    def close(self) -> None:
        """Lets go of the models; nothing may be read afterwards."""
        self._analyzer.close()

    def __enter__(self) -> Self:
        """Gives the reader itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the reader."""
        self.close()

    def _read(self, music: Media) -> MusicReading:
        try:
            if isinstance(music, bytes):
                return _plain(self._analyzer.analyze(music))
            with Path(music).open("rb") as file:
                return _plain(self._analyzer.analyze(file))
        except NoSound as error:
            raise ValueError("the video has no sound") from error
        except UnreadableMedia as error:
            raise ValueError(f"the file {error}") from error
        except MediaTooLarge as error:
            raise ValueError(f"the file is {error}") from error


def _plain(analysis: Analysis) -> MusicReading:
    feeling, key = analysis.feeling, analysis.key
    return MusicReading(
        moods=dict(zip(MOODS, feeling.moods.tolist(), strict=True)) if feeling else {},
        emotions=dict(zip(EMOTIONS, feeling.emotions.tolist(), strict=True)) if feeling else {},
        valence=float(feeling.valence) if feeling else None,
        arousal=float(feeling.arousal) if feeling else None,
        confidence=float(feeling.confidence) if feeling else 0.0,
        duration_seconds=analysis.duration_seconds,
        tempo_bpm=analysis.tempo.bpm if analysis.tempo else None,
        key=f"{key.tonic} {key.mode}" if key else None,
        genres=dict(analysis.genres),
        notes=tuple(note.value for note in analysis.notes),
    )
