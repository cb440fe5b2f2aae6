"""Trained on a handful of made videos, the networks learn what happens and when."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from services.captioner.backends.bmt import weights
from services.captioner.backends.bmt.captioning import CaptioningNetwork, said_of
from services.captioner.backends.bmt.checkpoint import read_weights
from services.captioner.backends.bmt.features import Features, stretch, whole
from services.captioner.backends.bmt.proposals import ProposalNetwork
from services.captioner.backends.bmt.segments import chosen, shared
from services.captioner.backends.bmt.sizes import HeadSizes, Sizes
from services.captioner.backends.bmt.vocabulary import Vocabulary, derived
from training.captioner_events.examples import Happening, Lesson, tokens
from training.captioner_events.fitting import Plan, fit_captions, fit_proposals, initialise
from training.captioner_events.losses import proposal_loss, word_loss
from training.captioner_events.train import know_words, usual_lengths, write

SIZES = Sizes(audio=8, video=16, caption=16, inner=32, heads=4, layers=1, dropout=0.0)
AUDIO = HeadSizes((13,), (6.0, 12.0), stride=0.96, steps=44, hidden=32)
VIDEO = HeadSizes((5,), (6.0, 12.0), stride=2.56, steps=16, hidden=32)
SAYINGS = ("a dog barks", "two men play the guitar", "a woman runs on the beach")
SECONDS = 40.96


def film(generator: np.random.Generator) -> Lesson:
    """Two events, each with a look and a sound of its own, and nothing around them."""
    rgb, flow, audio = (
        generator.normal(0, 0.1, shape).astype(np.float32)
        for shape in ((16, 16), (16, 16), (42, 8))
    )
    happenings = []
    for first, latest in ((0, 2), (8, 10)):
        kind = int(generator.integers(len(SAYINGS)))
        begin = first + int(generator.integers(latest - first + 1))
        end = begin + int(generator.integers(2, 6))
        rgb[begin:end, kind * 2 : kind * 2 + 2] += 1.0
        flow[begin:end, 8 + kind] += 1.0
        start, stop = begin * 2.56, end * 2.56
        audio[int(start / 0.96) : int(stop / 0.96), kind] += 1.0
        happenings.append(Happening(start, stop, tokens(SAYINGS[kind])))
    rows = [torch.from_numpy(stream) for stream in (rgb, flow, audio)]
    return Lesson(Features(rows[0], rows[1], rows[2], SECONDS), tuple(happenings))


@pytest.fixture(scope="module")
def films() -> list[Lesson]:
    generator = np.random.default_rng(0)
    return [film(generator) for _ in range(110)]


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return derived([tokens(saying) for saying in SAYINGS])


@pytest.fixture(scope="module")
def taught(
    films: list[Lesson], vocabulary: Vocabulary
) -> tuple[CaptioningNetwork, ProposalNetwork, dict[str, list[float]]]:
    torch.manual_seed(0)
    captioner, proposer = (
        CaptioningNetwork(len(vocabulary), SIZES),
        ProposalNetwork(AUDIO, VIDEO, SIZES),
    )
    for network in (captioner, proposer):
        initialise(network)
    know_words(captioner, vocabulary, None)
    said: list[str] = []
    losses = {
        "words": fit_captions(captioner, films[:100], vocabulary, Plan(20, 3e-3, 20), said.append),
        "times": fit_proposals(proposer, captioner, films[:100], Plan(50, 3e-3, 10), said.append),
    }
    assert said[-1].startswith("epoch 50 of 50: loss ")
    return captioner, proposer, losses


def test_both_losses_fall(
    taught: tuple[CaptioningNetwork, ProposalNetwork, dict[str, list[float]]],
) -> None:
    words, times = taught[2]["words"], taught[2]["times"]
    assert words[-1] < 0.1 * words[0]
    assert times[-1] < 0.2 * times[0]


def test_events_that_were_never_seen_are_captioned_rightly(
    taught: tuple[CaptioningNetwork, ProposalNetwork, dict[str, list[float]]],
    films: list[Lesson],
    vocabulary: Vocabulary,
) -> None:
    for lesson in films[100:]:
        for event in lesson.happenings:
            words = said_of(taught[0], stretch(lesson.features, event.start, event.end))[0]
            assert vocabulary.sentence(words) == " ".join(event.words).capitalize()


@torch.inference_mode()
def test_events_that_were_never_seen_are_proposed_at_their_time(
    taught: tuple[CaptioningNetwork, ProposalNetwork, dict[str, list[float]]],
    films: list[Lesson],
) -> None:
    overlaps: list[float] = []
    for lesson in films[100:]:
        candidates = taught[1](whole(lesson.features, AUDIO.steps, VIDEO.steps))[0]
        surest = chosen(candidates, SECONDS)[:2]
        for event in lesson.happenings:
            true = torch.tensor([event.start, event.end, 1.0])
            overlaps.append(float(shared(true, surest).max()))
    assert np.median(overlaps) > 0.7
    assert np.mean([overlap > 0.5 for overlap in overlaps]) >= 0.9


def test_what_was_trained_is_read_as_published_weights_are(
    taught: tuple[CaptioningNetwork, ProposalNetwork, dict[str, list[float]]],
    films: list[Lesson],
    vocabulary: Vocabulary,
    tmp_path: Path,
) -> None:
    captioner, proposer, _ = taught
    write(tmp_path, captioner, proposer, vocabulary)
    about = weights.read_about(tmp_path / weights.ABOUT)
    read = weights.captioning_network(read_weights(tmp_path / weights.CAPTIONS), about, vocabulary)
    event = films[0].happenings[0]
    batch = stretch(films[0].features, event.start, event.end)
    assert said_of(read, batch) == said_of(captioner, batch)
    again = weights.proposal_network(read_weights(tmp_path / weights.PROPOSALS), about)
    shown = whole(films[0].features, AUDIO.steps, VIDEO.steps)
    assert torch.equal(again(shown), proposer(shown))


def test_the_encoder_of_the_proposals_stays_that_of_the_captions(
    taught: tuple[CaptioningNetwork, ProposalNetwork, dict[str, list[float]]],
) -> None:
    captions, proposals = (network.encoder.state_dict() for network in taught[:2])
    assert all(torch.equal(captions[name], proposals[name]) for name in captions)


def test_smoothed_words_cost_nothing_when_they_are_told_just_so() -> None:
    words = torch.tensor([[4, 1]])
    wanted = torch.tensor([0.2, 0.0, 0.2, 0.2, 0.3, 0.1])
    told: Tensor = torch.stack([wanted, torch.full((6,), 1 / 6)]).log().unsqueeze(0)
    told[0, 0, 1] = -50.0  # nothing is asked of padding
    smoothed = 0.7 / 4
    expected = 0.3 * np.log(0.3 / 0.3) + 3 * smoothed * np.log(smoothed / 0.2)
    expected += smoothed * np.log(smoothed / 0.1)
    assert word_loss(told, words).item() == pytest.approx(expected, abs=1e-5)


def test_a_perfect_proposal_costs_next_to_nothing() -> None:
    sizes = HeadSizes((1,), (2.0, 10.0), stride=2.0, steps=6)
    told = torch.zeros(1, 2, 6, 3)
    told[..., 2] = -20.0
    # From 2 s to 9 s: the centre is 2.75 steps in, the length 0.7 of the longer anchor.
    told[0, 1, 2] = torch.tensor([float(np.log(3.0)), float(np.log(0.7)), 20.0])
    assert proposal_loss(told, sizes, [[(2.0, 9.0)]]).item() == pytest.approx(0.0, abs=1e-5)
    assert proposal_loss(told, sizes, [[(2.0, 3.0)]]).item() > 10


def test_anchors_are_the_usual_lengths_of_events(films: list[Lesson]) -> None:
    lengths = usual_lengths(films, 2)
    assert list(lengths) == sorted(lengths)
    assert 2 * 2.56 <= lengths[0] < lengths[1] <= 5 * 2.56
