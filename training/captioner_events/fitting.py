"""Fits the two networks to examples."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from services.captioner.backends.bmt.captioning import CaptioningNetwork
from services.captioner.backends.bmt.features import (
    PADDING,
    Batch,
    stretch,
    together,
    whole,
)
from services.captioner.backends.bmt.proposals import ProposalNetwork
from services.captioner.backends.bmt.vocabulary import Vocabulary
from training.captioner_events.examples import Lesson
from training.captioner_events.losses import proposal_loss, word_loss

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how fast and how many at a time; published: 5e-5, 32 captions or 16 videos."""

    epochs: int
    rate: float = 5e-5
    batch: int = 32
    seed: int = 0


def initialise(network: nn.Module) -> None:
    """Draws every matrix after Glorot & Bengio (2010), as the published training does."""
    for parameter in network.parameters():
        if parameter.dim() > 1:
            nn.init.xavier_uniform_(parameter)


def fit_captions(
    network: CaptioningNetwork,
    lessons: Sequence[Lesson],
    vocabulary: Vocabulary,
    plan: Plan,
    report: Report = print,
) -> list[float]:
    """Teaches the words of every event; returns the mean loss of each epoch."""
    stretches = [
        (stretch(lesson.features, event.start, event.end), vocabulary.numbers(event.words))
        for lesson in lessons
        for event in lesson.happenings
    ]

    def loss(some: list[tuple[Batch, list[int]]]) -> Tensor:
        words = pad_sequence(
            [torch.tensor(numbers) for _, numbers in some], batch_first=True, padding_value=PADDING
        )
        told = network(together([batch for batch, _ in some]), words[:, :-1])
        return word_loss(told, words[:, 1:])

    return _fit(network, stretches, loss, plan, report)


def fit_proposals(
    network: ProposalNetwork,
    captioner: CaptioningNetwork,
    lessons: Sequence[Lesson],
    plan: Plan,
    report: Report = print,
) -> list[float]:
    """Teaches when something happens, on the captioning network's encoder, which stays as it is."""
    network.encoder.load_state_dict(captioner.encoder.state_dict())
    network.encoder.requires_grad_(requires_grad=False)
    audio, video = (network.sizes[name].steps for name in ("audio", "video"))

    def loss(some: list[Lesson]) -> Tensor:
        raw = network.raw(together([whole(lesson.features, audio, video) for lesson in some]))
        events = [[(event.start, event.end) for event in lesson.happenings] for lesson in some]
        losses = [
            proposal_loss(told, network.sizes[modality], events)
            for modality, heads in raw.items()
            for told in heads
        ]
        return torch.stack(losses).sum()

    return _fit(network, list(lessons), loss, plan, report)


def _fit(
    network: nn.Module,
    examples: list[Any],
    loss: Callable[[list[Any]], Tensor],
    plan: Plan,
    report: Report,
) -> list[float]:
    optimizer = torch.optim.Adam(
        [parameter for parameter in network.parameters() if parameter.requires_grad], plan.rate
    )
    generator = torch.Generator().manual_seed(plan.seed)
    history: list[float] = []
    network.train()
    for epoch in range(plan.epochs):
        losses = []
        for some in _batches(examples, plan.batch, generator):
            optimizer.zero_grad()
            cost = loss(some)
            cost.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            losses.append(cost.item())
        history.append(sum(losses) / len(losses))
        report(f"epoch {epoch + 1} of {plan.epochs}: loss {history[-1]:.4f}")
    network.eval()
    return history


def _batches(examples: list[Any], size: int, generator: torch.Generator) -> Iterator[list[Any]]:
    order = torch.randperm(len(examples), generator=generator).tolist()
    for at in range(0, len(order), size):
        yield [examples[number] for number in order[at : at + size]]
