from itertools import pairwise

import pytest

from catalogue.sketches.harmony import SCALES, TONICS, Key, nearest, voiced

C_MAJOR = Key(0, "major", "major")
A_MINOR = Key(9, "minor", "harmonic_minor")


@pytest.mark.parametrize(
    ("key", "roman", "classes"),
    [
        (C_MAJOR, "V7", (7, 11, 2, 5)),
        (C_MAJOR, "vi", (9, 0, 4)),
        (C_MAJOR, "bVII", (10, 2, 5)),
        (C_MAJOR, "IVmaj7", (5, 9, 0, 4)),
        (A_MINOR, "i", (9, 0, 4)),
        (A_MINOR, "V", (4, 8, 11)),
        (A_MINOR, "VI", (5, 9, 0)),
        (A_MINOR, "iiø7", (11, 2, 5, 9)),
        (A_MINOR, "i5", (9, 4)),
    ],
)
def test_roman_numerals_name_chords_of_the_key(
    key: Key, roman: str, classes: tuple[int, ...]
) -> None:
    assert key.chord(roman).classes == classes


@pytest.mark.parametrize("roman", ["", "H", "VIII", "V13", "im"])
def test_an_unknown_numeral_is_refused_by_name(roman: str) -> None:
    with pytest.raises(ValueError, match="is not a chord"):
        C_MAJOR.chord(roman)


def test_a_degree_and_its_pitch_are_inverses_in_every_key() -> None:
    for flavour in SCALES:
        for tonic in range(len(TONICS)):
            key = Key(tonic, "major", flavour)
            assert [key.degree(key.pitch(degree)) for degree in range(-7, 15)] == list(
                range(-7, 15)
            )


def test_voices_move_little_and_stay_in_range() -> None:
    chords = [C_MAJOR.chord(name) for name in ("I", "vi", "IV", "V7", "I")]
    lines = voiced(chords, count=4, low=52, high=74)
    for before, after in pairwise(lines):
        assert max(abs(x - y) for x, y in zip(before, after, strict=True)) <= 5
    for chord, voices in zip(chords, lines, strict=True):
        assert {voice % 12 for voice in voices} <= set(chord.classes)
        assert min(voices) >= 52
        assert max(voices) <= 74


def test_the_nearest_chord_tone_is_a_chord_tone() -> None:
    assert nearest(61, (0, 4, 7)) == 60
    assert nearest(70.4, (0, 4, 7)) == 72
