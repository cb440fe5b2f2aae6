"""The operations of the REST face, for its description."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.moods.taxonomies import MAX_TAXONOMIES, TAXONOMIES
from vts.recommender.v1 import track_pb2

Schema = dict[str, Any]
Reference = Callable[[Any], Schema]
Content = Callable[[Any], Schema]
"""Makes the JSON content of a message."""

_TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
_FILTERS = {
    "limit": ({"type": "integer", "minimum": 0, "maximum": 100}, "How many songs; 0 means 10."),
    "language": (_TEXTS, "Any of these languages (BCP 47, `zxx` for none)."),
    "genre": (_TEXTS, "Any of these genres."),
    "licence": (_TEXTS, "Any of these licences (SPDX ids)."),
    "source": (_TEXTS, "Any of these sources."),
    "tag": (_TEXTS, "All of these tags."),
    "year_from": ({"type": "integer"}, "Not before this year."),
    "year_to": ({"type": "integer"}, "Not after this year."),
    "only_with_sound": ({"type": "boolean"}, "Only songs that can be played here."),
    "diversity": ({"type": "number", "minimum": 0, "maximum": 1}, "Variety against closeness."),
    "random_seed": ({"type": "integer", "minimum": 0}, "Varies the answer among near ties."),
    "user_id": ({"type": "string", "maxLength": 128}, "Whose feedback counts."),
    "taxonomy": (
        {"type": "array", "maxItems": MAX_TAXONOMIES, "items": {"enum": list(TAXONOMIES)}},
        "Tells the song's feeling in the labels of these vocabularies too.",
    ),
}
_TRACK_ID: Schema = {
    "name": "track_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
    "description": "The song's id.",
}
_MOODS_SUMMARY = "The 13 moods with their places on the plane, and the other vocabularies."
_MOODS_CONTENT: Schema = {"application/json": {"schema": {"$ref": "#/components/schemas/Moods"}}}
_GROUPING_EVENTS = (
    "Sent where `Accept` asks for it. Events named `progress` (GroupingProgress), at last `map` "
    "(GroupMap) or `error` (Problem); each with one line of JSON."
)
_STATUSES = {
    400: "The request is not valid; `field_violations` names the field.",
    401: "A bearer token is needed.",
    404: "No song has the id.",
    413: "The upload is too large.",
    429: "Too busy; `Retry-After` says when to try again.",
    503: "A service that the answer cannot do without is down.",
    504: "The time was too short.",
}


def paths(reference: Reference) -> dict[str, Any]:
    """All paths; `reference` refers to the schema of a message's descriptor."""

    def json_of(message: Any) -> Schema:
        return {"application/json": {"schema": reference(message.DESCRIPTOR)}}

    return {
        "/v1/recommendations": {"post": _recommendations(json_of)},
        "/v1/tracks": {"get": _find(json_of)},
        "/v1/tracks/{track_id}": {
            "get": _operation(
                "getTrack", "One song.", json_of(track_pb2.Track), (400, 404, 503), [_TRACK_ID]
            )
        },
        "/v1/tracks/{track_id}/similar": {"get": _similar(json_of)},
        "/v1/tracks/{track_id}/sound": {"get": _sound()},
        "/v1/feedback": {"post": _feedback(json_of)},
        "/v1/groups": {"get": _groups(json_of), "post": _build_groups(json_of)},
        "/v1/status": {
            "get": _operation(
                "getStatus",
                "How the services are and what the catalogue holds.",
                json_of(pb.GetStatusResponse),
                (),
            )
        },
        "/v1/moods": {
            "get": _operation("getMoods", _MOODS_SUMMARY, _MOODS_CONTENT, ()),
            "post": _read_moods(json_of),
        },
        "/healthz": {"get": _probe("isAlive", "Whether the process is alive.")},
        "/readyz": {"get": _probe("isReady", "Whether the gateway takes requests.")},
    }


def _find(json_of: Content) -> Schema:
    name = {"type": "string", "minLength": 1, "maxLength": 200}
    return _operation(
        "findTracks",
        "Finds songs by title or artist, whatever the script, typing mistakes allowed.",
        json_of(pb.FindTracksResponse),
        (400, 503),
        [
            _query("q", name, "Title, artist or both.", required=True),
            _query("limit", *_FILTERS["limit"]),
        ],
    )


