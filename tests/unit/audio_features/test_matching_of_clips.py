"""A clip is found where it was cut, though it is faster, higher, coloured and noisy."""

from itertools import pairwise

import numpy as np
import pytest

from services.audio_features.backends.fake_store import FakeStore
from services.audio_features.domain import (
    Abandoned,
    Analysis,
    InvalidField,
    Sequence,
    UnknownAnalysis,
)
from services.audio_features.known import KnownSounds, RecentAnalyses
from services.audio_features.matching import (
    Candidate,
    Clip,
    Match,
    Matcher,
    best_match,
    stretches,
    told,
)

STEP = 2_048 / 22_050


def song(seed: int, frames: int = 400) -> tuple[Sequence, Sequence]:
    """MFCC and chroma of notes that are held for some frames each, with timbres of their own."""
    random = np.random.default_rng(seed)
    held = np.repeat(np.arange(frames), random.integers(3, 9, frames))[:frames]
    timbres = random.normal(scale=25, size=(frames, 20)) * np.linspace(2, 0.3, 20)
    chords = random.random((frames, 12)) ** 4
    mfcc = timbres[held] + random.normal(scale=3, size=(frames, 20))
    chroma = chords[held] + 0.05 * random.random((frames, 12))
    chroma /= np.linalg.norm(chroma, axis=1, keepdims=True)
    return Sequence(mfcc.astype(np.float32), STEP), Sequence(chroma.astype(np.float32), STEP)


def cut(
    source: tuple[Sequence, Sequence], start: int, frames: int = 65, ratio: float = 1.0
) -> Clip:
    """A clip of a song that plays `ratio` times as fast."""
    places = np.round(start + np.arange(frames) * ratio).astype(int)
    return Clip(source[0].frames[places], source[1].frames[places], STEP)


def kept(songs: dict[str, tuple[Sequence, Sequence]]) -> Matcher:
    store = FakeStore()
    for name, (mfcc, chroma) in songs.items():
        store.keep(Analysis(name, 30.0, mfcc=mfcc, chroma=chroma))
    return Matcher(KnownSounds(RecentAnalyses(4), store))


def found_in(clip: Clip, source: tuple[Sequence, Sequence], *near: float) -> Match:
    match = best_match(clip, Candidate("song", near), *source)
    assert match is not None
    return match


def test_a_clip_is_found_in_its_song_and_ranks_first() -> None:
    songs = {str(seed): song(seed) for seed in range(8)}
    candidates = [Candidate(name) for name in songs]
    found = kept(songs).match(cut(songs["5"], 137), candidates, limit=3)
    assert [len(found.matches), found.matches[0].analysis_id, found.unknown_ids] == [3, "5", ()]
    best = found.matches[0]
    assert best.start == pytest.approx(137 * STEP, abs=0.2)
    assert best.end == pytest.approx((137 + 65) * STEP, abs=0.2)
    assert best.likeness > 0.9 > found.matches[1].likeness
    assert best.confidence > 0.9
    assert all(other.confidence < 0.1 for other in found.matches[1:])


@pytest.mark.parametrize("ratio", [0.85, 0.92, 1.08, 1.2])
def test_another_tempo_is_tolerated_and_told(ratio: float) -> None:
    source = song(1)
    match = found_in(cut(source, 200, ratio=ratio), source)
    assert match.start == pytest.approx(200 * STEP, abs=0.5)
    assert match.tempo_ratio == pytest.approx(ratio, abs=0.03)


@pytest.mark.parametrize("semitones", [-2, -1, 1, 2])
def test_another_key_is_tolerated_and_told(semitones: int) -> None:
    source = song(2)
    clip = cut(source, 90)
    higher = Clip(clip.mfcc, np.roll(clip.chroma, semitones, axis=1), STEP)
    match = found_in(higher, source)
    assert match.semitones == semitones
    assert match.start == pytest.approx(90 * STEP, abs=0.2)


