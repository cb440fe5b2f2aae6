"""What an agent must answer: its schema, and the strict reading of what it did answer.

An answer is taken only whole: every field, in range, nothing besides, no name twice, no NaN.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from vts.moods import MOODS

MOST_CHARACTERS = 8000
"""Longest answer that is looked at."""
MOST_QUOTES, QUOTE_CHARACTERS, REASON_CHARACTERS, MOST_MOODS = 4, 80, 240, 5
MOST_ERRORS = 5
"""Most mistakes that an agent is told of."""

_Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_Axis = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
_Reason = Annotated[str, Field(min_length=1, max_length=REASON_CHARACTERS)]


class AnswerError(ValueError):
    """An answer that is none; the message is fit to be told to the agent."""


class Claim(BaseModel):
    """One mood, and how much of it an agent feels."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    mood: str
    score: _Share

    @field_validator("mood")
    @classmethod
    def _is_known(cls, mood: str) -> str:
        if mood not in MOODS:
            raise ValueError(f"must be one of {', '.join(MOODS)}")
        return mood


class Answer(BaseModel):
    """What one agent makes of a text: what it goes by, why, and the mood and affect it claims."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    quotes: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=QUOTE_CHARACTERS)]],
        Field(min_length=1, max_length=MOST_QUOTES),
    ]
    reason_en: _Reason
    reason_ko: _Reason
    moods: Annotated[list[Claim], Field(max_length=MOST_MOODS)]
    valence: _Axis
    arousal: _Axis
    dominance: _Axis
    confidence: _Share

    @field_validator("moods")
    @classmethod
    def _are_named_once(cls, moods: list[Claim]) -> list[Claim]:
        if len({claim.mood for claim in moods}) < len(moods):
            raise ValueError("must name each mood once at most")
        return moods

    def score(self, mood: str) -> float:
        """The score of a mood; 0 where it is not claimed."""
        return next((claim.score for claim in self.moods if claim.mood == mood), 0.0)


class Choice(BaseModel):
    """Which of several answers the head prefers, from 1."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    choice: Annotated[int, Field(ge=1, le=16)]


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of an object with just these, in the subset that every server knows."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_NUMBER, _STRING = {"type": "number"}, {"type": "string"}
_CLAIM = _object({"mood": {"type": "string", "enum": list(MOODS)}, "score": _NUMBER})
SCHEMA = _object(
    {
        "quotes": {"type": "array", "items": _STRING},
        "reason_en": _STRING,
        "reason_ko": _STRING,
        "moods": {"type": "array", "items": _CLAIM},
        "valence": _NUMBER,
        "arousal": _NUMBER,
        "dominance": _NUMBER,
        "confidence": _NUMBER,
    }
)
CHOICE_SCHEMA = _object({"choice": {"type": "integer"}})


def parsed(content: str) -> Answer:
    """The answer in a model's words, which may stand in prose; raises `AnswerError`."""
    try:
        return Answer.model_validate(_one_object(content))
    except ValidationError as error:
        raise AnswerError(_told(error)) from None


def chosen(content: str) -> int:
    """The number that the head chose; raises `AnswerError`."""
    try:
        return Choice.model_validate(_one_object(content)).choice
    except ValidationError as error:
        raise AnswerError(_told(error)) from None


def _told(error: ValidationError) -> str:
    """The mistakes by field, without a word of the answer: it may have been dictated."""
    known = {*Answer.model_fields, *Claim.model_fields, *Choice.model_fields}
    lines = []
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        names = [str(each) for each in problem["loc"] if isinstance(each, int) or each in known]
        lines.append(f"{'.'.join(names) or 'a field that is not asked for'}: {problem['msg']}")
    return "; ".join(lines[:MOST_ERRORS])


def _one_object(content: str) -> dict[str, Any]:
    if len(content) > MOST_CHARACTERS:
        raise AnswerError(f"the answer is longer than {MOST_CHARACTERS} characters")
    thought, _, spoken = content.rpartition("</think>")  # as reasoning models begin
    try:
        found = list(_objects(spoken if thought else content))
    except (ValueError, RecursionError) as error:
        own = isinstance(error, AnswerError)
        raise AnswerError(str(error) if own else "the answer is not valid JSON") from None
    if len(found) != 1:
        raise AnswerError(f"the answer must be one JSON object, not {len(found)}")
    return found[0]


def _objects(content: str) -> Iterator[dict[str, Any]]:
    """Every JSON object of a text that stands in no other one."""
    decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse)
    start = content.find("{")
    while start >= 0:
        value, end = decoder.raw_decode(content, start)
        yield value
        start = content.find("{", end)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise AnswerError("the answer names a field twice")
    return dict(pairs)


def _refuse(constant: str) -> float:
    raise AnswerError(f"{constant} is no number")
