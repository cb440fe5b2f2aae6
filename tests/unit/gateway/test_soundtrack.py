"""What the sound of a video says about stretches of it."""

from typing import Any

import pytest

from gateway.soundtrack import Soundtrack
from gateway.spans import Span, clock
from tests.unit.gateway.fakes import affect, moods
from vts.audio_features.v1 import audio_features_service_pb2 as pb

SPEECH, MUSIC, SILENCE = pb.SOUND_KIND_SPEECH, pb.SOUND_KIND_MUSIC, pb.SOUND_KIND_SILENCE


def heard(*kinds: tuple[float, float, pb.SoundKind], **fields: Any) -> pb.AnalyzeAudioResponse:
    """A sound of 20 s: two windows, sad and then joyful."""
    return pb.AnalyzeAudioResponse(
        duration_seconds=20,
        segments=[
            pb.SoundSegment(start_seconds=start, end_seconds=end, kind=kind)
            for start, end, kind in kinds
        ],
        windows=[
            pb.SoundWindow(end_seconds=10, affect=affect(-0.7, -0.5), moods=moods(sad=1)),
            pb.SoundWindow(
                start_seconds=10, end_seconds=20, affect=affect(0.9, 0.5), moods=moods(joyful=1)
            ),
        ],
        affect=affect(0.1, 0.0),
        moods=moods(sad=0.5, joyful=0.5),
        **fields,
    )


def test_a_stretch_sounds_like_what_is_heard_longest_in_it() -> None:
    sound = Soundtrack(heard((0, 8, SPEECH), (8, 20, MUSIC), music_share=0.6))
    assert sound.kind_in(Span(0, 10)) == SPEECH
    assert sound.kind_in(Span(7, 10)) == MUSIC
    assert sound.kind_in(Span(20, 30)) == pb.SOUND_KIND_UNSPECIFIED


def test_a_stretch_feels_like_the_music_in_it() -> None:
    sound = Soundtrack(heard((0, 12, SPEECH), (12, 20, MUSIC), music_share=0.4))
    both = sound.feeling_in(Span(4, 16))
    assert both.affect
    assert both.affect.valence == pytest.approx(0.9)
    assert both.weight == pytest.approx(0.5 * 4 / 12)
    assert sound.feeling_in(Span(0, 10)).weight == 0
    assert sound.feeling_in(Span(5, 5)).weight == 0


def test_music_under_talk_does_not_tell_what_music_fits() -> None:
    over = heard((0, 18, SPEECH), (18, 20, MUSIC), speech_share=0.9, music_share=1.0)
    assert Soundtrack(over).feeling().weight == pytest.approx(0.05)


def test_silence_says_nothing() -> None:
    silent = Soundtrack(heard((0, 20, SILENCE), silence_share=1.0))
    assert silent.feeling().weight == 0
    assert silent.feeling_in(Span(0, 5)).weight == 0


def test_where_kinds_are_not_told_apart_everything_counts() -> None:
    sound = Soundtrack(heard())
    assert sound.feeling().weight == 0.5
    feeling = sound.feeling_in(Span(0, 5))
    assert feeling.weight == 0.5
    assert feeling.affect
    assert feeling.affect.valence == pytest.approx(-0.7)


def test_where_no_window_was_felt_the_whole_stands_for_each_stretch() -> None:
    whole = heard((0, 20, MUSIC), music_share=1.0)
    whole.ClearField("windows")
    feeling = Soundtrack(whole).feeling_in(Span(3, 4))
    assert feeling.affect
    assert feeling.affect.valence == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0:00"), (42.9, "0:42"), (62, "1:02"), (3723, "1:02:03")]
)
def test_times_are_told_as_people_read_them(seconds: float, told: str) -> None:
    assert clock(seconds) == told
