"""Requests for a playlist over HTTP: multipart forms or JSON, read no further than they may go."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from gateway.arriving import each_in_time, patience
from gateway.domain import MAX_INPUTS
from gateway.perceived import Given
from gateway.receiving import inline
from gateway.requests import check_count, check_options, given_input
from gateway.rest.messages import from_json, loaded, parsed
from gateway.uploads import Upload, in_words
from servicekit.errors import invalid
from servicekit.media import too_large
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb

_FIELDS = ("media", "text", "situation", "track_id", "group_id", "weights", "options")
_MAX_FIELD_BYTES = 128 * 1024
_FORM_OVERHEAD_BYTES = 1024 * 1024


class RequestReader:
    """Reads requests within limits.

    Args:
        max_upload_bytes: All media of a form together.
        max_json_bytes: A JSON body.
        idle_seconds: How long a form may bring nothing.
    """

    def __init__(self, max_upload_bytes: int, max_json_bytes: int, idle_seconds: float) -> None:
        self._max_upload_bytes = max_upload_bytes
        self._max_json_bytes = max_json_bytes
        self._idle_seconds = idle_seconds

    async def read(self, request: Request) -> tuple[list[Given], pb.Options]:
        """The inputs and options of a request; who calls closes the inputs' media.

        Raises:
            ServiceError: The request is not valid or too large; the rest of it is not read.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            return await self._form(request)
        if kind == "application/json":
            return await self._json(request)
        raise invalid("content-type", "must be multipart/form-data or application/json")

    async def _json(self, request: Request) -> tuple[list[Given], pb.Options]:
        body = await json_body(request, self._max_json_bytes)
        message = parsed(body, pb.RecommendRequest)
        check_options(message.options)
        return await inline(message.inputs, self._max_upload_bytes), message.options

    async def _form(self, request: Request) -> tuple[list[Given], pb.Options]:
        limit = self._max_upload_bytes + _FORM_OVERHEAD_BYTES
        body = limited(request, limit, self._max_upload_bytes, "media")
        parser = _FormParser(
            request.headers,
            each_in_time(body, lambda: patience(self._idle_seconds)),
            max_files=MAX_INPUTS,
            max_fields=MAX_INPUTS + len(_FIELDS),
            max_part_size=_MAX_FIELD_BYTES,
        )
        try:
            form = await parser.parse()
        except MultiPartException as error:
            raise invalid("body", error.message) from None
        try:
            if not parser.has_ended:
                raise invalid("body", "ends before its last boundary: the upload was cut short")
            return self._inputs(form)
        except BaseException:
            await form.close()
            raise

    def _inputs(self, form: FormData) -> tuple[list[Given], pb.Options]:
        unknown = sorted(set(form) - set(_FIELDS))
        if unknown:
            raise invalid(unknown[0][:120], f"is not known; known are {', '.join(_FIELDS)}")
        options = parsed(_single(form, "options") or "{}", pb.Options, "options")
        check_options(options)
        files = _files(form)
        if sum(file.size or 0 for file in files) > self._max_upload_bytes:
            raise too_large("media", in_words(self._max_upload_bytes))
        messages = _messages(form, len(files))
        uploads = [Upload(file.file, file.size or 0, file.content_type or "") for file in files]
        rest = [None] * (len(messages) - len(uploads))
        given = [
            given_input(index, message, upload)
            for index, (message, upload) in enumerate(zip(messages, [*uploads, *rest], strict=True))
        ]
        return given, options


class _FormParser(MultiPartParser):
    """Knows whether the form came to its end; what came before is read as whole otherwise."""

    has_ended = False

    def on_end(self) -> None:
        super().on_end()
        self.has_ended = True


async def json_body(request: Request, max_bytes: int) -> bytes:
    """The body of a JSON request.

    Raises:
        ServiceError: It is of another type, or too large; the rest of it is not read.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise invalid("content-type", "must be application/json")
    return b"".join([chunk async for chunk in limited(request, max_bytes, max_bytes, "body")])


async def limited(
    request: Request, limit: int, told_limit: int, field: str
) -> AsyncGenerator[bytes, None]:
    """The pieces of a body, until there are too many of them.

    Raises:
        ServiceError: `MEDIA_TOO_LARGE`; before the first byte if the size was declared.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large(field, in_words(told_limit), in_words(int(declared)))
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > limit:
            raise too_large(field, in_words(told_limit))
        yield chunk


def _messages(form: FormData, media_count: int) -> list[pb.Input]:
    """The inputs in the order of the contract: media, texts, situation, songs."""
    messages = [pb.Input() for _ in range(media_count)]
    messages += [pb.Input(text=text) for text in _texts(form, "text")]
    if situation := _single(form, "situation"):
        messages.append(pb.Input(situation=parsed(situation, mood_pb.Situation, "situation")))
    messages += [pb.Input(track_id=track_id) for track_id in _texts(form, "track_id")]
    messages += [pb.Input(group_id=group_id) for group_id in _texts(form, "group_id")]
    check_count(len(messages))
    weights = _single(form, "weights")
    if weights:
        _set_weights(messages, loaded(weights, "weights"))
    return messages


def _set_weights(messages: Sequence[pb.Input], weights: Any) -> None:
    if not isinstance(weights, list) or len(weights) != len(messages):
        raise invalid("weights", f"must be a list of {len(messages)} numbers, one per input")
    for index, (message, weight) in enumerate(zip(messages, weights, strict=True)):
        if weight is not None:
            given = from_json({"weight": weight}, pb.Input, f"inputs[{index}]")
            message.weight = given.weight


def _files(form: FormData) -> list[UploadFile]:
    files = [part for part in form.getlist("media") if isinstance(part, UploadFile)]
    if len(files) != len(form.getlist("media")):
        raise invalid("media", "must be a file part, with a filename")
    # A browser sends a file field that was left empty without a name and without content.
    for file in files:
        if not (file.filename or file.size):
            file.file.close()
    return [file for file in files if file.filename or file.size]


def _texts(form: FormData, name: str) -> list[str]:
    texts = [part for part in form.getlist(name) if isinstance(part, str)]
    if len(texts) != len(form.getlist(name)):
        raise invalid(name, "must be a text part, without a filename")
    return texts


def _single(form: FormData, name: str) -> str:
    texts = _texts(form, name)
    if len(texts) > 1:
        raise invalid(name, "may be given once")
    return texts[0] if texts else ""
