"""The list of pieces: what each sketch is, as `pieces.json` states it and as its score keeps it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from catalogue.sketches.harmony import TONICS, Key


@dataclass(frozen=True, slots=True)
class Plan:
    """One line of an arrangement: a role, who plays it, in which pattern, and how loud (dB).

    `sections` names where it plays; empty means where its role usually does.
    """

    role: str
    instrument: str
    pattern: str = ""
    level_db: float = 0.0
    sections: tuple[str, ...] = ()

    @classmethod
    def read(cls, line: str) -> "Plan":
        """Reads "role instrument [pattern] [±dB] [@section+…]", as in "bass tuba march -2 @a+b"."""
        role, instrument, *rest = line.split()
        sections = tuple(rest.pop()[1:].split("+")) if rest and rest[-1][0] == "@" else ()
        level = float(rest.pop()) if rest and rest[-1].lstrip("+-").isdigit() else 0.0
        return cls(role, instrument, rest[0] if rest else "", level, sections)


@dataclass(frozen=True, slots=True)
class Piece:
    """One sketch. Valence and arousal lie in [-1, 1]; energy, density and swing in [0, 1].

    `register` is the MIDI pitch the melody lies around; `space` names the room.
    """

    id: str
    title_en: str
    title_ko: str
    ensemble: str
    moods: Mapping[str, float]
    tempo: int
    key: Key
    meter: int
    genres: tuple[str, ...]
    valence: float
    arousal: float
    energy: float
    tags_en: tuple[str, ...]
    tags_ko: tuple[str, ...]
    plans: tuple[Plan, ...]
    seed: int
    space: str = "room"
    density: float = 0.5
    register: int = 72
    swing: float = 0.0
    pump: bool = field(default=False)

    @property
    def mood(self) -> str:
        """The strongest mood."""
        return max(self.moods, key=lambda mood: self.moods[mood])


def _piece(entry: dict[str, Any]) -> Piece:
    mode = entry.pop("mode")
    flavour = entry.pop("flavour", mode)
    key = Key(TONICS.index(entry.pop("key")), mode, flavour)
    plans = tuple(map(Plan.read, entry.pop("parts")))
    for name in ("genres", "tags_en", "tags_ko"):
        entry[name] = tuple(entry[name])
    return Piece(key=key, plans=plans, **entry)


@cache
def _listing() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("pieces.json").read_text(encoding="utf-8")
    listing: dict[str, Any] = json.loads(text)
    return listing


@cache
def pieces() -> tuple[Piece, ...]:
    """Every sketch, in the order of the list."""
    return tuple(_piece(dict(entry)) for entry in _listing()["pieces"])


def ensembles() -> dict[str, str]:
    """The invented bands that play the sketches: English name to Korean name."""
    names: dict[str, str] = _listing()["ensembles"]
    return names


def piece(piece_id: str) -> Piece:
    """The sketch of that id.

    Raises:
        KeyError: If there is none.
    """
    for candidate in pieces():
        if candidate.id == piece_id:
            return candidate
    raise KeyError(f"no sketch is called {piece_id!r}")


def piece_ids() -> tuple[str, ...]:
    """The ids of every sketch, in the order of the list."""
    return tuple(candidate.id for candidate in pieces())
