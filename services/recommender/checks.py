"""Checks of what callers send; each names the field and the limit."""

import math
import re
import uuid
from collections.abc import Iterable, Sequence

import numpy as np

from services.recommender.tracks import Array
from vts.moods import MOODS

LANGUAGES = frozenset(
    re.findall(
        "..",
        "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdzeeeleneoeseteu"
        "fafffifjfofrfygagdglgngugvhahehihohrhthuhyhziaidieigiiikioisitiujajvkakgkikjkkklkmkn"
        "kokrkskukvkwkylalblglilnloltlulvmgmhmimkmlmnmrmsmtmynanbndnengnlnnnonrnvnyocojomoros"
        "papiplpsptqurmrnrorurwsascsdsesgsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotrtstttw"
        "tyugukuruzvevivowawoxhyiyozazhzu",
    )
)
"""The codes of ISO 639-1, which have two letters each."""

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")
LICENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,63}")
SOURCE = re.compile(r"[a-z0-9._-]{1,64}")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

UNIT_TOLERANCE = 0.01
"""How far the length of a vector that must have length 1 may be off."""


class FieldError(ValueError):
    """A field of a message cannot be accepted; the text is fit for the caller."""

    def __init__(self, field: str, description: str) -> None:
        super().__init__(f"{field}: {description}")
        self.field = field
        self.description = description


def text(field: str, value: str, *, longest: int, shortest: int = 0) -> str:
    """A text of so many characters, none of them a control character."""
    if not shortest <= len(value) <= longest or (shortest and not value.strip()):
        wanted = f"{shortest} to {longest}" if shortest else f"at most {longest}"
        raise FieldError(field, f"must have {wanted} characters, has {len(value)}")
    if CONTROL.search(value):
        raise FieldError(field, "must not hold control characters")
    return value


def texts(field: str, values: Sequence[str], *, most: int, longest: int) -> tuple[str, ...]:
    """At most so many texts, none of them empty."""
    few(field, values, most=most)
    return tuple(
        text(f"{field}[{at}]", value, longest=longest, shortest=1)
        for at, value in enumerate(values)
    )


def few(field: str, values: Sequence[object], *, most: int, least: int = 0) -> None:
    """So many entries."""
    if not least <= len(values) <= most:
        wanted = f"{least} to {most}" if least else f"at most {most}"
        raise FieldError(field, f"must have {wanted} entries, has {len(values)}")


def number(field: str, value: float, low: float, high: float) -> float:
    """A finite number within bounds, both included."""
    if not (math.isfinite(value) and low <= value <= high):
        raise FieldError(field, f"must be from {low:g} to {high:g}, is {value:g}")
    return value


def form(field: str, value: str, pattern: re.Pattern[str], name: str) -> str:
    """A text of a certain form."""
    if not pattern.fullmatch(value):
        raise FieldError(field, f"must be {name}, is {value[:64]!r}")
    return value


def language(field: str, value: str) -> str:
    """A BCP 47 code whose language is known: of two letters, those of ISO 639-1."""
    form(field, value, LANGUAGE, "a BCP 47 code such as `ko` or `en-GB`")
    first = value.partition("-")[0].lower()
    if len(first) == 2 and first not in LANGUAGES:
        raise FieldError(field, f"must be a language of ISO 639-1, is {value[:64]!r}")
    return value


def licence(field: str, value: str) -> str:
    """An SPDX id."""
    return form(field, value, LICENCE, "an SPDX id such as `CC-BY-4.0`")


def source(field: str, value: str) -> str:
    """The name of a source."""
    return form(field, value, SOURCE, "1 to 64 characters of a-z, 0-9, `-`, `_` and `.`")


def song_id(field: str, value: str) -> uuid.UUID:
    """The id of a song."""
    try:
        return uuid.UUID(value)
    except ValueError:
        raise FieldError(field, f"must be a UUID, is {value[:64]!r}") from None


def song_ids(field: str, values: Sequence[str], *, most: int, least: int = 0) -> list[uuid.UUID]:
    """The ids of songs."""
    few(field, values, most=most, least=least)
    return [song_id(f"{field}[{at}]", value) for at, value in enumerate(values)]


def vector(field: str, values: Iterable[float], size: int) -> Array | None:
    """A vector of finite numbers that is not all zeros, or None if it is empty."""
    found = np.fromiter(values, np.float32)
    if not found.size:
        return None
    if found.size != size:
        raise FieldError(field, f"must have {size} numbers or none, has {found.size}")
    if not np.isfinite(found).all():
        raise FieldError(field, "must hold finite numbers only")
    if not found.any():
        raise FieldError(field, "must not be all zeros")
    return found


def unit_vector(field: str, values: Iterable[float], size: int) -> Array | None:
    """A vector of length 1 (L2), or None if it is empty."""
    found = vector(field, values, size)
    if found is not None and abs(np.linalg.norm(found) - 1) > UNIT_TOLERANCE:
        raise FieldError(field, f"must have length 1 (L2), has {np.linalg.norm(found):.3g}")
    return found


def mood_scores(field: str, scores: Iterable[tuple[str, float]]) -> Array | None:
    """The 13 scores in their order, 0 where a mood is left out; None if all are."""
    found: dict[str, float] = {}
    for at, (name, score) in enumerate(scores):
        if name not in MOODS or name in found:
            wrong = "is there twice" if name in found else f"must be one of {', '.join(MOODS)}"
            raise FieldError(f"{field}[{at}].mood", f"{wrong}: {name[:64]!r}")
        found[name] = number(f"{field}[{at}].score", score, 0, 1)
    return np.array([found.get(mood, 0.0) for mood in MOODS], np.float32) if found else None
