"""What callers over HTTP show to be let in, as the guard of gRPC reads it."""

from __future__ import annotations

from servicekit.gates import HandlerCallDetails


class Offered(HandlerCallDetails):
    """A request as a gRPC call, as far as its token is concerned."""

    def __init__(self, authorization: str) -> None:
        self.method = ""
        self.invocation_metadata = (("authorization", authorization),)
