"""Songs as messages: checked on the way in, and given out again."""

import pytest

from services.recommender.checks import FieldError
from services.recommender.songs import song_from, track_to_pb
from tests.unit.recommender.messages import message
from vts.evidence.v1 import evidence_pb2 as ev
from vts.identities import track_id
from vts.moods import AUDIO_DIMENSIONS
from vts.recommender.v1 import track_pb2


def test_a_song_goes_out_as_it_came_in() -> None:
    given = message(
        1,
        genres=["ballad"],
        title_alternatives=["하나"],
        artist_alternatives=["가수"],
        album="One",
        tags_ko=["비"],
        duration_seconds=61.5,
        tempo_bpm=90,
        key="C# minor",
        energy=0.25,
        links=[track_pb2.Link(kind="search", label="YouTube", url="https://example.org")],
        has_sound=True,
        model_versions={"text": "1"},
    ).track
    shown = track_to_pb(song_from(message(1), AUDIO_DIMENSIONS).track)
    assert shown.id == str(track_id("made-up", "1"))
    given.id = shown.id
    request = message(1)
    request.track.CopyFrom(given)
    assert track_to_pb(song_from(request, AUDIO_DIMENSIONS).track) == given


def test_what_is_not_known_stays_empty() -> None:
    bare = message(1, year=0, language="", genres=[], tags_en=[], moods=[], affect=None)
    track = song_from(bare, AUDIO_DIMENSIONS).track
    assert (track.year, track.language, track.tempo_bpm, track.affect) == (None, "", None, None)
    assert track_to_pb(track).year == 0
    assert not track_to_pb(track).HasField("affect")


def test_a_song_without_a_licence_grants_none() -> None:
    assert song_from(message(1, licence=""), AUDIO_DIMENSIONS).track.licence == "LicenseRef-None"


def test_the_mood_vector_is_made_of_the_moods_where_it_is_not_given() -> None:
    mood = song_from(message(1), AUDIO_DIMENSIONS).vectors.mood
    assert mood is not None
    assert mood.tolist() == [0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("fields", "blamed"),
    [
        ({"id": "0e7e9b0c-0000-4000-8000-000000000000"}, "track.id"),
        ({"source": "Made Up"}, "track.source"),
        ({"source_id": "x" * 257}, "track.source_id"),
        ({"title": "a\nb"}, "track.title"),
        ({"title_alternatives": ["x"] * 9}, "track.title_alternatives"),
        ({"year": 999}, "track.year"),
        ({"tags_ko": ["ok", ""]}, "track.tags_ko[1]"),
        ({"duration_seconds": -1.0}, "track.duration_seconds"),
        ({"tempo_bpm": float("inf")}, "track.tempo_bpm"),
        ({"key": "H minor"}, "track.key"),
        ({"energy": 1.5}, "track.energy"),
        ({"affect": ev.Affect(valence=-2)}, "track.affect.valence"),
        ({"moods": [ev.MoodScore(mood="happy", score=1)]}, "track.moods[0].mood"),
        ({"moods": [ev.MoodScore(mood="sad", score=1)] * 2}, "track.moods[1].mood"),
        ({"links": [track_pb2.Link(kind="listen", url="http://a")]}, "track.links[0].url"),
        ({"links": [track_pb2.Link(kind="buy", url="https://a")]}, "track.links[0].kind"),
        ({"model_versions": {str(n): "1" for n in range(9)}}, "track.model_versions"),
    ],
)
def test_a_rejection_names_the_field(fields: dict[str, object], blamed: str) -> None:
    with pytest.raises(FieldError) as caught:
        song_from(message(0, **fields), AUDIO_DIMENSIONS)
    assert caught.value.field == blamed
