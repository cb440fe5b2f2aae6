"""Which language a text is in."""

import pytest

from services.mood.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("rainy drive home", "en"),
        ("Guitar solo", "en"),
        ("café del mar with friends", "en"),
        ("조용한 밤", "ko"),
        ("lo-fi 음악 틀어줘", "ko"),
        ("ㅠㅠ", "ko"),
        ("something like 아이유 on a long and rainy evening", "en"),
        ("je suis très triste ce soir", "und"),
        ("ich bin so müde und traurig", "und"),
        ("грустная песня", "und"),
        ("静かな夜の音楽", "und"),
        ("😢", "und"),
        ("120", "und"),
        ("...", "und"),
    ],
)
def test_language_is_detected(text: str, language: str) -> None:
    assert detect(text) == language
