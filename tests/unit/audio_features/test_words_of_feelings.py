"""The nine feelings of sound are those of the vocabulary that puts them into moods."""

from services.audio_features.domain import EMOTIONS
from vts.moods.taxonomies import labels


def test_every_feeling_that_is_heard_is_a_label_of_gems() -> None:
    assert tuple(labels("gems")) == EMOTIONS
