"""Receiving: the pieces of a request put together to inputs, no further than they may go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence

from gateway.domain import MAX_INPUTS
from gateway.perceived import Given
from gateway.progress import news
from gateway.requests import check_count, check_options, given_input, nothing_in, without_inputs
from gateway.uploads import Allowance, Upload
from servicekit.errors import ServiceError, invalid
from vts.gateway.v1 import gateway_service_pb2 as pb


async def inline(messages: Sequence[pb.Input], max_bytes: int) -> list[Given]:
    """Inputs that came in one message; who calls closes their media.

    Raises:
        ServiceError: An input is not valid or too large.
    """
    check_count(len(messages))
    receiver = Receiver(max_bytes)
    try:
        for message in messages:
            await receiver.add_input(message)
        receiver.check_complete()
    except BaseException:
        receiver.close()
        raise
    return receiver.inputs


def close_all(inputs: Iterable[Given]) -> None:
    """Forgets the media of inputs."""
    for given in inputs:
        if given.media is not None:
            given.media.close()


class Receiver:
    """Puts the pieces of a `RecommendStream` together.

    `inputs` and `options` are complete when `receive` has ended.
    """

    def __init__(self, max_bytes: int) -> None:
        self.inputs: list[Given] = []
        self.options = pb.Options()
        self._allowance = Allowance(max_bytes)
        self._has_options = False
        self._awaiting: set[int] = set()

    async def receive(
        self, pieces: AsyncIterator[pb.RecommendStreamRequest]
    ) -> AsyncIterator[pb.Progress]:
        """Takes all pieces; tells when the first bytes of each media arrive.

        Raises:
            ServiceError: A piece is not valid, or out of place; the rest is not read.
        """
        async for piece in pieces:
            kind = piece.WhichOneof("piece")
            if kind == "input":
                await self.add_input(piece.input)
                if self.inputs[-1].media is not None:
                    yield news("uploading", 0.0, len(self.inputs) - 1)
            elif kind == "chunk":
                await self._add_chunk(piece.chunk.data)
            elif kind == "options":
                self._set_options(piece.options)
        self.check_complete()

    async def add_input(self, message: pb.Input) -> None:
        """Takes one input, with as much of its media as came with it."""
        index = len(self.inputs)
        if index >= MAX_INPUTS:
            raise invalid("inputs", f"may hold {MAX_INPUTS} at most", limit=MAX_INPUTS)
        # In a stream "its content is left empty", so an input that holds nothing awaits chunks.
        content = message.WhichOneof("content")
        upload = Upload() if content in ("media", None) else None
        try:
            given = given_input(index, message, upload)
        except ServiceError:
            if upload is not None:
                upload.close()
            raise
        self.inputs.append(given)
        self._awaiting.update({index} if content is None else ())
        if upload is not None and message.media:
            self._allowance.take(len(message.media), f"{given.path}.media")
            await upload.write(message.media)

    def check_complete(self) -> None:
        """Refuses an input that held nothing and got no chunks either."""
        for index in self._awaiting:
            given = self.inputs[index]
            if given.media is not None and given.media.size == 0:
                raise nothing_in(given.path)

    def close(self) -> None:
        """Forgets all media."""
        close_all(self.inputs)

    async def _add_chunk(self, data: bytes) -> None:
        if not self.inputs or self.inputs[-1].media is None:
            raise without_inputs()
        self._allowance.take(len(data), f"{self.inputs[-1].path}.media")
        await self.inputs[-1].media.write(data)

    def _set_options(self, options: pb.Options) -> None:
        if self._has_options or self.inputs:
            raise invalid("options", "come first, and only once")
        check_options(options)
        self.options = options
        self._has_options = True
