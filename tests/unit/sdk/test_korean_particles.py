"""Particles follow the sound at the end of the word before them."""

import pytest

from vts.korean import Particle, with_particle


@pytest.mark.parametrize(
    ("word", "particle", "together"),
    [
        ("사진", "과/와", "사진과"),
        ("소리", "과/와", "소리와"),
        ("영상", "을/를", "영상을"),
        ("노래", "을/를", "노래를"),
        ("밤", "이/가", "밤이"),
        ("바다", "이/가", "바다가"),
        ("글", "은/는", "글은"),
        ("‘밤편지’", "과/와", "‘밤편지’와"),
        ("‘봄날’", "과/와", "‘봄날’과"),
        ("지금 상황(늦은 밤)", "과/와", "지금 상황(늦은 밤)과"),
        ("서울", "으로/로", "서울로"),
        ("집", "으로/로", "집으로"),
        ("바다", "으로/로", "바다로"),
        ("‘Waves’", "과/와", "‘Waves’와"),
        ("sunset", "과/와", "sunset과"),
        ("beach", "과/와", "beach와"),
        ("drive", "과/와", "drive와"),
        ("rock", "과/와", "rock과"),
        ("night", "과/와", "night와"),
        ("rain", "과/와", "rain과"),
        ("Song", "을/를", "Song을"),
        ("school", "으로/로", "school로"),
        ("10", "을/를", "10을"),
        ("2", "을/를", "2를"),
        ("7", "으로/로", "7로"),
        ("…", "은/는", "…는"),
        ("", "은/는", "는"),
    ],
)
def test_a_particle_fits_its_word(word: str, particle: Particle, together: str) -> None:
    assert with_particle(word, particle) == together
