"""Describes pictures: decode, measure, look, put into words."""

import asyncio
from dataclasses import dataclass, replace

from servicekit.sandbox import Sandbox
from servicekit.working import Worker
from services.captioner import isolation, light
from services.captioner.domain import (
    MAX_TAGS,
    Caption,
    Captioner,
    Color,
    Description,
    FaceFinder,
    Light,
    Note,
    Pixels,
    Sight,
)
from services.captioner.sentences import composed

WORTH_TELLING = 0.1
"""The least probability of a tag in a description; below, it is noise to whoever reads it."""

_LEAST_SIDE = 16
"""Pixels on the shorter side below which a picture shows colours and no more."""


@dataclass(frozen=True, slots=True)
class _Measures:
    light: Light
    colors: tuple[Color, ...]
    face_count: int
    black: bool


class Captioning:
    """The use case; decoding happens in the sandbox, measuring on the worker, looking elsewhere."""

    def __init__(
        self,
        captioner: Captioner,
        faces: FaceFinder,
        sandbox: Sandbox,
        worker: Worker,
        *,
        max_image_pixels: int,
        least_confidence: float = 0.0,
    ) -> None:
        """Takes what others open and close.

        Args:
            captioner: Looks at pictures.
            faces: Counts faces.
            sandbox: Decodes; its module is `decoding`.
            worker: Measures, and waits for the sandbox.
            max_image_pixels: Of a photo.
            least_confidence: Captions that the captioner wrote and is less sure of are not told.
        """
        self._captioner = captioner
        self._faces = faces
        self._sandbox = sandbox
        self._worker = worker
        self._max_image_pixels = max_image_pixels
        self._least_confidence = least_confidence

    async def describe_image(self, data: bytes, prompt: str = "") -> Description:
        """Describes one photo, in words that begin with `prompt` if the captioner takes one.

        Raises:
            UnreadableMedia: Not a photo, or a broken one.
            MediaTooLarge: More pixels than allowed.
        """
        job = self._sandbox.job("photo", data, {"max_pixels": self._max_image_pixels})
        try:
            picture = await self._worker.run(isolation.photo, job)
        finally:
            job.cancel()  # its caller may have left
        return await self.describe(picture, prompt)

    async def describe(
        self, picture: Pixels, prompt: str = "", *, count_faces: bool = True
    ) -> Description:
        """Describes decoded pixels; counting faces takes most of the time."""
        measures, sight = await asyncio.gather(
            self._worker.run(self._measured, picture, count_faces),
            self._captioner.look(picture, prompt),
        )
        if measures.black or min(picture.shape[:2]) < _LEAST_SIDE:
            # There is nothing to see, and a network would guess.
            sight = Sight(tags=(), affect=replace(sight.affect, confidence=0.0))
        captions, understood = self._captions(sight, measures)
        return Description(
            caption=captions[0],
            alternatives=tuple(captions[1:]),
            tags=tuple(tag for tag in sight.tags[:MAX_TAGS] if tag.score >= WORTH_TELLING),
            affect=sight.affect,
            colors=measures.colors,
            face_count=measures.face_count,
            light=measures.light,
            model=self._captioner.model,
            notes=(*_notes(measures, understood=understood), *sight.notes),
        )

    def _measured(self, picture: Pixels, count_faces: bool) -> _Measures:
        lighting, colors = light.measured(picture)
        black = light.is_black(picture)
        face_count = self._faces.count(picture) if count_faces and not black else 0
        return _Measures(lighting, colors, face_count, black)

    def _captions(self, sight: Sight, measures: _Measures) -> tuple[list[Caption], bool]:
        """The captions, best first, and whether they tell more than colours."""
        written = [c for c in sight.captions if c.confidence >= self._least_confidence]
        facts = composed(sight.tags, measures.light, measures.colors)
        if written:
            return [_in_both(caption, facts[0].sentence.ko) for caption in written], True
        return facts, len(facts) > 1


def _in_both(caption: Caption, facts: str) -> Caption:
    """The caption; where its English could not be told in Korean, Korean tells the sure facts."""
    if caption.sentence.ko:
        return caption
    return replace(caption, sentence=replace(caption.sentence, ko=facts))


def _notes(measures: _Measures, understood: bool) -> tuple[Note, ...]:
    if measures.black:
        return (Note.BLACK_FRAMES,)
    return () if understood else (Note.LITTLE_UNDERSTOOD,)
