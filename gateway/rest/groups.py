"""`/v1/groups`: the groups of songs that sound alike, and making them anew."""

from __future__ import annotations

from contextlib import aclosing

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.arriving import in_time
from gateway.grouping import Groups
from gateway.orchestrating import Orchestrator
from gateway.rest import events
from gateway.rest.forms import json_body
from gateway.rest.messages import message_response, parsed
from gateway.rest.queries import known, truth
from vts.gateway.v1 import gateway_service_pb2 as pb

_BODY_SECONDS = 20.0


async def _all(groups: Groups, request: Request) -> Response:
    query = known(request.query_params, ("include_points",))
    points = truth(query.get("include_points", "false"), "include_points")
    return message_response(await groups.all(pb.GetGroupsRequest(include_points=points)))


class GroupsEndpoint:
    """The endpoint; while groups are built it holds a place among the requests."""

    def __init__(self, groups: Groups, orchestrator: Orchestrator, max_json_bytes: int) -> None:
        self._groups = groups
        self._orchestrator = orchestrator
        self._max_json_bytes = max_json_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`GET /v1/groups?include_points=`, or `POST /v1/groups` with a `BuildGroupsRequest`."""
        request = Request(scope, receive)
        if request.method != "POST":
            await (await _all(self._groups, request))(scope, receive, send)
            return
        body = await in_time(json_body(request, self._max_json_bytes), _BODY_SECONDS)
        wanted = parsed(body, pb.BuildGroupsRequest)
        with self._orchestrator.place(is_limited=False):
            async with aclosing(self._groups.build(wanted)) as work:
                if events.are_wanted(request):
                    await (await events.event_response(work))(scope, receive, send)
                    return
                last = pb.BuildGroupsResponse()
                async for news in work:
                    last = news
        found = pb.GetGroupsResponse(map=last.map)
        await message_response(found)(scope, receive, send)
