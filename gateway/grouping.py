"""Grouping: songs that sound alike, in groups with a feeling for a name."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing

import grpc

from gateway.clients import Clients
from gateway.failures import Unanswered, outcome
from servicekit.errors import ServiceError, invalid, queue_full
from vts.errors.v1.error_reason_pb2 import ErrorReason
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.recommender.v1 import recommender_service_pb2 as recommender_pb

FRESH_SECONDS = 30.0
"""How long groups are remembered before they are asked for again."""

MAX_GROUPS = 50
"""How many groups there may be."""


class Groups:
    """The groups of the catalogue, as callers and inputs see them."""

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._known: dict[str, recommender_pb.Group] = {}
        self._stale_at = 0.0

    async def all(self, request: pb.GetGroupsRequest) -> pb.GetGroupsResponse:
        """The groups as they are now.

        Raises:
            ServiceError: The recommender is unavailable.
        """
        try:
            answer = await self._clients.groups(include_points=request.include_points)
        except Unanswered as failure:
            raise failure.error() from failure
        return pb.GetGroupsResponse(map=answer.map if answer.HasField("map") else None)

    async def build(
        self, request: pb.BuildGroupsRequest
    ) -> AsyncGenerator[pb.BuildGroupsResponse, None]:
        """News of the groups being built; the groups come last.

        Raises:
            ServiceError: There are too few songs, groups are built already, or the recommender is
                unavailable.
        """
        if request.groups and not 2 <= request.groups <= MAX_GROUPS:
            raise invalid("groups", f"must be from 2 to {MAX_GROUPS}, or 0 for the default")
        wanted = recommender_pb.BuildGroupsRequest(
            groups=request.groups, random_seed=request.random_seed
        )
        try:
            async with aclosing(self._clients.build_groups(wanted)) as answers:
                async for news in answers:
                    if news.HasField("map"):
                        self._stale_at = 0.0
                        yield pb.BuildGroupsResponse(map=news.map)
                    elif news.HasField("progress"):
                        yield pb.BuildGroupsResponse(progress=news.progress)
        except Unanswered as failure:
            if failure.why == "full":
                raise queue_full("groups", failure.retry_after_seconds or 10.0) from failure
            raise failure.error() from failure

    async def named(self, group_id: str, field: str) -> recommender_pb.Group:
        """One group.

        Raises:
            ServiceError: Groups were never built, or none has the id; `field` is to blame.
            Unanswered: The recommender did not answer.
        """
        known = await self._remembered()
        if group_id not in known:
            self._stale_at = 0.0  # they may have been built again since
            known = await self._remembered()
        if not known:
            raise _missing(field)
        if group_id not in known:
            raise invalid(field, "is no group; groups that are built again have new ids")
        return known[group_id]

    async def of_sound(self, embedding: Iterable[float]) -> recommender_pb.Group | None:
        """The group that a sound belongs to; None if that cannot be told."""
        scores = await outcome(self._clients.predict_group(embedding))
        if isinstance(scores, (Unanswered, ServiceError)) or not scores:
            return None
        group = await outcome(self.named(scores[0].group_id, "group_id"))
        return None if isinstance(group, (Unanswered, ServiceError)) else group

    async def _remembered(self) -> dict[str, recommender_pb.Group]:
        if time.monotonic() >= self._stale_at:
            answer = await self._clients.groups()
            self._known = {group.id: group for group in answer.map.groups}
            self._stale_at = time.monotonic() + FRESH_SECONDS
        return self._known


def _missing(field: str) -> ServiceError:
    text = "there are no groups yet: build them first"
    return ServiceError(
        grpc.StatusCode.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_GROUPS_MISSING,
        f"{field}: {text}",
        fields={field: text},
    )
