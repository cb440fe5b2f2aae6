"""Captions from a TorchServe that serves `captioner.mar`, over its own gRPC protocol."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from google.protobuf.empty_pb2 import Empty

from servicekit.errors import unavailable
from services.captioner.backends.remote import (
    NAME,
    ModelServer,
    encoded,
    lines,
    not_understood,
    refused,
)
from services.captioner.backends.wire import torchserve_pb2 as pb
from services.captioner.backends.wire import torchserve_pb2_grpc as rpc
from services.captioner.domain import Line, Model, Pixels
from services.captioner.settings import Settings

_SERVICE = "org.pytorch.serve.grpc.inference.InferenceAPIsService"
# A caption is safe to ask for again: nothing is stored.
_METHODS = (f"{_SERVICE}/Ping", f"{_SERVICE}/Predictions")


class TorchServeWriter:
    """Asks for each picture alone; the server makes the batches, of all its callers' pictures."""

    def __init__(self, server: ModelServer, model: str) -> None:
        self._server = server
        self._model = model
        self._version = "unknown"
        self._healthy = False

    @classmethod
    def opened(cls, settings: Settings) -> TorchServeWriter:
        """Reads the token; the server is first asked when the service warms up.

        Raises:
            OSError: The token's file cannot be read.
            TokenFileError: It holds no token.
        """
        return cls(ModelServer(settings, _METHODS), settings.server_model)

    @property
    def model(self) -> Model:
        """The model's name on the server, and its version as of the last answer."""
        return Model(f"torchserve:{self._model}", self._version)

    async def write(self, picture: Pixels, prompt: str = "") -> tuple[Line, ...]:
        """Writes sentences that begin with `prompt`, if the model takes one.

        Raises:
            ServiceError: The server is away, slow, full, refuses us or the picture.
        """
        stub: Any = rpc.InferenceAPIsServiceStub(self._server.channel)
        if not self._healthy:
            await self._check(stub)
        fields = {"image": await asyncio.to_thread(encoded, picture)}
        if prompt:
            fields["prompt"] = prompt.encode()
        request = pb.PredictionsRequest(model_name=self._model, input=fields)
        return self._read((await self._server.ask(stub.Predictions, request)).prediction)

    async def close(self) -> None:
        """Ends the connection."""
        await self._server.close()

    async def _check(self, stub: Any) -> None:
        """Asks once how the server feels, which tells a start that lasts from a wrong address."""
        health = (await self._server.ask(stub.Ping, Empty())).health
        if '"Unhealthy"' in health:
            raise unavailable(NAME, "the model server has no worker that is ready")
        self._healthy = True

    def _read(self, prediction: bytes) -> tuple[Line, ...]:
        try:
            answer = json.loads(prediction)
            if why := answer.get("error"):
                raise refused(why)
            found = lines((each["text"], each["confidence"]) for each in answer["captions"])
            self._version = str(answer["version"])[:100]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise not_understood() from error
        return found
