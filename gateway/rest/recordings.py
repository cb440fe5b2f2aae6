"""`/v1/recommendations/recording`: a WebSocket that takes a recording while it is made.

The first message is JSON text: `options`, and where wanted `inputs` (without media), `weight`,
`content_type` and `token`. Binary messages are the recording. The text `{"end": true}` ends it;
back come the events of `POST /v1/recommendations`, each as JSON text with `event` and `data`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import ExitStack, aclosing
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.arriving import each_in_time, in_time, patience
from gateway.orchestrating import Orchestrator
from gateway.receiving import Receiver
from gateway.rest.bearers import Offered
from gateway.rest.errors import problem
from gateway.rest.events import named, named_once
from gateway.rest.messages import from_json, loaded
from servicekit.auth import AuthInterceptor
from servicekit.errors import ServiceError, invalid
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.media.v1 import media_pb2

_log = logging.getLogger(__name__)

FIRST_SECONDS = 10.0
"""How long the first message may take."""

_FIELDS = ("options", "inputs", "weight", "content_type", "token")
_DONE, _REFUSED = 1000, 1008  # RFC 6455: a normal end, and a breach of what is allowed


@dataclass(frozen=True, slots=True)
class Limits:
    """What one recording may take, and how long it may bring nothing."""

    max_bytes: int
    seconds: float
    idle_seconds: float


@dataclass(slots=True)
class _Start:
    """The first message."""

    options: pb.Options
    others: list[pb.Input] = field(default_factory=list)
    weight: float = 1.0
    content_type: str = "audio/*"
    token: str = ""


class Recordings:
    """The endpoint; each connection brings one recording, and holds a place among the requests.

    Where tokens are asked for, it holds none until it has shown one.

    Args:
        orchestrator: The use case.
        limits: The limits of a recording.
        auth: Who may call, if not everybody. Browsers cannot send the header `authorization`
            here, so the token may come in the first message too.
    """

    def __init__(
        self, orchestrator: Orchestrator, limits: Limits, auth: AuthInterceptor | None
    ) -> None:
        self._orchestrator = orchestrator
        self._limits = limits
        self._auth = auth

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        websocket = WebSocket(scope, receive, send)
        receiver = Receiver(self._limits.max_bytes)
        with ExitStack() as place:
            refusal = self._let_in(websocket.headers.get("authorization", ""), place)
            await websocket.accept()
            try:
                await self._serve(websocket, receiver, place, refusal)
            except (_Gone, WebSocketDisconnect):
                _log.debug("the client hung up")
            finally:
                receiver.close()

    def _let_in(self, authorization: str, place: ExitStack) -> ServiceError | None:
        """Takes a place for whoever may call; others, who get none, get the refusal returned."""
        refusal = self._auth.refusal(Offered(authorization)) if self._auth else None
        if refusal is None:
            place.enter_context(self._orchestrator.place())
        return refusal

    async def _serve(
        self,
        websocket: WebSocket,
        receiver: Receiver,
        place: ExitStack,
        refusal: ServiceError | None,
    ) -> None:
        try:
            start = _started(await in_time(_text(websocket), FIRST_SECONDS))
            if refusal and (refusal := self._let_in(f"Bearer {start.token}", place)):
                raise refusal
            await self._receive(websocket, receiver, start)
            await _until_gone(websocket, self._answer(websocket, receiver))
        except ServiceError as error:
            await _tell(websocket, "error", json.dumps(problem(error), ensure_ascii=False))
            await websocket.close(_REFUSED)

    async def _receive(self, websocket: WebSocket, receiver: Receiver, start: _Start) -> None:
        arriving = each_in_time(
            _pieces(websocket, start), lambda: patience(self._limits.idle_seconds)
        )

        async def whole() -> None:
            async for news in receiver.receive(arriving):
                said = pb.RecommendStreamResponse(progress=news)
                await _tell(websocket, *named_once(said))

        await in_time(whole(), self._limits.seconds)
        if receiver.inputs[0].media:
            receiver.inputs[0].media.declared = start.content_type

    async def _answer(self, websocket: WebSocket, receiver: Receiver) -> None:
        work = self._orchestrator.recommend(receiver.inputs, receiver.options)
        async with aclosing(work):
            code = _DONE
            async for name, data in named(work):
                await _tell(websocket, name, data)
                code = _REFUSED if name == "error" else code
        await websocket.close(code)


class _Gone(Exception):  # noqa: N818  # never leaves this module
    """The client hung up."""


def _started(text: str) -> _Start:
    value = loaded(text, "start")
    if not isinstance(value, dict):
        raise invalid("start", "must be an object")
    unknown = [name for name in value if name not in _FIELDS]
    if unknown:
        raise invalid(unknown[0][:120], f"is not known; known are {', '.join(_FIELDS)}")
    others = value.get("inputs", [])
    if not isinstance(others, list):
        raise invalid("inputs", "must be a list")
    weighed = from_json({"weight": value.get("weight", 1.0)}, pb.Input, "")
    return _Start(
        from_json(value.get("options", {}), pb.Options, "options"),
        [_other(each, f"inputs[{index}]") for index, each in enumerate(others, 1)],
        weighed.weight,
        _plain(value, "content_type", "audio/*"),
        _plain(value, "token", ""),
    )


def _other(value: Any, path: str) -> pb.Input:
    message = from_json(value, pb.Input, path)
    if message.WhichOneof("content") in (None, "media"):
        raise invalid(path, "must hold a text, situation, track_id or group_id")
    return message


def _plain(value: dict[str, Any], name: str, otherwise: str) -> str:
    found = value.get(name, otherwise)
    if not isinstance(found, str):
        raise invalid(name, "must be a text")
    return found


async def _pieces(websocket: WebSocket, start: _Start) -> AsyncIterator[pb.RecommendStreamRequest]:
    """The connection as the pieces of a `RecommendStream`: the recording is the first input."""
    yield pb.RecommendStreamRequest(options=start.options)
    yield pb.RecommendStreamRequest(input=pb.Input(weight=start.weight))
    while (data := await _chunk(websocket)) is not None:
        yield pb.RecommendStreamRequest(chunk=media_pb2.MediaChunk(data=data))
    for message in start.others:
        yield pb.RecommendStreamRequest(input=message)


async def _text(websocket: WebSocket) -> str:
    text = (await _message(websocket)).get("text")
    if not isinstance(text, str):
        raise invalid("start", "must come first, as text")
    return text


async def _chunk(websocket: WebSocket) -> bytes | None:
    """The next piece of the recording; None at its end."""
    message = await _message(websocket)
    data = message.get("bytes")
    if isinstance(data, bytes):
        return data
    if loaded(message.get("text") or "", "end") != {"end": True}:
        raise invalid("end", 'must be {"end": true}; all else is binary')
    return None


async def _message(websocket: WebSocket) -> dict[str, Any]:
    message = dict(await websocket.receive())
    if message["type"] == "websocket.disconnect":
        raise _Gone
    return message


async def _tell(websocket: WebSocket, name: str, data: str) -> None:
    await websocket.send_text(f'{{"event": "{name}", "data": {data}}}')


async def _until_gone(websocket: WebSocket, work: Any) -> None:
    """Does the work unless the client hangs up first; what it still sends is not heard."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_gone(websocket))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
    finally:
        working.cancel()
        watching.cancel()
        await asyncio.wait({working, watching})


async def _gone(websocket: WebSocket) -> None:
    while (await websocket.receive())["type"] != "websocket.disconnect":
        pass
