"""Problem documents as tests read them."""

import httpx

from gateway.rest.errors import MEDIA_TYPE


def field_of(response: httpx.Response) -> tuple[int, str, str]:
    document = response.json()
    assert response.headers["content-type"] == MEDIA_TYPE
    assert document["status"] == response.status_code
    assert {"type", "title", "detail", "reason", "field_violations", "metadata"} <= set(document)
    violations = document["field_violations"]
    field = violations[0]["field"] if violations else ""
    return response.status_code, document["reason"], field
