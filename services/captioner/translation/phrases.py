"""The parts of an English caption as the grammar sees them."""

from __future__ import annotations

from dataclasses import dataclass

from services.captioner.translation.glossary import Entry


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun with what stands before it and after it.

    `number` counts it, 0 where nothing does; `several` is a vague number (`여러`, `많은`);
    `before` are nouns that specify it (`baseball` of `baseball player`); `owner` is whose it is.
    `told` is what stands before it in Korean once `with_` and `that` have been told.
    """

    entry: Entry
    many: bool = False
    number: int = 0
    several: str = ""
    adjectives: tuple[Entry, ...] = ()
    colors: tuple[Entry, ...] = ()
    before: tuple[Entry, ...] = ()
    owner: Nouns | None = None
    of: Nouns | None = None
    with_: tuple[Place, ...] = ()
    that: Doing | None = None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Nouns:
    """Nouns joined by "and" (or "or")."""

    nouns: tuple[Noun, ...]

    @property
    def last(self) -> Noun:
        """The last of them, which stands for their kind."""
        return self.nouns[-1]


@dataclass(frozen=True, slots=True)
class Place:
    """A preposition with its nouns: where, whither, with what.

    `then` tells where that is in turn: `in its mouth` of `with a ball in its mouth`.
    """

    preposition: str
    nouns: Nouns
    then: Place | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """A verb with its object and all that tells how and where.

    `verb` is the English verb, `""` for being; `form` is `s` or `base` where it agrees with who
    does it; `state` is what was done to them; `also` is what they do besides.
    """

    verb: str
    object: Nouns | None = None
    places: tuple[Place, ...] = ()
    adverbs: tuple[Entry, ...] = ()
    state: Entry | None = None
    form: str = ""
    also: Doing | None = None
    purpose: Doing | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """Who does what, and what another does meanwhile (`meanwhile`) or besides (`besides`)."""

    subject: Nouns
    doing: Doing | None = None
    meanwhile: Clause | None = None
    besides: Clause | None = None