def test_a_microphone_and_loudness_change_nothing() -> None:
    source = song(3)
    clip = cut(source, 50)
    colour = np.random.default_rng(0).normal(scale=40, size=20).astype(np.float32)
    plain, coloured = (
        found_in(clip, source),
        found_in(Clip(clip.mfcc + colour, clip.chroma, STEP), source),
    )
    assert coloured.distance == pytest.approx(plain.distance, abs=1e-3)
    assert coloured.start == plain.start


def test_silence_is_like_nothing() -> None:
    clip = Clip(np.full((65, 20), -300, np.float32), np.zeros((65, 12), np.float32), STEP)
    assert found_in(clip, song(4)).likeness < 0.05


def test_unknown_candidates_are_named_and_short_ones_left_out() -> None:
    songs = {"short": song(1, 40), "song": song(2)}
    candidates = [Candidate(name) for name in ("short", "gone", "song")]
    found = kept(songs).match(cut(songs["song"], 10), candidates, limit=10)
    assert [match.analysis_id for match in found.matches] == ["song"]
    assert found.unknown_ids == ("gone",)


def test_a_clip_may_be_named_by_its_analysis() -> None:
    source = song(6)
    clip = cut(source, 77)
    recording = Sequence(clip.mfcc, STEP), Sequence(clip.chroma, STEP)
    found = kept({"clip": recording, "song": source}).match("clip", [Candidate("song")], 1)
    assert found.matches[0].start == pytest.approx(77 * STEP, abs=0.2)


def test_a_clip_that_is_not_known_is_an_error() -> None:
    with pytest.raises(UnknownAnalysis, match="gone") as error:
        kept({}).match("gone", [Candidate("song")], 1)
    assert error.value.field_name == "analysis_id"


@pytest.mark.parametrize("frames", [31, 651])
def test_a_clip_too_short_or_too_long_is_an_error(frames: int) -> None:
    with pytest.raises(InvalidField, match="32 to 650"):
        kept({"clip": song(1, frames)}).match("clip", [Candidate("clip")], 1)


@pytest.mark.parametrize(("count", "frames"), [(3, 400), (1, 7_000)], ids=["songs", "a long one"])
def test_nothing_more_is_looked_at_once_nobody_waits(count: int, frames: int) -> None:
    songs = {str(seed): song(seed, frames) for seed in range(count)}
    asked: list[bool] = []

    def left() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(Abandoned):
        kept(songs).match(cut(songs["0"], 0), [Candidate(name) for name in songs], 1, left)
    assert len(asked) == 2


def test_a_long_sound_is_looked_at_near_the_places_told() -> None:
    source = song(7, 7_000)
    there = found_in(cut(source, 5_000), source, 5_010 * STEP)
    assert there.start == pytest.approx(5_000 * STEP, abs=0.2)
    assert found_in(cut(source, 5_000), source, 100.0).likeness < 0.6


def test_a_long_sound_is_looked_at_whole_where_no_place_is_told() -> None:
    source = song(8, 7_000)
    for start in (10, 3_200, 6_900):
        assert found_in(cut(source, start), source).start == pytest.approx(start * STEP, abs=0.2)


def test_stretches_cover_every_place_a_clip_can_be_at_and_join_where_they_touch() -> None:
    most = int(np.ceil(65 * 1.25))
    pieces = list(stretches(20_000, 65, STEP, Candidate("song")))
    assert pieces[0][0] == 0
    assert pieces[-1][1] == 20_000
    assert all(one[1] - other[0] >= most for one, other in pairwise(pieces))
    near = list(stretches(20_000, 65, STEP, Candidate("song", (500.0, 510.0, 100.0))))
    assert len(near) == 2
    assert near[0][0] == pytest.approx(70 / STEP, abs=3)
    assert near[1][1] == pytest.approx(540 / STEP + most, abs=3)


def test_one_candidate_alone_is_sure_by_its_distance() -> None:
    near, far = Match("a", 0, 6, 0.1, 1.0, 0), Match("a", 0, 6, 0.6, 1.0, 0)
    assert told([near])[0].confidence > 0.9
    assert told([far])[0].confidence < 0.1
    assert told([]) == ()
