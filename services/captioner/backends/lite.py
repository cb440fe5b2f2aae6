"""The project's own small networks, run by ONNX Runtime in micro-batches."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import erf, sqrt
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from servicekit.batching import Batcher
from services.captioner.backends.beams import Written
from services.captioner.backends.confidence import Seen, evidence, probability
from services.captioner.backends.decoder import Decoder
from services.captioner.domain import Affect, Caption, Model, Pixels, Sentence, Sight, Tag
from services.captioner.lexicon import lexicon
from services.captioner.pictures import squeezed
from services.captioner.settings import Settings
from services.captioner.translating import in_korean

Floats = NDArray[np.float32]

SIDE = 192
"""Width and height that pictures are squeezed to for the network, in pixels."""

_SHIPPED = Path(__file__).parents[3] / "models" / "captioner"
_EVEN = 10  # of 255; what JPEG leaves of an even colour stays below
_HEADS = ("tag_logits", "scene_logits", "object_logits")


@dataclass(frozen=True, slots=True)
class View:
    """What the network is given: a squeezed picture, and the words its captions begin with."""

    pixels: Pixels
    prompt: str = ""


class LiteNetwork:
    """The ONNX files of a folder: squeezed pictures in, sights out. Blocks while it computes.

    The words and the errors of affect lie in the files' own metadata, so that weights and words can
    never disagree. A sentence that cannot be put into Korean is not said, but for
    `english_only`, where others see to its Korean.
    """

    def __init__(self, folder: Path, threads: int, *, english_only: bool = False) -> None:
        self._english_only = english_only
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # The arena would keep the memory of the largest batch for ever.
        options.enable_cpu_mem_arena = False
        # Idle threads that spin would take the cores of the other services.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._encoder = ort.InferenceSession(
            (folder / "encoder.onnx").read_bytes(), options, providers=["CPUExecutionProvider"]
        )
        self._decoder = Decoder(folder, options)
        about = self._encoder.get_modelmeta().custom_metadata_map
        self.version: str = json.loads(about["version"])
        self._words: list[list[str]] = [
            json.loads(about[key]) for key in ("tags", "scenes", "objects")
        ]
        self._errors: tuple[float, float] = tuple(json.loads(about["affect_error"]))

    def look(self, views: Sequence[View]) -> list[Sight]:
        """Says what each picture, squeezed to 192 × 192, shows."""
        photos = np.stack([view.pixels for view in views])
        outputs = ["cells", "affect", *_HEADS]
        cells, affect, *logits = self._encoder.run(outputs, {"photos": photos})
        written = self._written(cells, [view.prompt for view in views])
        sights: list[Sight] = []
        for row, sentences in enumerate(written):
            seen, scores = self._scores([group[row] for group in logits])
            captions = self._captions(sentences, seen)
            sights.append(Sight(_tags(scores), _affect(affect[row], self._errors), captions))
        return sights

    def _written(self, cells: Floats, prompts: Sequence[str]) -> list[list[Written]]:
        """Writes about the pictures, those with the same prompt together."""
        written: list[list[Written]] = [[] for _ in prompts]
        for prompt in dict.fromkeys(prompts):
            rows = [row for row, given in enumerate(prompts) if given == prompt]
            found = self._decoder.write(cells[rows], self._decoder.prefix(prompt))
            for row, sentences in zip(rows, found, strict=True):
                written[row] = sentences
        return written

    def _scores(self, logits: Sequence[Floats]) -> tuple[Seen, dict[str, float]]:
        """Probabilities of words: by head, and of all together."""
        groups = [
            dict(zip(words, (1 / (1 + np.exp(-group))).tolist(), strict=True))
            for words, group in zip(self._words, logits, strict=True)
        ]
        elsewhere = _surest(groups[1:])
        return Seen(groups[0], elsewhere), _surest([groups[0], elsewhere])

    def _captions(self, sentences: Sequence[Written], seen: Seen) -> tuple[Caption, ...]:
        """The sentences that can be said, best first."""
        captions: list[Caption] = []
        for written in sentences:
            english = self._decoder.sentence(written)
            korean = in_korean(english)
            if korean is not None or self._english_only:
                features = evidence(written, sentences, self._decoder.tags(written), seen)
                sure = probability(self._decoder.confidence_weights, features)
                captions.append(Caption(Sentence(english, korean or ""), sure))
        return tuple(captions)


def _surest(groups: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Several heads may know one word; the surest is believed."""
    names = dict.fromkeys(name for group in groups for name in group)
    return {name: max(group.get(name, 0.0) for group in groups) for name in names}


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

    def __init__(self, network: LiteNetwork, batcher: Batcher[View, Sight]) -> None:
        self._network = network
        self._batcher = batcher

    @classmethod
    def opened(cls, settings: Settings) -> "LiteCaptioner":
        """Reads the weights and opens the queue, as the settings say."""
        network = LiteNetwork(
            settings.lite_path or _SHIPPED,
            settings.threads,
            english_only=settings.translator != "glossary",
        )
        batcher: Batcher[View, Sight] = Batcher(
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

    async def look(self, picture: Pixels, prompt: str = "") -> Sight:
        """Says what one picture shows; pictures that come together are looked at together.

        Captions begin with `prompt` if every word of it is known, else as they like. A picture of
        one colour shows nothing, and the network, which never saw one, would guess.
        """
        small = squeezed(picture, SIDE)
        sight = await self._batcher.submit(View(small, prompt))
        if _has_texture(small):
            return sight
        return Sight(tags=(), affect=replace(sight.affect, confidence=0.0))

    async def close(self) -> None:
        """Finishes what is queued."""
        await self._batcher.close()
