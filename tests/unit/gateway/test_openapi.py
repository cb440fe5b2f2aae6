"""The description of the REST face is current, complete, and valid."""

import json
import re
from typing import Any

import pytest
from starlette.routing import Route

from gateway.rest import openapi
from tests.unit.gateway.house import House

METHODS = {"get", "post"}
DOCUMENT = json.loads(openapi._TARGET.read_text(encoding="utf-8"))


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    ]


def walked(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [each for item in value for each in walked(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(each for item in value.values() for each in walked(item))]


def test_the_document_is_current() -> None:
    pytest.importorskip("grpc_tools", reason="the document is made with grpcio-tools")
    assert openapi.document() == DOCUMENT


def test_every_reference_leads_somewhere() -> None:
    for each in walked(DOCUMENT):
        if "$ref" in each:
            assert (
                each["$ref"].removeprefix("#/components/schemas/")
                in (DOCUMENT["components"]["schemas"])
            )


def test_every_operation_is_named_described_and_answered() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    for path, method, operation in operations():
        assert method in METHODS
        assert operation["summary"].endswith(".")
        assert "200" in operation["responses"]
        assert all(each["description"] for each in operation["responses"].values())
        wanted = set(re.findall(r"{(\w+)}", path))
        parameters = operation.get("parameters", [])
        assert {each["name"] for each in parameters if each["in"] == "path"} == wanted
        assert all(each["required"] for each in parameters if each["in"] == "path")


def test_every_message_and_field_is_described() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema["description"], name
    for name in ("Playlist", "InputEvidence", "Options", "Track"):
        for field, schema in DOCUMENT["components"]["schemas"][name]["properties"].items():
            assert schema.get("description"), f"{name}.{field}"


def test_schemas_use_only_words_of_json_schema() -> None:
    known = {
        "$ref", "type", "format", "description", "properties", "additionalProperties", "items",
        "enum", "minimum", "maximum", "minLength", "maxLength", "required", "contentEncoding",
        "contentMediaType",
    }  # fmt: skip

    def check(schema: dict[str, Any]) -> None:
        assert set(schema) <= known, schema
        for each in schema.get("properties", {}).values():
            check(each)
        for nested in (schema.get("items"), schema.get("additionalProperties")):
            if isinstance(nested, dict):
                check(nested)

    for schema in DOCUMENT["components"]["schemas"].values():
        check(schema)


def test_every_route_of_the_api_is_described_and_the_other_way_round(home: House) -> None:
    served = {
        (route.path, method.lower())
        for route in home.gateway.app.routes
        if isinstance(route, Route) and (route.path.startswith("/v1") or route.path.endswith("z"))
        for method in route.methods or ()
        if method != "HEAD"
    }
    assert served == {(path, method) for path, method, _ in operations()}


async def test_answers_have_only_described_fields(home: House) -> None:
    home.recommender.add("Waves")
    response = await home.web.post("/v1/recommendations", json={"inputs": [{"text": "a"}]})
    schemas = DOCUMENT["components"]["schemas"]

    def check(value: Any, schema: dict[str, Any]) -> None:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        if isinstance(value, list):
            for each in value:
                check(each, schema["items"])
        elif isinstance(value, dict) and "properties" in schema:
            assert set(value) <= set(schema["properties"])
            for name, each in value.items():
                check(each, schema["properties"][name])

    check(response.json(), {"$ref": "#/components/schemas/RecommendResponse"})
