"""The project's own small network, run by ONNX Runtime in micro-batches."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import erf, sqrt
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from servicekit.batching import Batcher
from services.captioner.domain import Affect, Model, Pixels, Sight, Tag
from services.captioner.lexicon import lexicon
from services.captioner.pictures import squeezed
from services.captioner.settings import Settings

Floats = NDArray[np.float32]

_SHIPPED = Path(__file__).parents[3] / "models" / "captioner" / "lite.onnx"
_EVEN = 10  # of 255; what JPEG leaves of an even colour stays below
_OUTPUTS = ("tag_logits", "scene_logits", "object_logits", "affect")


class LiteNetwork:
    """The ONNX file: squeezed pictures in, sights out. Blocks while it computes.

    The words and the errors of affect lie in the file's own metadata, so that weights and words can
    never disagree.
    """

    def __init__(self, path: Path, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # The arena would keep the memory of the largest batch for ever.
        options.enable_cpu_mem_arena = False
        # Idle threads that spin would take the cores of the other services.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = ort.InferenceSession(
            path.read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        about = self._session.get_modelmeta().custom_metadata_map
        self.version: str = json.loads(about["version"])
        self._words: list[list[str]] = [
            json.loads(about[key]) for key in ("tags", "scenes", "objects")
        ]
        self._errors: tuple[float, float] = tuple(json.loads(about["affect_error"]))

    def look(self, pictures: Sequence[Pixels]) -> list[Sight]:
        """Says what each picture, squeezed to 144 × 144, shows."""
        photos = np.stack(pictures)
        *logits, affect = self._session.run(list(_OUTPUTS), {"photos": photos})
        return [
            self._sight([group[row] for group in logits], affect[row]) for row in range(len(photos))
        ]

    def _sight(self, logits: Sequence[Floats], affect: Floats) -> Sight:
        scores: dict[str, float] = {}
        for words, group in zip(self._words, logits, strict=True):
            for word, score in zip(words, 1 / (1 + np.exp(-group)), strict=True):
                # Two heads may know one word; the surer one is believed.
                scores[word] = max(scores.get(word, 0.0), float(score))
        return Sight(tags=_tags(scores), affect=_affect(affect, self._errors))


def _tags(scores: Mapping[str, float]) -> tuple[Tag, ...]:
    words = lexicon()
    tags = [
        Tag(name, words.korean(name), score, words.kind(name)) for name, score in scores.items()
    ]
    return tuple(sorted(tags, key=lambda tag: -tag.score))


def _has_texture(picture: Pixels) -> bool:
    """Whether anything stands out from one even colour, noise and a few pixels aside."""
    low, high = np.percentile(picture.reshape(-1, 3), (1, 99), axis=0)
    return bool((high - low).max() > _EVEN)


def _affect(point: Floats, errors: tuple[float, float]) -> Affect:
    """Confidence: how much likelier than chance each side of zero is, averaged over both axes."""
    valence, arousal = (float(np.clip(value, -1.0, 1.0)) for value in point)
    sides = [
        erf(abs(value) / (error * sqrt(2)))
        for value, error in zip((valence, arousal), errors, strict=True)
    ]
    return Affect(valence, arousal, sum(sides) / len(sides))


class LiteCaptioner:
    """The port's default: a `LiteNetwork` behind a queue that forms batches."""

    def __init__(self, network: LiteNetwork, batcher: Batcher[Pixels, Sight]) -> None:
        self._network = network
        self._batcher = batcher

    @classmethod
    def opened(cls, settings: Settings) -> "LiteCaptioner":
        """Reads the weights and opens the queue, as the settings say."""
        network = LiteNetwork(settings.lite_path or _SHIPPED, settings.threads)
        batcher: Batcher[Pixels, Sight] = Batcher(
            network.look,
            max_batch=settings.max_batch,
            max_wait_seconds=settings.max_wait_seconds,
            max_queue=settings.max_queue,
            name="captioner-network",
        )
        return cls(network, batcher)

    @property
    def model(self) -> Model:
        """`lite` and the version in the file."""
        return Model("lite", self._network.version)

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:  # noqa: ARG002 - takes none
        """Says what one picture shows; pictures that come together are looked at together.

        A picture of one colour shows nothing, and the network, which never saw one, would guess.
        """
        small = squeezed(picture)
        sight = await self._batcher.submit(small)
        if _has_texture(small):
            return sight
        return Sight(tags=(), affect=replace(sight.affect, confidence=0.0))

    async def close(self) -> None:
        """Finishes what is queued."""
        await self._batcher.close()
