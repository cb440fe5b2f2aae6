"""The networks compute what the authors' code computes.

The numbers were made by running the authors' code (github.com/v-iashin/BMT) on these weights and
features; both agreed to the last bit.
"""

import math

import pytest
import torch
from torch import Tensor

from services.captioner.backends.bmt.attention import present
from services.captioner.backends.bmt.blocks import position_table
from services.captioner.backends.bmt.captioning import said_of
from services.captioner.backends.bmt.features import Batch, Features, together, whole
from services.captioner.backends.bmt.segments import chosen
from tests.unit.captioner.bmt_made import noise, small_captioner, small_proposer

LONG = Features(noise("argb", 5, 16), noise("aflow", 5, 16), noise("aaudio", 9, 8), 13.0)
SHORT = Features(noise("brgb", 3, 16), noise("bflow", 3, 16), noise("baudio", 12, 8), 7.7)

FOURTH_WORD = """
-6.6380062 -8.9067135 -6.2265158 -1.5022861 -5.6882706 -2.4452305 -1.9955229 -5.0662770 -5.2656541
-3.2530136 -5.9007721 -3.0968142 -2.6373491 -2.5230699 -1.9474133 -3.6338396 -7.7782555 -2.2772160
-7.8602915 -3.6624560
"""
SECOND_WORD = """
-8.1896887 -10.1010551 -8.0979681 -1.5558583 -7.0424523 -1.6694568 -2.0910039 -6.3255324 -6.9855542
-3.8376646 -7.3420210 -3.1624680 -3.7463646 -2.3161235 -1.5969168 -4.2667265 -8.6281652 -2.8282876
-9.6805544 -4.5860481
"""
CANDIDATES = {
    0: (0.4930354, 0.8398635, 0.4109982),
    1: (1.4343381, 0.7635117, 0.3803472),
    21: (1.4563246, 5.9554381, 0.4481331),
    60: (0.4691055, 0.6844475, 0.4323939),
    119: (18.6603279, 17.8002377, 0.4830400),
    120: (1.3464407, 1.7974072, 0.5426621),
    131: (3.9494381, 8.2173548, 0.4706557),
    159: (24.3640881, 6.4571824, 0.5336715),
}
SEGMENTS = [
    (9.9202995, 13.0, 0.6725968),
    (2.1164377, 5.2195740, 0.6622816),
    (0.0, 4.1110592, 0.6234180),
    (5.1595926, 7.5319796, 0.5599905),
    (3.0526466, 9.7004480, 0.5490949),
    (7.6883202, 10.1270866, 0.5475833),
    (12.5224724, 13.0, 0.4718634),
    (1.9788965, 2.7665844, 0.4599637),
    (0.1268817, 0.8113292, 0.4323939),
    (2.8464904, 3.7317061, 0.4259006),
    (9.7335997, 10.4947367, 0.4239722),
    (10.6943703, 11.4537258, 0.4233908),
    (5.8998494, 6.5034680, 0.4228555),
]


def alone(features: Features) -> Batch:
    return Batch(features.rgb[None], features.flow[None], features.audio[None])


@torch.inference_mode()
def test_the_next_word_has_the_probabilities_of_the_authors_code() -> None:
    batch = together([alone(LONG), alone(SHORT)])
    told = small_captioner()(batch, torch.tensor([[2, 5, 7, 9], [2, 6, 1, 1]]))
    for row, place, expected in ((0, 3, FOURTH_WORD), (1, 1, SECOND_WORD)):
        numbers = [float(number) for number in expected.split()]
        assert told[row, place].tolist() == pytest.approx(numbers, abs=1e-4)


@torch.inference_mode()
def test_captions_end_where_the_network_says_so() -> None:
    captioner = small_captioner()
    assert said_of(captioner, together([alone(LONG), alone(SHORT)])) == [[], [14]]
    captioner.generator.linear.bias[3] = -100.0
    assert [len(words) for words in said_of(captioner, alone(LONG))] == [30]


@torch.inference_mode()
def test_stretches_together_are_captioned_as_if_alone() -> None:
    captioner = small_captioner()
    words = torch.tensor([[2, 6, 9]])
    both = captioner(together([alone(LONG), alone(SHORT)]), words.expand(2, -1))
    assert torch.allclose(both[1], captioner(alone(SHORT), words)[0], atol=1e-5)


@torch.inference_mode()
def test_candidates_and_segments_are_those_of_the_authors_code() -> None:
    told = small_proposer()(whole(LONG, 20, 10))[0]
    assert len(told) == 2 * 20 * 3 + 2 * 10 * 2
    for number, expected in CANDIDATES.items():
        assert told[number].tolist() == pytest.approx(expected, rel=1e-4)
    found = chosen(told, LONG.seconds)
    assert found.tolist() == [pytest.approx(segment, abs=1e-4) for segment in SEGMENTS]


def test_cosines_turn_at_the_frequency_of_their_own_dimension() -> None:
    table = position_table(50, 12)
    assert table[7, 4].item() == pytest.approx(math.sin(7 / 10_000 ** (4 / 12)), abs=1e-6)
    assert table[7, 5].item() == pytest.approx(math.cos(7 / 10_000 ** (5 / 12)), abs=1e-6)


def test_rows_whose_first_value_is_the_padding_are_hidden_unless_all_are() -> None:
    rows: Tensor = torch.tensor([[[0.5, 1.0], [1.0, 0.5]], [[1.0, 0.0], [1.0, 0.0]]])
    assert present(rows, 1).tolist() == [[[True, False]], [[True, True]]]


def test_flow_is_added_to_pictures_and_its_padding_changes_nothing() -> None:
    batch = together([alone(LONG), alone(SHORT)])
    assert batch.rgb[1, 3:].unique().tolist() == [1.0]
    assert batch.flow[1, 3:].unique().tolist() == [0.0]
    assert batch.audio[0, 9:].unique().tolist() == [1.0]
    moved = Batch(LONG.rgb[None] + LONG.flow[None], torch.zeros(1, 5, 16), LONG.audio[None])
    words = torch.tensor([[2, 5]])
    captioner = small_captioner()
    assert torch.allclose(captioner(moved, words), captioner(alone(LONG), words))
