"""What was analysed is remembered, up to a bound, and compared by id."""

import numpy as np
import pytest

from services.audio_features.backends.fake import READABLE, FakeAnalyzer
from services.audio_features.domain import (
    MAX_SEQUENCE_FRAMES,
    Analysis,
    InvalidSequence,
    UnknownAnalysis,
)
from services.audio_features.extracting import Extractor, RecentAnalyses


@pytest.fixture
def extractor() -> Extractor:
    return Extractor(FakeAnalyzer(), RecentAnalyses(2))


def test_the_one_unused_for_longest_goes_first() -> None:
    recent = RecentAnalyses(2)
    recent.put(Analysis("a", 1))
    recent.put(Analysis("b", 1))
    assert recent.get("a") is not None
    recent.put(Analysis("c", 1))
    assert recent.get("b") is None
    assert recent.get("a") is not None
    assert recent.get("c") is not None


def test_an_analysis_is_compared_by_its_id(extractor: Extractor) -> None:
    first, second = extractor.analyze(READABLE + b" one"), extractor.analyze(READABLE + b" two")
    assert extractor.compare(first.id, first.id).distance == 0
    assert extractor.compare(first.id, second.id).distance > 0


def test_an_id_and_its_frames_are_the_same_sound(extractor: Extractor) -> None:
    analysis = extractor.analyze(READABLE + b" one")
    assert analysis.mfcc is not None
    assert extractor.compare(analysis.id, analysis.mfcc.frames).distance == 0


@pytest.mark.parametrize(("sides", "field"), [((0, 1), "first"), ((1, 0), "second")])
def test_a_forgotten_id_is_named_by_its_field(
    extractor: Extractor, sides: tuple[int, int], field: str
) -> None:
    ids = ("forgotten", extractor.analyze(READABLE + b" one").id)
    with pytest.raises(UnknownAnalysis) as caught:
        extractor.compare(ids[sides[0]], ids[sides[1]])
    assert caught.value.field_name == f"{field}.analysis_id"


@pytest.mark.parametrize(
    ("second", "field"),
    [
        (np.zeros((3, 12), np.float32), "second.sequence.dimensions"),
        (np.zeros((0, 13), np.float32), "second.sequence"),
        (np.zeros((MAX_SEQUENCE_FRAMES + 1, 13), np.float32), "second.sequence"),
        (np.full((3, 13), np.nan, np.float32), "second.sequence.values"),
    ],
)
def test_a_sequence_that_does_not_fit_is_named(
    extractor: Extractor, second: np.ndarray, field: str
) -> None:
    with pytest.raises(InvalidSequence) as caught:
        extractor.compare(extractor.analyze(READABLE + b" one").id, second)
    assert caught.value.field_name == field


def test_no_more_than_the_sequence_is_remembered() -> None:
    recent = RecentAnalyses(2)
    analysis = Extractor(FakeAnalyzer(), recent).analyze(READABLE + b" one")
    kept = recent.get(analysis.id)
    assert kept is not None
    assert analysis.features
    assert not kept.features
