"""What was analysed is remembered, up to a bound, and compared by id."""

import numpy as np
import pytest

from services.audio_features.backends.fake import READABLE, FakeAnalyzer
from services.audio_features.backends.fake_store import FakeStore
from services.audio_features.domain import (
    MAX_SEQUENCE_FRAMES,
    Analysis,
    InvalidSequence,
    Sequence,
    UnknownAnalysis,
)
from services.audio_features.extracting import Extractor, shortened
from services.audio_features.known import KnownSounds, RecentAnalyses


@pytest.fixture
def extractor() -> Extractor:
    return Extractor(FakeAnalyzer(), KnownSounds(RecentAnalyses(2), FakeStore()))


def analyzed(extractor: Extractor, name: bytes) -> Analysis:
    return extractor.analyze(READABLE + name).analysis


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
    first, second = analyzed(extractor, b" one"), analyzed(extractor, b" two")
    assert extractor.compare(first.id, first.id).distance == 0
    assert extractor.compare(first.id, second.id).distance > 0


def test_an_id_and_its_frames_are_the_same_sound(extractor: Extractor) -> None:
    analysis = analyzed(extractor, b" one")
    assert analysis.mfcc is not None
    assert extractor.compare(analysis.id, analysis.mfcc.frames).distance == 0


@pytest.mark.parametrize(("sides", "field"), [((0, 1), "first"), ((1, 0), "second")])
def test_a_forgotten_id_is_named_by_its_field(
    extractor: Extractor, sides: tuple[int, int], field: str
) -> None:
    ids = ("forgotten", analyzed(extractor, b" one").id)
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
        extractor.compare(analyzed(extractor, b" one").id, second)
    assert caught.value.field_name == field


def test_no_more_than_the_sequences_are_remembered() -> None:
    recent = RecentAnalyses(2)
    analysis = FakeAnalyzer().analyze(READABLE + b" one")
    recent.put(analysis)
    assert recent.get(analysis.id) == Analysis(
        analysis.id, analysis.duration_seconds, mfcc=analysis.mfcc, chroma=analysis.chroma
    )


def long(name: str, frames: int) -> Analysis:
    return Analysis(name, 1, mfcc=Sequence(np.zeros((frames, 20), np.float32), 0.1))


def test_long_sounds_push_others_out_by_their_bytes() -> None:
    recent = RecentAnalyses(10, max_bytes=100 * 20 * 4)
    recent.put(long("a", 60))
    recent.put(long("a", 40))
    recent.put(long("b", 60))
    assert recent.get("a") is not None
    recent.put(long("c", 1))
    assert recent.get("b") is None
    recent.put(long("d", 500))
    assert recent.get("a") is recent.get("c") is None
    assert recent.get("d") is not None


def test_of_a_long_sound_neighbouring_frames_are_averaged() -> None:
    frames = np.arange(2 * MAX_SEQUENCE_FRAMES + 1, dtype=np.float32)[:, np.newaxis]
    short = shortened(frames)
    assert len(short) == (len(frames) + 2) // 3
    assert short[:2, 0].tolist() == [1, 4]
    assert short[-1, 0] == frames[-3:].mean()
    assert np.array_equal(shortened(frames[:MAX_SEQUENCE_FRAMES]), frames[:MAX_SEQUENCE_FRAMES])
