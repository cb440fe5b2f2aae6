from vts.moods import MOODS, moods


def test_the_data_file_has_the_moods_in_vector_order() -> None:
    assert tuple(mood.id for mood in moods()) == MOODS


def test_every_mood_lies_on_the_plane_and_has_a_korean_name() -> None:
    for mood in moods():
        assert -1 <= mood.valence <= 1
        assert -1 <= mood.arousal <= 1
        assert any("가" <= letter <= "힣" for letter in mood.korean)
