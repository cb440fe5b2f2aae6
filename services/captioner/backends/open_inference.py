"""Captions from any server that speaks the Open Inference Protocol, such as Triton or KServe.

The model takes a BYTES tensor `image` (a JPEG) and perhaps `prompt`; it gives BYTES `caption` and
FP32 `confidence`, one element for each sentence, best first, or a BYTES tensor `error`.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from servicekit.errors import ServiceError, unavailable
from services.captioner.backends.remote import (
    NAME,
    ModelServer,
    encoded,
    lines,
    not_understood,
    refused,
)
from services.captioner.backends.wire import open_inference_pb2 as pb
from services.captioner.domain import Line, Model, Pixels
from services.captioner.settings import Settings

_Tensor = pb.ModelInferRequest.InferInputTensor


@dataclass(frozen=True, slots=True)
class Dialect:
    """Who speaks the protocol: the package it is served under, and whether texts come quoted."""

    package: str
    quotes: bool = False

    def method(self, name: str) -> str:
        """A method as retry policies name it."""
        return f"{self.package}.GRPCInferenceService/{name}"


STANDARD = Dialect("inference")
TORCHSERVE = Dialect("org.pytorch.serve.grpc.openinference", quotes=True)
"""TorchServe's own package; it writes the elements of BYTES tensors as JSON strings."""

DIALECTS = (STANDARD, TORCHSERVE)

_ANSWERS: dict[str, Any] = {
    "ModelReady": pb.ModelReadyResponse,
    "ModelMetadata": pb.ModelMetadataResponse,
    "ModelInfer": pb.ModelInferResponse,
}


@dataclass(frozen=True, slots=True)
class _Served:
    """A model as its server describes it: the ranks of its inputs by name, empty if not told."""

    dialect: Dialect
    ranks: dict[str, int]

    def inputs(self, image: bytes, prompt: str) -> list[pb.ModelInferRequest.InferInputTensor]:
        """The tensors to send: servers refuse those they do not know and miss those they do."""
        given = {"image": image}
        if "prompt" in self.ranks or (prompt and not self.ranks):
            given["prompt"] = prompt.encode()
        return [self._tensor(name, value) for name, value in given.items()]

    def _tensor(self, name: str, value: bytes) -> pb.ModelInferRequest.InferInputTensor:
        contents = pb.InferTensorContents(bytes_contents=[value])
        shape = [1] * self.ranks.get(name, 1)
        return _Tensor(name=name, datatype="BYTES", shape=shape, contents=contents)


class OpenInferenceWriter:
    """Finds out at its first picture which dialect the server speaks and what the model takes."""

    def __init__(self, server: ModelServer, model: str) -> None:
        self._server = server
        self._model = model
        self._version = "unknown"
        self._served: _Served | None = None

    @classmethod
    def opened(cls, settings: Settings) -> OpenInferenceWriter:
        """Reads the token; the server is first asked when the service warms up.

        Raises:
            OSError: The token's file cannot be read.
            TokenFileError: It holds no token.
        """
        methods = [dialect.method(name) for dialect in DIALECTS for name in _ANSWERS]
        return cls(ModelServer(settings, methods), settings.server_model)

    @property
    def model(self) -> Model:
        """The model's name on the server, and its version as of the last answer."""
        return Model(f"open_inference:{self._model}", self._version)

    async def write(self, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
        """Writes sentences that begin with `prompt`, if the model takes one.

        Raises:
            ServiceError: The server is away, slow, full, refuses us or the picture.
        """
        served = self._served = self._served or await self._found()
        image = await asyncio.to_thread(encoded, picture)
        request = pb.ModelInferRequest(model_name=self._model, inputs=served.inputs(image, prompt))
        answer = await self._ask(served.dialect, "ModelInfer", request)
        found = _read(answer, served.dialect)
        self._version = answer.model_version or self._version
        return found

    async def close(self) -> None:
        """Ends the connection."""
        await self._server.close()

    async def _found(self) -> _Served:
        for dialect in DIALECTS:
            try:
                ready = pb.ModelReadyRequest(name=self._model)
                if not (await self._ask(dialect, "ModelReady", ready)).ready:
                    raise unavailable(NAME, "the model server has not loaded the model")
                about = pb.ModelMetadataRequest(name=self._model)
                told = await self._ask(dialect, "ModelMetadata", about)
                return _Served(dialect, {each.name: len(each.shape) for each in told.inputs})
            except ServiceError as error:
                if not _unknown_method(error):
                    raise
        raise unavailable(
            NAME, "the model server does not speak the protocol", retry_after_seconds=None
        )

    async def _ask(self, dialect: Dialect, name: str, request: Any) -> Any:
        call: Callable[..., Any] = self._server.channel.unary_unary(
            f"/{dialect.method(name)}",
            request_serializer=type(request).SerializeToString,
            response_deserializer=_ANSWERS[name].FromString,
        )
        return await self._server.ask(call, request)


def _unknown_method(error: ServiceError) -> bool:
    cause = error.__cause__
    return isinstance(cause, grpc.aio.AioRpcError) and cause.code() is grpc.StatusCode.UNIMPLEMENTED


def _read(answer: pb.ModelInferResponse, dialect: Dialect) -> tuple[Line, ...]:
    try:
        tensors = _elements(answer)
        texts = {
            name: [_text(each, dialect) for each in tensors[name]]
            for name in ("caption", "error")
            if name in tensors
        }
        if "error" in texts:
            raise refused(texts["error"])
        return lines(zip(texts["caption"], tensors["confidence"], strict=True))
    except (ValueError, KeyError, TypeError, struct.error) as error:
        raise not_understood() from error


def _elements(answer: pb.ModelInferResponse) -> dict[str, Sequence[Any]]:
    """The elements of each tensor, wherever the server put them."""
    if answer.raw_output_contents:
        pairs = zip(answer.outputs, answer.raw_output_contents, strict=True)
        return {tensor.name: _unpacked(tensor.datatype, raw) for tensor, raw in pairs}
    return {
        tensor.name: list(tensor.contents.bytes_contents or tensor.contents.fp32_contents)
        for tensor in answer.outputs
    }


def _unpacked(datatype: str, raw: bytes) -> list[Any]:
    if datatype == "FP32":
        return [value for (value,) in struct.iter_unpack("<f", raw)]
    if datatype != "BYTES":
        return []
    elements, at = [], 0
    while at < len(raw):
        (size,) = struct.unpack_from("<I", raw, at)
        if at + 4 + size > len(raw):
            raise ValueError("an element ends after its tensor")
        elements.append(raw[at + 4 : at + 4 + size])
        at += 4 + size
    return elements


def _text(element: bytes, dialect: Dialect) -> str:
    return str(json.loads(element)) if dialect.quotes else element.decode(errors="replace")
