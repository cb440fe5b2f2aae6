"""One OpenAI-compatible endpoint: how it is asked, and what each way of failing means.

Redirects are not followed, proxies of the environment not used, and no more of an answer is read
than an answer can have. Belongs to the event loop on which it is first asked.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from services.mood.backends.llm.breaker import Breaker
from services.mood.backends.llm.failures import CALLS, Cause, LlmError
from services.mood.backends.llm.waiting import pause_seconds

Message = dict[str, str]
Form = Literal["auto", "json_schema", "plain"]

MOST_RETRIES = 2
MOST_TOKENS = 1_000_000
"""What a call may be said to have cost; beyond it the server is not believed."""
_DENIED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_REJECTED = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)


@dataclass(frozen=True, slots=True)
class Terms:
    """How an endpoint is asked.

    `url` is the base, such as `http://127.0.0.1:8000/v1`; without a `key` none is sent.
    """

    url: str
    model: str
    temperature: float
    form: Form
    call_seconds: float
    most_calls: int
    most_answer_bytes: int
    key: SecretStr | None = None
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model said, and how many tokens the call cost; None where that is not told."""

    content: str
    tokens: int | None


class _Said(BaseModel):
    content: str | None = None


class _Option(BaseModel):
    message: _Said


class _Completion(BaseModel):
    """A chat completion as far as it is used; a tool call or a refusal has no content."""

    choices: list[_Option]
    usage: Any = None


class Endpoint:
    """Asks one model; at most `most_calls` at a time, and not at all while it is left alone.

    Raises:
        OSError: The certificates' file cannot be read.
    """

    def __init__(self, terms: Terms, clock: Callable[[], float]) -> None:
        self._terms = terms
        self._clock = clock
        self._breaker = Breaker(clock)
        self._places = asyncio.Semaphore(terms.most_calls)
        self._form: Form = terms.form
        self._trust = _trusting(terms)
        self._client: httpx.AsyncClient | None = None

    async def ask(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any], most_tokens: int
    ) -> Reply:
        """The model's answer; raises `LlmError`. Waits for a place as long as its caller does."""
        async with self._places:
            begun = self._breaker.begun()
            try:
                async with asyncio.timeout(self._terms.call_seconds):
                    reply = await self._ask(list(messages), dict(schema), most_tokens)
            except LlmError as error:
                raise self._ended(error.cause, begun) from error
            except (TimeoutError, httpx.TimeoutException):
                raise self._ended(Cause.TIMEOUT, begun) from None
            except (httpx.HTTPError, ssl.SSLError, OSError):
                raise self._ended(Cause.UNREACHABLE, begun) from None
            self._breaker.succeeded()
            CALLS.labels("answered").inc()
            return reply

    async def close(self) -> None:
        """Closes the connections."""
        if self._client is not None:
            await self._client.aclose()

    def _ended(self, cause: Cause, begun: float) -> LlmError:
        self._breaker.failed(cause, begun)
        CALLS.labels(cause.value).inc()
        return LlmError(cause)

    async def _ask(self, messages: list[Message], schema: dict[str, Any], most: int) -> Reply:
        """Asks for JSON by schema and, if the server knows no such thing, in words alone."""
        body: dict[str, Any] = {
            "model": self._terms.model,
            "messages": messages,
            "temperature": self._terms.temperature,
            "max_tokens": most,
            "stream": False,
        }
        form = self._form
        if form == "plain":
            return await self._tried(body)
        named = {"name": "answer", "strict": True, "schema": schema}
        wanted = {"response_format": {"type": "json_schema", "json_schema": named}}
        try:
            reply = await self._tried(body | wanted)
        except LlmError as error:
            if form != "auto" or error.cause is not Cause.REJECTED:
                raise
            reply = await self._tried(body)
            if self._form == "auto":
                self._form = "plain"
        else:
            self._form = "json_schema"
        return reply

    async def _tried(self, body: dict[str, Any]) -> Reply:
        """Asks again while the endpoint is busy, if it says when and that is soon."""
        for retry in range(MOST_RETRIES + 1):
            async with self._stream(body) as response:
                if response.status_code not in _BUSY:
                    return await self._reply(response)
                pause = pause_seconds(response.headers.get("retry-after"), retry)
            if retry == MOST_RETRIES or pause > self._terms.call_seconds:
                break
            await asyncio.sleep(pause)
        raise LlmError(Cause.BUSY)

    def _stream(
        self, body: dict[str, Any]
    ) -> contextlib.AbstractAsyncContextManager[httpx.Response]:
        key = self._terms.key
        headers = {"authorization": f"Bearer {key.get_secret_value()}"} if key else {}
        url = f"{self._terms.url.rstrip('/')}/chat/completions"
        return self._opened().stream("POST", url, json=body, headers=headers)

    async def _reply(self, response: httpx.Response) -> Reply:
        status = response.status_code
        if status in _DENIED:
            raise LlmError(Cause.DENIED)
        if status in _REJECTED:
            raise LlmError(Cause.REJECTED)
        packed = response.headers.get("content-encoding", "identity") != "identity"
        if status != HTTPStatus.OK or packed:
            raise LlmError(Cause.BROKEN)
        data = bytearray()
        async for piece in response.aiter_raw():
            data += piece
            if len(data) > self._terms.most_answer_bytes:
                raise LlmError(Cause.BROKEN)
        return _read(bytes(data))

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                verify=self._trust,
                headers={"accept-encoding": "identity", "user-agent": "vts-mood"},
                follow_redirects=False,
                trust_env=False,
                timeout=httpx.Timeout(self._terms.call_seconds),
                limits=httpx.Limits(max_connections=self._terms.most_calls),
            )
        return self._client


def _trusting(terms: Terms) -> ssl.SSLContext:
    """Whose certificates are believed; nobody's on a way without them, which is sooner had."""
    if urlsplit(terms.url).scheme == "https":
        return ssl.create_default_context(cafile=terms.ca_file)
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _read(data: bytes) -> Reply:
    try:
        completion = _Completion.model_validate_json(data)
        content = completion.choices[0].message.content
    except (ValidationError, IndexError):
        raise LlmError(Cause.BROKEN) from None
    if not content:
        raise LlmError(Cause.NONSENSE)
    # A lone surrogate could not be sent back where an answer is to be repaired.
    return Reply(content.encode("utf-8", "replace").decode(), _tokens(completion.usage))


def _tokens(usage: Any) -> int | None:
    total = usage.get("total_tokens") if isinstance(usage, dict) else None
    return total if type(total) is int and 0 < total <= MOST_TOKENS else None