def _similar(json_of: Content) -> Schema:
    return _operation(
        "similarTracks",
        "Songs like one of the catalogue.",
        json_of(pb.SimilarTracksResponse),
        (400, 404, 429, 503),
        [_TRACK_ID, *(_query(name, *about) for name, about in _FILTERS.items())],
    )


def _feedback(json_of: Content) -> Schema:
    operation = _operation(
        "sendFeedback",
        "Remembers what a listener thought of a song.",
        json_of(pb.SendFeedbackResponse),
        (400, 404, 503),
    )
    operation["requestBody"] = {"required": True, "content": json_of(pb.SendFeedbackRequest)}
    return operation


def _read_moods(json_of: Content) -> Schema:
    operation = _operation(
        "readMoods",
        "What texts feel like, for those who want moods and no music.",
        json_of(pb.ReadMoodsResponse),
        (400, 429, 503),
    )
    operation["requestBody"] = {"required": True, "content": json_of(pb.ReadMoodsRequest)}
    return operation


def _groups(json_of: Content) -> Schema:
    points = {"type": "boolean", "default": False}
    return _operation(
        "getGroups",
        "The groups of songs that sound alike; no `map` if they were never built.",
        json_of(pb.GetGroupsResponse),
        (400, 503),
        [_query("include_points", points, "Whether the places of all songs are wanted too.")],
    )


def _build_groups(json_of: Content) -> Schema:
    events = {"type": "string", "description": _GROUPING_EVENTS}
    content = json_of(pb.GetGroupsResponse) | {"text/event-stream": {"schema": events}}
    operation = _operation(
        "buildGroups",
        "Divides the catalogue into groups anew; those before are used until then.",
        content,
        (400, 429, 503),
    )
    operation["requestBody"] = {"required": True, "content": json_of(pb.BuildGroupsRequest)}
    return operation


def _recommendations(json_of: Content) -> Schema:
    content = json_of(pb.RecommendResponse) | {
        "text/event-stream": {
            "schema": {
                "type": "string",
                "description": "Sent where `Accept` asks for it. Events named `progress` "
                "(Progress), `scene` (SceneNews), `evidence` (InputEvidence), at last `playlist` "
                "(Playlist) or `error` (Problem); each with one line of JSON.",
            }
        }
    }
    form = {
        "schema": {"$ref": "#/components/schemas/Form"},
        "encoding": {
            name: {"contentType": "application/json"}
            for name in ("situation", "weights", "options")
        },
    }
    return {
        **_operation(
            "recommend",
            "Recommends music for photos, videos, sounds, words, situations and songs, mixed.",
            content,
            (400, 404, 413, 429, 503, 504),
        ),
        "requestBody": {
            "required": True,
            "content": {"multipart/form-data": form, **json_of(pb.RecommendRequest)},
        },
    }


def _operation(
    name: str,
    summary: str,
    content: Schema,
    statuses: tuple[int, ...],
    parameters: list[Schema] | None = None,
) -> Schema:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    failures = {
        str(status): {"description": _STATUSES[status], "content": problem}
        for status in sorted({401, *statuses})
    }
    return {
        "operationId": name,
        "summary": summary,
        **({"parameters": parameters} if parameters else {}),
        "responses": {"200": {"description": "The answer.", "content": content}, **failures},
    }


def _query(name: str, schema: Schema, description: str, *, required: bool = False) -> Schema:
    return {
        "name": name,
        "in": "query",
        "required": required,
        "schema": schema,
        "description": description,
    }


def _sound() -> Schema:
    content = {"audio/*": {"schema": {"type": "string", "format": "binary"}}}
    operation = _operation(
        "getSound",
        "The sound of a song, where it is held; byte ranges are served.",
        content,
        (400, 404),
        [_TRACK_ID],
    )
    operation["responses"]["206"] = {"description": "The range asked for.", "content": content}
    operation["responses"]["416"] = {"description": "The sound has no such range."}
    return operation


def _probe(name: str, summary: str) -> Schema:
    plain = {"text/plain": {"schema": {"type": "string"}}}
    responses = {"200": {"description": "Yes.", "content": plain}}
    if name == "isReady":
        responses["503"] = {"description": "No.", "content": plain}
    return {"operationId": name, "summary": summary, "security": [], "responses": responses}
