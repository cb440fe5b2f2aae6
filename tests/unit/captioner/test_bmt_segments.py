"""Which candidates become stretches, and which rows of features a stretch has."""

import pytest
import torch
from torch import Tensor

from services.captioner.backends.bmt.features import Features, stretch, whole
from services.captioner.backends.bmt.proposals import candidates
from services.captioner.backends.bmt.segments import apart, chosen, shared
from services.captioner.backends.bmt.sizes import HeadSizes
from services.captioner.backends.bmt.vocabulary import SPECIALS, Vocabulary, derived


def told(*rows: tuple[float, float, float]) -> Tensor:
    return torch.tensor(rows)


def test_a_head_is_read_anchor_by_anchor_and_step_by_step() -> None:
    sizes = HeadSizes((1,), (2.0, 10.0), stride=2.0, steps=3)
    raw = torch.zeros(1, 2, 3, 3)
    raw[0, 1, 2] = torch.tensor([0.0, 1.0, 3.0])
    read = candidates(raw, sizes)
    assert read.shape == (1, 6, 3)
    assert read[0, :, 0].tolist() == [1.0, 3.0, 5.0, 1.0, 3.0, 5.0]
    assert read[0, :, 1].tolist() == pytest.approx([2, 2, 2, 10, 10, 10 * 2.7182818])
    assert read[0, 5, 2].item() == pytest.approx(0.9525741)


def test_stretches_are_clipped_to_the_video_and_come_surest_first() -> None:
    found = chosen(told((1.0, 4.0, 0.5), (9.0, 4.0, 0.9)), seconds=10.0)
    assert found.tolist() == [pytest.approx([7.0, 10.0, 0.9]), pytest.approx([0.0, 3.0, 0.5])]


def test_what_lasts_no_more_than_a_fifth_of_a_second_is_dropped_before_the_surest_are_taken() -> (
    None
):
    short, past, long = (5.0, 0.2, 0.9), (12.0, 1.0, 0.8), (5.0, 3.0, 0.1)
    assert chosen(told(short, past, long), seconds=10.0, most=1)[:, 2].tolist() == [
        pytest.approx(0.1)
    ]


def test_only_the_surest_hundred_are_compared() -> None:
    surety = torch.rand(300, generator=torch.Generator().manual_seed(0))
    apart_by_one = torch.stack([torch.arange(300.0), torch.full((300,), 0.5), surety], dim=1)
    found = chosen(apart_by_one, seconds=400.0)
    assert len(found) == 100
    assert found[:, 2].tolist() == sorted(surety.tolist(), reverse=True)[:100]


def test_a_stretch_that_overlaps_a_surer_one_is_dropped() -> None:
    first, same, half, other = (0, 10, 0.9), (0.5, 10, 0.8), (6, 16, 0.7), (20, 21, 0.6)
    assert apart(told(first, same, half, other), 0.4)[:, 2].tolist() == pytest.approx(
        [0.9, 0.7, 0.6]
    )
    assert shared(told(first)[0], told(half, other)).tolist() == pytest.approx([0.25, 0.0])


def test_a_video_without_candidates_has_no_stretches() -> None:
    assert chosen(torch.zeros(0, 3), seconds=10.0).shape == (0, 3)


@pytest.mark.parametrize(
    ("start", "end", "rows"),
    [
        (0.0, 10.0, list(range(10))),
        (2.5, 5.9, [2, 3, 4]),
        (2.1, 2.9, [2]),
        (9.9, 10.0, [9]),
        (10.0, 10.0, [9]),
    ],
)
def test_a_stretch_has_the_rows_of_its_time_and_at_least_one(
    start: float, end: float, rows: list[int]
) -> None:
    numbered = torch.arange(10.0).unsqueeze(1)
    features = Features(numbered, numbered, torch.arange(20.0).unsqueeze(1), seconds=10.0)
    cut = stretch(features, start, end)
    assert cut.rgb[0, :, 0].tolist() == rows
    assert cut.flow[0, :, 0].tolist() == rows
    assert cut.audio.shape[1] >= 1


def test_a_video_with_more_rows_than_the_network_takes_is_refused() -> None:
    rows = torch.zeros(11, 4)
    with pytest.raises(ValueError, match="more than 20 rows of sound or 10 of pictures"):
        whole(Features(rows, rows, rows, 30.0), 20, 10)


def test_words_are_ordered_by_frequency_and_then_alphabetically() -> None:
    said = [["A", "man", "runs"], ["a", "dog", "runs"], ["</s>"]]
    assert derived(said).words == (*SPECIALS, "a", "runs", "dog", "man")


def test_sentences_begin_with_a_capital_and_unknown_words_are_told() -> None:
    words = Vocabulary((*SPECIALS, "a", "man", "runs"))
    assert words.sentence([4, 5, 6]) == "A man runs"
    assert words.numbers(["A", "dog", "runs"]) == [2, 4, 0, 6, 3]


def test_a_vocabulary_without_its_specials_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with"):
        Vocabulary(("a", "man"))
    with pytest.raises(ValueError, match="twice"):
        Vocabulary((*SPECIALS, "a", "a"))
