"""Watches videos: every scene is described as it is found, and the whole at the end."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from servicekit.errors import ServiceError
from servicekit.sandbox import Crashed, Sandbox
from servicekit.working import Worker
from services.captioner.captioning import Captioning
from services.captioner.domain import (
    Description,
    EventFinder,
    Events,
    MediaTooLarge,
    Moment,
    Note,
    Progress,
    Scene,
    UnreadableMedia,
    Video,
)
from services.captioner.isolation import understood
from services.captioner.moments import merged
from services.captioner.summary import summed_up
from services.captioner.videos.limits import VideoLimits
from services.captioner.videos.news import Ended, News, Opened, Shot, told

_LEAST_BLACK_SECONDS = 1.0
_OF_ANY = (Note.CAPTIONER_FALLBACK, Note.TRANSLATION_MISSING)

_log = logging.getLogger(__name__)


class Watching:
    """The use case; files are decoded in the sandbox, and only scenes are held in memory."""

    def __init__(
        self,
        captioning: Captioning,
        sandbox: Sandbox,
        worker: Worker,
        limits: VideoLimits,
        finder: EventFinder | None = None,
    ) -> None:
        """Takes what others open and close.

        Args:
            captioning: Describes the frames that were chosen.
            sandbox: Decodes; its module is `decoding`.
            worker: Waits for the sandbox.
            limits: What is refused.
            finder: Finds events in the whole file meanwhile, if there is one.
        """
        self._captioning = captioning
        self._sandbox = sandbox
        self._worker = worker
        self._limits = limits
        self._finder = finder

    async def describe(
        self, path: Path, demuxer: str
    ) -> AsyncGenerator[Progress | Scene | Video, None]:
        """Describes a video file: progress, scenes as they are found, and the whole at the end.

        Raises:
            UnreadableMedia: Not a video, or one without a picture that can be decoded.
            MediaTooLarge: Longer, or with larger frames, than allowed.
        """
        opened, ended, scenes = Opened(0.0, has_sound=False), None, list[Scene]()
        async with (
            self._events(path, demuxer) as events,
            aclosing(self._news(path, demuxer)) as all_news,
        ):
            async for news in all_news:
                match news:
                    case Opened():
                        opened = news
                    case Ended():
                        ended = news
                    case Shot():
                        scenes.append(await self._scene(news))
                        yield scenes[-1]
                    case Progress():
                        yield news
            if ended is None or not scenes:
                raise UnreadableMedia("holds no picture that can be decoded")
            yield _whole(opened, ended, scenes, await events)

    async def _news(self, path: Path, demuxer: str) -> AsyncGenerator[News, None]:
        arguments = {
            "demuxer": demuxer,
            "max_seconds": self._limits.max_seconds,
            "max_frame_pixels": self._limits.max_frame_pixels,
            "max_scenes": self._limits.max_scenes,
        }
        shots = 0
        with path.open("rb") as file:
            job = self._sandbox.job("video", file, arguments)
            try:
                with understood():
                    await self._worker.run(job.__enter__)
                    while (said := await self._worker.run(next, job, None)) is not None:
                        news = told(*said)
                        shots += isinstance(news, Shot)
                        if shots > self._limits.max_scenes:
                            raise Crashed(f"told of more than {self._limits.max_scenes} scenes")
                        yield news
            finally:
                # Ends the child also if the caller left.
                await asyncio.to_thread(job.close)

    @asynccontextmanager
    async def _events(self, path: Path, demuxer: str) -> AsyncIterator["asyncio.Task[Events]"]:
        """Looks for events meanwhile; stops looking when the caller leaves."""
        task = asyncio.create_task(self._found(path, demuxer))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _found(self, path: Path, demuxer: str) -> Events:
        """Events, or a note instead of them: whatever fails here, the scenes are told."""
        if self._finder is None:
            return Events(())
        try:
            return await self._finder.find(path, demuxer)
        except (UnreadableMedia, MediaTooLarge) as error:
            _log.info("no events in a video: it %s", error)
        except ServiceError as error:
            _log.warning("no events in a video: %s", error.message)
        except Exception:  # noqa: BLE001  # logged; the scenes are worth telling without
            _log.exception("no events in a video: the finder failed")
        return Events((), (Note.EVENTS_MISSING,))

    async def _scene(self, shot: Shot) -> Scene:
        described = await asyncio.gather(
            *(
                self._captioning.describe(picture, count_faces=place == shot.clearest)
                for place, picture in enumerate(shot.pictures)
            )
        )
        sure = [place for place, each in enumerate(described) if _says_something(each)]
        best = shot.clearest if shot.clearest in sure or not sure else sure[0]
        moments = [Moment(shot.times[at], described[at].caption) for at in sure or [best]]
        return Scene(
            start=shot.start,
            end=shot.end,
            description=replace(
                described[best],
                face_count=described[shot.clearest].face_count,
                notes=_with_fallbacks(described[best], described),
            ),
            moments=merged(moments),
            motion=shot.motion,
            brightness=shot.brightness,
        )


def _whole(opened: Opened, ended: Ended, scenes: list[Scene], events: Events) -> Video:
    return Video(
        description=summed_up(scenes),
        scenes=tuple(scenes),
        duration_seconds=max(opened.seconds, ended.described_seconds),
        has_sound=opened.has_sound,
        notes=tuple(dict.fromkeys(_notes(ended, scenes, events))),
        described_seconds=ended.described_seconds,
        motion=ended.motion,
        brightness=ended.brightness,
        events=events.events,
    )


def _notes(ended: Ended, scenes: list[Scene], events: Events) -> Iterator[Note]:
    """Everything that is to be said of the whole; some of it more than once."""
    if ended.black_seconds >= _LEAST_BLACK_SECONDS or any(_is_black(scene) for scene in scenes):
        yield Note.BLACK_FRAMES
    if ended.truncated:
        yield Note.TRUNCATED
    for note in _OF_ANY:
        if any(note in scene.description.notes for scene in scenes):
            yield note
    for note in events.notes:
        # Where the finder stopped in a file that is whole, only its events end there.
        cut_for_events = note is Note.TRUNCATED and not ended.truncated
        yield Note.EVENTS_MISSING if cut_for_events else note


def _says_something(description: Description) -> bool:
    return Note.LITTLE_UNDERSTOOD not in description.notes and not _shows_nothing(description)


def _with_fallbacks(best: Description, described: list[Description]) -> tuple[Note, ...]:
    """The notes of the one, and what a model failed at for any of them."""
    of_any = (note for note in _OF_ANY if any(note in each.notes for each in described))
    return tuple(dict.fromkeys((*best.notes, *of_any)))


def _shows_nothing(description: Description) -> bool:
    return Note.BLACK_FRAMES in description.notes


def _is_black(scene: Scene) -> bool:
    return _shows_nothing(scene.description)
