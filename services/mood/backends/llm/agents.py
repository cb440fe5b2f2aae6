"""The agents: each with its own part and its own examples, from `data/agents.json`."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from services.mood.backends.llm.answers import Answer


@dataclass(frozen=True, slots=True)
class Example:
    """A text, and what the agent should make of it."""

    text: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Agent:
    """One reader among several: what it looks at, and examples of how it decides."""

    name: str
    part: str
    examples: tuple[Example, ...]


@cache
def version() -> str:
    """The version of the agents' parts and examples."""
    return str(_data()["version"])


@cache
def agents() -> tuple[Agent, ...]:
    """All agents, the most needed first: fewer of them are taken from the front."""
    return tuple(
        Agent(each["name"], each["part"], tuple(_example(one) for one in each["examples"]))
        for each in _data()["agents"]
    )


def _example(entry: dict[str, Any]) -> Example:
    own = dict(entry)
    text = own.pop("text")
    moods = [{"mood": mood, "score": score} for mood, score in own.pop("moods").items()]
    return Example(text, Answer.model_validate({**own, "moods": moods}))


def _data() -> dict[str, Any]:
    path = resources.files("services.mood").joinpath("data", "agents.json")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
