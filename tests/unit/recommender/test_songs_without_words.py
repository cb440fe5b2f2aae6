"""Songs without words are found as such, however they are tagged."""

import pytest

from services.recommender.domain import Evidence, Keyword
from services.recommender.tracks import Affect, StoredTrack
from services.recommender.words import song_words
from tests.unit.recommender.desk import Desk
from tests.unit.recommender.songs import song, track

PHOTO = Evidence(label="video", affect=Affect(0.7, -0.7))
TALK = Evidence(label="talk", keywords=(Keyword("instrumental"), Keyword("연주곡", 1, "ko")))


def half_without_words() -> list[StoredTrack]:
    """60 songs along a line on the plane; every second has words."""
    return [
        song(
            n,
            affect=Affect(0.7 - n / 60, -0.7 + n / 60),
            language="zxx" if n % 2 else "en",
        )
        for n in range(60)
    ]


@pytest.mark.parametrize("language", ["zxx", "zxx-Zyyy"])
def test_a_song_without_words_is_found_by_the_names_for_it(language: str) -> None:
    assert {"instrumental", "연주곡"} <= song_words(track(language=language, tags_en=("piano",)))


@pytest.mark.parametrize("language", ["en", "ko", ""])
def test_a_song_with_words_is_not(language: str) -> None:
    assert not {"instrumental", "연주곡"} & song_words(track(language=language))


def test_where_music_without_words_is_asked_for_it_comes_first_and_still_fits() -> None:
    desk = Desk(half_without_words())
    plain, asked = desk.answer(PHOTO, limit=10), desk.answer(PHOTO, TALK, limit=10)
    languages = [each.track.language for each in plain.tracks]
    assert languages.count("zxx") == 5
    assert [each.track.language for each in asked.tracks] == ["zxx"] * 10
    places = [each.track.affect.valence for each in asked.tracks if each.track.affect]
    assert places == sorted(places, reverse=True)


def test_a_tag_that_a_song_does_not_have_is_not_said_to_match() -> None:
    answer = Desk(half_without_words()).answer(PHOTO, TALK, limit=1)
    assert answer.tracks[0].matched_tags == ()
