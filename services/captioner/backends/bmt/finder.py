"""The Bi-modal Transformer as the service's finder of events."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

from servicekit.errors import unavailable
from servicekit.working import Worker
from services.captioner.backends.bmt import weights
from services.captioner.backends.bmt.captioning import said_of
from services.captioner.backends.bmt.decoding import Decoder
from services.captioner.backends.bmt.features import Features, stretch, together, whole
from services.captioner.backends.bmt.segments import chosen
from services.captioner.backends.bmt.weights import Networks
from services.captioner.backends.precision import device_for
from services.captioner.domain import Caption, Event, Events, Model, Note, Sentence
from services.captioner.settings import Settings
from services.captioner.translating import in_korean

_NAME = "captioner-events"
_TOGETHER = 16


class BmtEventFinder:
    """Watches and hears a video's first 768 s and says what happens when.

    One video at a time, on a thread of its own. What the networks read of a longer video is told
    with the note `TRUNCATED`; without flow weights, `NO_FLOW` says that movement was not seen.
    """

    def __init__(self, networks: Networks, *, max_pixels: int, max_queue: int) -> None:
        self._networks = networks
        self._decoder = Decoder(max_pixels)
        self._worker = Worker(_NAME, max_queue)
        self._closing = threading.Event()

    @classmethod
    def opened(cls, settings: Settings) -> "BmtEventFinder":
        """Reads the weights from `events_path`.

        Raises:
            FileNotFoundError: The path is not set, or the folder lacks a file.
            ValueError: A file does not fit the others, or the device is not to be had.
        """
        if settings.events_path is None:
            raise FileNotFoundError(
                "VTS_CAPTIONER_EVENTS_PATH is not set: it names a folder of weights; "
                f"make it with `{weights.CONVERT}`"
            )
        torch.set_num_threads(settings.threads)
        networks = weights.opened(settings.events_path, device_for(settings.device))
        return cls(networks, max_pixels=settings.max_frame_pixels, max_queue=settings.max_queue)

    @property
    def model(self) -> Model:
        """`bmt` and the beginning of the captioning checkpoint's SHA-256."""
        return Model("bmt", self._networks.version)

    async def find(self, path: Path, demuxer: str) -> Events:
        """Watches and hears the file; events come in order of time.

        A caller who leaves is not worked for any longer: no further window of 2.56 s is begun, and
        no further captions.

        Raises:
            UnreadableMedia: It cannot be opened, or no picture of it can be decoded.
            MediaTooLarge: A frame has too many pixels.
            ServiceError: Too many videos wait, or the service is shutting down.
        """
        left = threading.Event()
        try:
            return await self._worker.run(self._found, path, demuxer, left)
        except asyncio.CancelledError:
            left.set()
            raise

    async def close(self) -> None:
        """Gives up the video that is watched, and ends the thread."""
        self._closing.set()
        await self._worker.close()
        await asyncio.to_thread(self._decoder.close)

    def _found(self, path: Path, demuxer: str, left: threading.Event) -> Events:
        def carry_on() -> None:
            if left.is_set() or self._closing.is_set():
                raise unavailable(_NAME, f"{_NAME} is shutting down, or the caller left")

        extractor = self._networks.extractor
        watched = extractor.watch(self._decoder, path, demuxer, carry_on)
        notes = [Note.TRUNCATED] if watched.truncated else []
        notes += [] if extractor.flow else [Note.NO_FLOW]
        events = sorted(self._events(watched.features, carry_on), key=lambda event: event.start)
        return Events(tuple(events), tuple(notes))

    @torch.inference_mode()
    def _events(self, features: Features, carry_on: Callable[[], None]) -> Iterator[Event]:
        carry_on()
        proposing = self._networks.proposing
        audio, video = (proposing.sizes[name].steps for name in ("audio", "video"))
        candidates = proposing(whole(features, audio, video))[0]
        segments = chosen(candidates, features.seconds).tolist()
        for at in range(0, len(segments), _TOGETHER):
            carry_on()
            some = segments[at : at + _TOGETHER]
            batch = together([stretch(features, start, end) for start, end, _ in some])
            for (start, end, surety), words in zip(
                some, said_of(self._networks.captioning, batch), strict=True
            ):
                if words:
                    yield Event(start, end, self._caption(words, surety))

    def _caption(self, words: list[int], surety: float) -> Caption:
        english = self._networks.vocabulary.sentence(words)
        return Caption(Sentence(english, in_korean(english) or ""), surety)
