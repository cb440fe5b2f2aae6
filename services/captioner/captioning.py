"""Describes photos and videos: decode, measure, look, put into words."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

from servicekit.working import Worker
from services.captioner import light, pictures
from services.captioner.domain import (
    MAX_TAGS,
    Captioner,
    Color,
    Description,
    FaceFinder,
    Light,
    Note,
    Pixels,
    Progress,
    Scene,
    Sight,
    Video,
)
from services.captioner.sentences import composed
from services.captioner.summary import summed_up
from services.captioner.videos import Shot, VideoLimits, VideoReader

WORTH_TELLING = 0.1
"""The least probability of a tag in a description; below, it is noise to whoever reads it."""

_PROGRESS_STEP = 0.02


@dataclass(frozen=True, slots=True)
class _Measures:
    light: Light
    colors: tuple[Color, ...]
    face_count: int
    black: bool


class Captioning:
    """The use case; decoding and measuring happen on the worker, looking where the port likes."""

    def __init__(
        self,
        captioner: Captioner,
        faces: FaceFinder,
        worker: Worker,
        *,
        max_image_pixels: int,
        video_limits: VideoLimits,
    ) -> None:
        self._captioner = captioner
        self._faces = faces
        self._worker = worker
        self._max_image_pixels = max_image_pixels
        self._video_limits = video_limits

    async def describe_image(self, data: bytes) -> Description:
        """Describes one photo.

        Raises:
            UnreadableMedia: Not a photo, or a broken one.
            MediaTooLarge: More pixels than allowed.
        """
        picture = await self._worker.run(pictures.decoded, data, self._max_image_pixels)
        return await self.describe(picture)

    async def describe(self, picture: Pixels) -> Description:
        """Describes decoded pixels."""
        measures, sight = await asyncio.gather(
            self._worker.run(self._measured, picture), self._captioner.look(picture)
        )
        if measures.black:
            # There is nothing to see, and a network would guess.
            sight = Sight(tags=(), affect=replace(sight.affect, confidence=0.0))
        captions = list(sight.captions) or composed(sight.tags, measures.light, measures.colors)
        return Description(
            caption=captions[0],
            alternatives=tuple(captions[1:]),
            tags=tuple(tag for tag in sight.tags[:MAX_TAGS] if tag.score >= WORTH_TELLING),
            affect=sight.affect,
            colors=measures.colors,
            face_count=measures.face_count,
            light=measures.light,
            model=self._captioner.model,
            notes=_notes(measures, understood=len(captions) > 1),
        )

    def _measured(self, picture: Pixels) -> _Measures:
        lighting, colors = light.measured(picture)
        black = light.is_black(picture)
        return _Measures(lighting, colors, 0 if black else self._faces.count(picture), black)

    async def describe_video(
        self, path: Path, demuxer: str
    ) -> AsyncIterator[Progress | Scene | Video]:
        """Describes a video file: progress, scenes as they are found, and the whole at the end.

        Raises:
            UnreadableMedia: Not a video, or one without a picture that can be decoded.
            MediaTooLarge: Longer, or with larger frames, than allowed.
        """
        reader = await self._worker.run(VideoReader, path, demuxer, self._video_limits)
        try:
            scenes: list[Scene] = []
            told = -1.0
            while (event := await self._worker.run(reader.advance)) is not None:
                if isinstance(event, Shot):
                    scenes.append(await self._scene(event))
                    yield scenes[-1]
                elif event.fraction >= told + _PROGRESS_STEP:
                    told = event.fraction
                    yield event
            yield self._video(reader, scenes)
        finally:
            await asyncio.to_thread(reader.close)

    async def _scene(self, shot: Shot) -> Scene:
        return Scene(shot.start, shot.end, await self.describe(shot.picture))

    def _video(self, reader: VideoReader, scenes: list[Scene]) -> Video:
        notes = [Note.BLACK_FRAMES] if any(_is_black(scene) for scene in scenes) else []
        if reader.truncated:
            notes.append(Note.TRUNCATED)
        return Video(
            description=summed_up(scenes),
            scenes=tuple(scenes),
            duration_seconds=reader.seconds,
            has_sound=reader.has_sound,
            notes=tuple(notes),
        )


def _notes(measures: _Measures, understood: bool) -> tuple[Note, ...]:
    if measures.black:
        return (Note.BLACK_FRAMES,)
    return () if understood else (Note.LITTLE_UNDERSTOOD,)


def _is_black(scene: Scene) -> bool:
    return Note.BLACK_FRAMES in scene.description.notes
