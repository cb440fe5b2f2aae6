"""The sound of a video over time: what is heard when, and how its music feels."""

from __future__ import annotations

from gateway import domain, evidence
from gateway.domain import Affect, Feeling, Moods
from gateway.spans import Span
from vts.audio_features.v1 import audio_features_service_pb2 as pb


class Soundtrack:
    """What a sound says about any stretch of the video it belongs to.

    Only music says what music fits: talk and wind say nothing about it, and silence nothing at all.
    Where the kinds were not told apart, everything that is heard counts.
    """

    def __init__(self, heard: pb.AnalyzeAudioResponse) -> None:
        self._heard = heard
        self._whole = Span(0.0, heard.duration_seconds)
        self._segments = [(Span.of(each), each.kind) for each in heard.segments]
        told = [span for span, kind in self._segments if kind == pb.SOUND_KIND_MUSIC]
        self._music = told or [self._whole]
        self._density = 1.0 if told else self.music_share

    @property
    def speech_share(self) -> float:
        """The share of the length in which somebody talks."""
        return self._heard.speech_share

    @property
    def music_share(self) -> float:
        """The share of the length in which music plays and nobody talks; 1 where that is unknown.

        What plays under talk is not heard by itself, so it says too little.
        """
        heard = self._heard
        return min(heard.music_share, 1.0 - heard.speech_share) if self._segments else 1.0

    def kind_in(self, span: Span) -> pb.SoundKind:
        """What is heard for the longest part of a stretch."""
        seconds: dict[pb.SoundKind, float] = {}
        for each, kind in self._segments:
            if shared := each.shared_with(span).seconds:
                seconds[kind] = seconds.get(kind, 0.0) + shared
        return max(seconds, key=seconds.__getitem__, default=pb.SOUND_KIND_UNSPECIFIED)

    def feeling(self) -> Feeling:
        """How the music of the whole feels, weighed beside the whole picture."""
        affect, moods = self._felt_in(self._whole)
        return Feeling(affect, moods, domain.SOUND_OF_VIDEO_WEIGHT * self.music_share)

    def feeling_in(self, span: Span) -> Feeling:
        """How the music of a stretch feels, weighed beside the picture of that stretch."""
        playing = sum(each.shared_with(span).seconds for each in self._music)
        share = self._density * playing / span.seconds if span.seconds else 0.0
        affect, moods = self._felt_in(span)
        return Feeling(affect, moods, domain.SOUND_OF_VIDEO_WEIGHT * share)

    def _felt_in(self, span: Span) -> tuple[Affect | None, Moods]:
        """The mean of the windows, each by the seconds of music it shares with a stretch."""
        if not self._heard.windows:
            return _felt(self._heard)
        playing = [shared for each in self._music if (shared := each.shared_with(span)).seconds]
        parts = []
        for window in self._heard.windows:
            around = Span.of(window)
            seconds = sum(each.shared_with(around).seconds for each in playing)
            if seconds > 0:
                parts.append((*_felt(window), seconds))
        return (
            domain.joined_affect((affect, seconds) for affect, _, seconds in parts),
            domain.joined_moods((moods, seconds) for _, moods, seconds in parts),
        )


def _felt(message: pb.AnalyzeAudioResponse | pb.SoundWindow) -> tuple[Affect | None, Moods]:
    return evidence.affect_from(message.affect), evidence.moods_from(message.moods)
