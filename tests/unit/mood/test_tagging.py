"""Names and qualities are told from what is done."""

import pytest

from services.mood import english


def named(text: str) -> list[str]:
    return [term.text for term in english.terms(text) if term.names]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a brown dog runs through the grass", ["brown", "dog", "grass"]),
        ("two girls are playing on a swing", ["girls", "swing"]),
        ("people walk past a tall building", ["people", "tall", "building"]),
        ("a man in a red shirt slowly climbs a rock", ["man", "red", "shirt", "rock"]),
        ("the bride wears a white dress at her wedding", ["bride", "white", "dress", "wedding"]),
        ("a lonely family", ["lonely", "family"]),
        ("a run along the beach", ["run", "beach"]),
        ("is was of the", []),
    ],
)
def test_names_of_a_sentence(text: str, names: list[str]) -> None:
    assert named(text) == names
