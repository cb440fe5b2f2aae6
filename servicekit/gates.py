"""Gates: interceptors that decide about a call before its request is read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial

import grpc
from grpc import HandlerCallDetails

from servicekit import calls
from servicekit.errors import ServiceError, abort
from servicekit.interception import Context, Continuation, Handler, refused

__all__ = ["Gate", "HandlerCallDetails"]


class Gate(grpc.aio.ServerInterceptor, ABC):  # type: ignore[type-arg]
    """Lets a call through or refuses it by its method and metadata alone.

    Health and reflection always pass, and methods nobody registered are not its concern.
    """

    @abstractmethod
    def refusal(self, details: HandlerCallDetails) -> ServiceError | None:
        """Returns why the call may not go on, or None."""

    async def intercept_service(  # type: ignore[override]  # the stub forgets None
        self, continuation: Continuation, details: HandlerCallDetails
    ) -> Handler | None:
        """Replaces the handler of a refused call."""
        handler = await continuation(details)
        if handler is None or calls.is_infrastructure(details.method):
            return handler
        error = self.refusal(details)
        return handler if error is None else refused(partial(_abort_with, error))


async def _abort_with(error: ServiceError, context: Context) -> None:
    await abort(context, error)
