"""The panel: asks every agent about a text at once, and lets the head decide."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

from services.mood.backends.llm import asking
from services.mood.backends.llm.agents import Agent
from services.mood.backends.llm.answers import (
    CHOICE_SCHEMA,
    SCHEMA,
    Answer,
    AnswerError,
    chosen,
    parsed,
)
from services.mood.backends.llm.asking import Message
from services.mood.backends.llm.budget import Budget, Purse, tokens_in
from services.mood.backends.llm.deciding import (
    Decision,
    Vote,
    decided,
    decided_by,
    quorum,
    sound,
)
from services.mood.backends.llm.endpoint import Reply
from services.mood.backends.llm.failures import Cause, LlmError
from services.mood.backends.llm.soundness import soundness

ANSWER_TOKENS = 500
"""Most tokens of an answer; a whole one has about 250."""
CHOICE_TOKENS = 60
_FREE = frozenset({Cause.UNREACHABLE, Cause.DENIED, Cause.BUSY, Cause.REJECTED, Cause.RESTING})

R = TypeVar("R")


class Asked(Protocol):
    """What answers messages; `Endpoint` is one."""

    async def ask(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any], most_tokens: int
    ) -> Reply:
        """The model's answer; raises `LlmError`."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a panel may do: for one text so many tokens, and whether a head may judge."""

    tokens_per_reading: int
    judge: bool


class Panel:
    """Agents that read one text each on their own, then decide together."""

    def __init__(
        self, agents: Sequence[Agent], endpoint: Asked, budget: Budget, rules: Rules
    ) -> None:
        self._agents = tuple(agents)
        self._endpoint = endpoint
        self._budget = budget
        self._rules = rules
        self._secret = secrets.token_hex(8)

    async def read(self, text: str, deadline: float) -> Decision:
        """What the agents decide; raises `LlmError`.

        At `deadline`, by the loop's clock, those count who have answered.
        """
        purse = Purse(self._budget, self._rules.tokens_per_reading)
        calls = [partial(self._vote, agent, text, purse) for agent in self._agents]
        votes = sound(await _gathered(calls, quorum(len(calls)), deadline), len(calls))
        decision = decided(votes)
        if decision is None and self._rules.judge:
            try:
                async with asyncio.timeout_at(deadline):
                    decision = await self._judged(votes, text, purse)
            except (TimeoutError, LlmError, AnswerError) as error:
                raise LlmError(Cause.DISAGREEMENT) from error
        if decision is None:
            raise LlmError(Cause.DISAGREEMENT)
        return decision

    async def _vote(self, agent: Agent, text: str, purse: Purse) -> Vote:
        """One agent's answer, mended once if need be."""
        mark = secrets.token_hex(8)
        messages = asking.conversation(agent, text, secret=self._secret, mark=mark)
        content = await self._said(messages, SCHEMA, ANSWER_TOKENS, purse)
        try:
            answer = parsed(content)
        except AnswerError as error:
            again = asking.repair(messages, content, str(error))
            answer = await self._mended(again, purse)
        return Vote(answer, soundness(answer, text))

    async def _mended(self, messages: list[Message], purse: Purse) -> Answer:
        try:
            return parsed(await self._said(messages, SCHEMA, ANSWER_TOKENS, purse))
        except AnswerError:
            raise LlmError(Cause.NONSENSE) from None

    async def _judged(self, votes: Sequence[Vote], text: str, purse: Purse) -> Decision | None:
        """Who agrees with the answer that the head finds soundest."""
        answers = [vote.answer for vote in votes]
        mark = secrets.token_hex(8)
        messages = asking.judgement(text, answers, secret=self._secret, mark=mark)
        number = chosen(await self._said(messages, CHOICE_SCHEMA, CHOICE_TOKENS, purse))
        return decided_by(votes[number - 1], votes) if number <= len(votes) else None

    async def _said(
        self, messages: list[Message], schema: dict[str, Any], most_tokens: int, purse: Purse
    ) -> str:
        """An answer within the budget that does not hold the secret."""
        asked = tokens_in(json.dumps(messages, ensure_ascii=False))
        purse.reserve(asked + most_tokens)
        try:
            reply = await self._endpoint.ask(messages, schema=schema, most_tokens=most_tokens)
        except LlmError as error:
            if error.cause in _FREE:
                purse.settle(asked + most_tokens, 0)
            raise
        purse.settle(asked + most_tokens, reply.tokens or asked + tokens_in(reply.content))
        if asking.leaks(reply.content, self._secret):
            raise LlmError(Cause.LEAK)
        return reply.content


async def _gathered(
    calls: Sequence[Callable[[], Awaitable[R]]], needed: int, deadline: float
) -> list[R]:
    """What calls give, as soon as all ended, time is up, or `needed` answers cannot come any more.

    Raises `LlmError` with the first failure's cause if fewer than `needed` answered.
    """
    pending = {asyncio.ensure_future(_kept(call)) for call in calls}
    answers: list[R] = []
    failures: list[LlmError] = []
    try:
        while pending and len(failures) <= len(calls) - needed:
            left = deadline - asyncio.get_running_loop().time()
            done, pending = await asyncio.wait(
                pending, timeout=max(0.0, left), return_when=asyncio.FIRST_COMPLETED
            )
            if not done:
                failures.append(LlmError(Cause.TIMEOUT))
                break
            ends = [task.result() for task in done]
            failures += [end for end in ends if isinstance(end, LlmError)]
            answers += [end for end in ends if not isinstance(end, LlmError)]
    finally:
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
    if len(answers) < needed:
        raise failures[0]
    return answers


async def _kept(call: Callable[[], Awaitable[R]]) -> R | LlmError:
    """What a call gives, or the failure it is known to end with."""
    try:
        return await call()
    except LlmError as error:
        return error
