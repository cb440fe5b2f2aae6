"""What the mood service is about: readings of texts and situations, and the port that reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from services.mood.cleaning import cleaned
from vts.moods import MOODS

Language = Literal["en", "ko", "und"]
Vectors = npt.NDArray[np.float32]

LANGUAGES = ("en", "ko")
"""The languages a caller may name."""

MAX_KEYWORDS = 12
"""Most keywords of a reading."""

MAX_SUMMARY_KEYWORDS = 20
"""Most keywords of many sentences together."""

MAX_GROUP_KEYWORDS = 8
"""Most keywords of a group of sentences."""

MAX_COUNTERPARTS = 8
"""Most keywords that say those of a text in the other language, beside them."""


class FieldError(ValueError):
    """A value that cannot be read; the message says why, `field` is where it stands."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field} {message}")
        self.field = field
        self.description = message


class MissingError(FieldError):
    """Nothing was given to read."""


class NoteCode(StrEnum):
    """What a caller should know about a reading."""

    LITTLE_UNDERSTOOD = "LITTLE_UNDERSTOOD"
    MOOD_FALLBACK = "MOOD_FALLBACK"


@dataclass(frozen=True, slots=True)
class Bilingual:
    """The same in English and Korean."""

    en: str
    ko: str


@dataclass(frozen=True, slots=True)
class Affect:
    """A point on the plane: valence and arousal in [-1, 1], confidence in [0, 1].

    `dominance` in [-1, 1] is None where it was not read.
    """

    valence: float
    arousal: float
    confidence: float
    dominance: float | None = None


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that matters; the weight is in [0, 1], relative to the weightiest."""

    text: str
    weight: float
    language: str


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The mood of a text.

    `moods` are 13 scores in [0, 1] in the order of `vts.moods.MOODS`; `embedding` has shape (384,)
    and length 1 (L2). Where `comparative`, the affect is a shift to add, not a point. `labels`
    holds, by vocabulary, the scores in [0, 1] that a head trained on it gave its labels.
    """

    language: Language
    moods: tuple[float, ...]
    affect: Affect
    keywords: tuple[Keyword, ...]
    embedding: Vectors = field(repr=False)
    understood_as: str = ""
    notes: tuple[NoteCode, ...] = ()
    comparative: bool = False
    labels: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    reason: Bilingual | None = None

    def mood(self, name: str) -> float:
        """The score of one mood by its id."""
        return self.moods[MOODS.index(name)]


@dataclass(frozen=True, slots=True)
class Text:
    """One text to read, with its language if the caller knows it."""

    content: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class TextLimits:
    """How much may be read at a time."""

    texts: int = 64
    characters: int = 2000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of many, and how much it counts: above 0, at most `SentenceLimits.weight`."""

    content: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class SentenceLimits:
    """How much may be summarised at a time."""

    sentences: int = 200
    characters: int = 500
    weight: float = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence, in dictionary form where that is known.

    `names` where it is a noun or an adjective, which alone may become keywords of a summary.
    """

    text: str
    language: str
    names: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that mean alike, by their indices in order; `share` of all weight is in [0, 1]."""

    sentences: tuple[int, ...]
    central: int
    share: float
    keywords: tuple[Keyword, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Summary:
    """What many sentences say together; groups and keywords are weightiest first.

    `ranks` tells how central each sentence is, in [0, 1], in the order of the readings.
    """

    keywords: tuple[Keyword, ...]
    groups: tuple[Group, ...]
    readings: tuple[Reading, ...]
    whole: Reading
    ranks: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """The backend's name and the version of its weights."""

    name: str
    version: str


class MoodReader(Protocol):
    """Reads the mood of texts; slow, so called off the event loop, one call at a time."""

    @property
    def model(self) -> Model:
        """What does the reading."""

    def load(self) -> None:
        """Gets ready to answer quickly; called once, before the first reading."""

    def read(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts, each not empty, in the order given."""

    def embed(self, texts: Sequence[Text]) -> Vectors:
        """Embeds texts, shape (texts, 384), rows of length 1; as `read` does, and quicker."""

    def words(self, texts: Sequence[Text]) -> list[tuple[Word, ...]]:
        """The words of texts, in their order, with which of them name things and qualities."""

    def close(self) -> None:
        """Lets go of what it holds."""


@runtime_checkable
class RemoteReader(MoodReader, Protocol):
    """A reader that asks another machine, apart from what it makes of texts itself.

    `read` is both steps, one after the other. Apart, nothing but the second waits for a network:
    `consult` may be called beside all other methods, though one call of it at a time.
    """

    def read_here(self, texts: Sequence[Text]) -> list[Reading]:
        """Reads texts, each not empty, in the order given, and asks nobody."""

    def consult(self, texts: Sequence[Text], readings: Sequence[Reading]) -> list[Reading]:
        """Readings as the other machine has it, of texts and what `read_here` made of them."""


def checked_texts(texts: Sequence[str], language: str, limits: TextLimits) -> list[Text]:
    """The texts as the port takes them, cleaned; raises `FieldError` naming field and limit."""
    if language and language not in LANGUAGES:
        allowed = ", ".join(LANGUAGES)
        raise FieldError("language", f"must be one of {allowed}, or empty to detect it")
    if not texts:
        raise MissingError("texts", f"must hold 1 to {limits.texts} texts")
    if len(texts) > limits.texts:
        raise FieldError("texts", f"may hold {limits.texts} texts at most, not {len(texts)}")
    return [
        Text(_visible(text, f"texts[{index}]", limits.characters), language)
        for index, text in enumerate(texts)
    ]


def checked_sentences(sentences: Sequence[Sentence], limits: SentenceLimits) -> list[Text]:
    """The sentences as texts, cleaned; raises `FieldError` naming the field and the limit."""
    if not sentences:
        raise MissingError("sentences", f"must hold 1 to {limits.sentences} sentences")
    if len(sentences) > limits.sentences:
        message = f"may hold {limits.sentences} sentences at most, not {len(sentences)}"
        raise FieldError("sentences", message)
    texts = []
    for index, sentence in enumerate(sentences):
        content = _visible(sentence.content, f"sentences[{index}].text", limits.characters)
        texts.append(Text(content))
        if not 0.0 < sentence.weight <= limits.weight:
            message = f"must be above 0 and at most {limits.weight:,.0f}"
            raise FieldError(f"sentences[{index}].weight", message)
    return texts


def _visible(text: str, field: str, most_characters: int) -> str:
    """What can be seen of a text, which counts as given: what hides in it takes time as well."""
    if len(text) > most_characters:
        message = f"may have {most_characters} characters at most, not {len(text)}"
        raise FieldError(field, message)
    content = cleaned(text)
    if not content:
        raise MissingError(field, "is empty: it holds nothing that can be seen")
    return content
