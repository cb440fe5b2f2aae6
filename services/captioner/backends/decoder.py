"""The network that writes: what was seen in, sentences with their words' probabilities out."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from services.captioner.backends.beams import Plan, Written, search

Floats = NDArray[np.float32]

_RETURNING = (
    "a an the and or of in on at to by for from with into onto over under near through down up out "
    "off along across behind beside around between next front is are be being has have his her its "
    "their while as one two three another other"
)
_MAY_RETURN = frozenset(_RETURNING.split())
"""Words that may come twice; a network that has said another tends to say it again for nothing."""

_WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")


class Decoder:
    """`memory.onnx`, run once a photo, and `decoder.onnx`, run once a word. Blocks.

    The words, the way to search and the calibration lie in the latter's metadata.
    """

    def __init__(self, folder: Path, options: ort.SessionOptions) -> None:
        self._memory, self._step = (
            ort.InferenceSession(
                (folder / name).read_bytes(), options, providers=["CPUExecutionProvider"]
            )
            for name in ("memory.onnx", "decoder.onnx")
        )
        about = self._step.get_modelmeta().custom_metadata_map
        self.words: list[str] = json.loads(about["words"])
        self.plan = Plan(**json.loads(about["search"]))
        self.confidence_weights: list[float] = json.loads(about["confidence"])
        self._tag_of: dict[str, str] = json.loads(about["tag_of"])
        self._start, self._end = json.loads(about["marks"])
        self._number = {word: number for number, word in enumerate(self.words)}
        self._once = frozenset(n for word, n in self._number.items() if word not in _MAY_RETURN)
        sizes = self._step.get_inputs()[1].shape
        self._past = (*sizes[2:5], 0, sizes[6])

    def prefix(self, prompt: str) -> tuple[int, ...]:
        """The prompt's words as numbers, or nothing where one of them is unknown."""
        numbers = [self._number.get(word) for word in _WORD.findall(prompt.lower())]
        known = tuple(number for number in numbers if number is not None)
        return known if len(known) == len(numbers) < self.plan.longest // 2 else ()

    def write(self, cells: Floats, prefix: Sequence[int] = ()) -> list[list[Written]]:
        """Writes sentences about each photo, best first, from (photos, channels, rows, columns)."""
        memory = self._memory.run(["memory"], {"cells": cells})[0]
        past = np.zeros((len(cells), 1, *self._past), dtype=np.float32)
        photos = np.arange(len(cells))[:, None]

        def step(numbers: NDArray[np.int64], origin: NDArray[np.int64]) -> Floats:
            nonlocal past
            inputs = {"numbers": numbers, "past": past[photos, origin], "memory": memory}
            found: list[Floats] = self._step.run(["log_probabilities", "present"], inputs)
            past = found[1]
            return found[0]

        marks = (self._start, self._end)
        return search(step, len(cells), self.plan, marks, prefix, self._once)

    def sentence(self, written: Written) -> str:
        """The words as a sentence, from its capital letter to its full stop."""
        text = " ".join(self.words[number] for number in written.numbers)
        return f"{text[:1].upper()}{text[1:]}."

    def tags(self, written: Written) -> list[str]:
        """The tags that the sentence says, each once."""
        said = (self._tag_of.get(self.words[number]) for number in written.numbers)
        return list(dict.fromkeys(tag for tag in said if tag is not None))
