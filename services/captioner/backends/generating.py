"""What every writer in this process does: batches, greedy or beam search, and how sure it is."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, Self

import torch
from PIL import Image
from transformers import logging as transformers_logging

from servicekit.batching import Batcher
from services.captioner.domain import Line, Model, Pixels
from services.captioner.settings import Settings


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture, and what the sentences about it shall begin with."""

    picture: Pixels
    prompt: str


class Network(Protocol):
    """A loaded image-to-text model; blocks while it computes."""

    @property
    def model(self) -> Model:
        """Which model this is."""
        ...

    def write(self, wishes: Sequence[Wish]) -> list[tuple[Line, ...]]:
        """Writes the sentences of each picture, best first."""
        ...


class GeneratingWriter:
    """A `Writer` around a network: pictures that come together are written about together."""

    def __init__(self, network: Network, batcher: Batcher[Wish, tuple[Line, ...]]) -> None:
        self._network = network
        self._batcher = batcher

    @classmethod
    def around(cls, load: Callable[[], Network], settings: Settings) -> Self:
        """Loads a network and opens the queue in front of it, as the settings say.

        It is loaded by a thread that ends. OpenMP keeps helpers for each thread that ever computed,
        and lets all sleep between two products once they outnumber the processors: one more such
        thread made a caption take half as long again.
        """
        with ThreadPoolExecutor(max_workers=1) as once:
            network = once.submit(load).result()
        batcher: Batcher[Wish, tuple[Line, ...]] = Batcher(
            network.write,
            max_batch=settings.max_batch,
            max_wait_seconds=settings.max_wait_seconds,
            max_queue=settings.max_queue,
            name="captioner-writer",
        )
        return cls(network, batcher)

    @property
    def model(self) -> Model:
        """The network's name and the version of its weights."""
        return self._network.model

    async def write(self, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
        """Writes sentences that begin with `prompt`, best first."""
        return await self._batcher.submit(Wish(picture, " ".join(prompt.split())))

    async def close(self) -> None:
        """Finishes what is queued."""
        await self._batcher.close()


def prepare(threads: int) -> None:
    """Gives torch its threads, for the whole process, and silences transformers' advice."""
    torch.set_num_threads(threads)
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def images(pictures: Iterable[Pixels]) -> list[Image.Image]:
    """Pictures as transformers takes them for sure: of arrays it guesses where the colours are."""
    return [Image.fromarray(picture) for picture in pictures]


def search(beams: int, max_new_tokens: int) -> Mapping[str, Any]:
    """The arguments of `generate`: no chance, and every beam's sentence with its scores."""
    return {
        "do_sample": False,
        "num_beams": beams,
        "num_return_sequences": beams,
        "max_new_tokens": max_new_tokens,
        "return_dict_in_generate": True,
        "output_scores": True,
    }


def by_prompt(wishes: Sequence[Wish]) -> Mapping[str, list[int]]:
    """The places of the wishes that share a prompt."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, wish in enumerate(wishes):
        places[wish.prompt].append(place)
    return places


@dataclass(frozen=True, slots=True)
class Generated:
    """New tokens of each sentence, up to its end, and the model's confidence from 0 to 1."""

    tokens: list[list[int]]
    confidences: list[float]


def generated(model: Any, output: Any, ends: frozenset[int]) -> Generated:
    """Reads what `generate` gave; `ends` are the tokens that end a sentence.

    Confidence is the geometric mean of the tokens' probabilities, the end's included: how sure
    the model is of its words, which is not yet how often they are right.
    """
    scores = model.compute_transition_scores(
        output.sequences,
        output.scores,
        getattr(output, "beam_indices", None),
        normalize_logits=True,
    ).float()
    new = output.sequences[:, -scores.shape[1] :].tolist()
    tokens, confidences = [], []
    for row, logs in zip(new, scores, strict=True):
        end = next((place for place, token in enumerate(row) if token in ends), len(row) - 1)
        tokens.append([token for token in row[: end + 1] if token not in ends])
        confidences.append(float(logs[: end + 1].mean().exp().clamp(0.0, 1.0)))
    return Generated(tokens, confidences)


def sentences(
    prompts: Iterable[str], texts: Sequence[str], confidences: Sequence[float], beams: int
) -> list[tuple[Line, ...]]:
    """The lines of each picture, given the texts of all: so many beams of the first, and so on."""
    return [
        lines(prompt, texts[first : first + beams], confidences[first : first + beams])
        for first, prompt in zip(range(0, len(texts), beams), prompts, strict=True)
    ]


def lines(prompt: str, texts: Sequence[str], confidences: Sequence[float]) -> tuple[Line, ...]:
    """Sentences that begin with the prompt, each once, surest first; empty ones are left out."""
    distinct: dict[str, float] = {}
    for text, confidence in zip(texts, confidences, strict=True):
        sentence = " ".join(f"{prompt} {text}".split())
        if text.strip():
            distinct[sentence] = max(confidence, distinct.get(sentence, 0.0))
    return tuple(
        Line(text, confidence)
        for text, confidence in sorted(distinct.items(), key=lambda each: -each[1])
    )
