"""Endings: one claim in English and Korean, whose verbs end by what follows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """One claim: in English, and in Korean with another clause behind it or at the end.

    It `follows` if it goes on about the input that the clause before it named.
    """

    en: str
    ko_before: str
    ko_last: str
    follows: bool = False


def varied(rank: int, *ways: Clause) -> Clause:
    """One of several ways to say the same; the next song gets the next."""
    return ways[rank % len(ways)]


def fit(en: str, ko_stem: str) -> Clause:
    """A clause whose Korean stem ends in 통하."""
    return Clause(en, f"{ko_stem}고", f"{ko_stem.removesuffix('하')}합니다")


def goes_on(en: str, ko_stem: str) -> Clause:
    """A clause whose Korean stem ends in 이어지."""
    return Clause(en, f"{ko_stem}고", f"{ko_stem.removesuffix('지')}집니다")


def similar(en: str, ko_stem: str) -> Clause:
    """A clause whose Korean stem ends in 비슷하."""
    return Clause(en, f"{ko_stem}며", f"{ko_stem.removesuffix('하')}합니다")


def feel(en: str, ko_stem: str) -> Clause:
    """A clause whose Korean stem ends in 닮."""
    return Clause(en, f"{ko_stem}았고", f"{ko_stem}았습니다")


def close(en: str, ko_stem: str) -> Clause:
    """A clause whose Korean stem ends in 가깝."""
    return Clause(en, f"{ko_stem}고", f"{ko_stem}습니다")
