"""Writes `openapi.json`, the description of the REST face, from the protos; or checks it.

Example: `python -m gateway.rest.openapi --check` exits with 1 if the document has drifted.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

from google.protobuf.descriptor_pb2 import FileDescriptorSet

from gateway.rest.operations import paths
from gateway.rest.schemas import Schema, Schemas, comments_of
from vts.gateway.v1 import gateway_service_pb2 as pb
from vts.mood.v1 import mood_service_pb2 as mood_pb
from vts.moods.taxonomies import TAXONOMIES

_TARGET = Path(__file__).with_name("openapi.json")
_PROTOS = Path(__file__).parents[2] / "protos"
_DESCRIPTION = """\
VTS finds music for a photo, a video, words, a situation or a sound, or for a mix of them.

The messages are those of the gRPC service `vts.gateway.v1.GatewayService`, as JSON with the field
names of the protos. Numbers of 64 bits travel as strings. Errors are problem documents (RFC 9457)
whose `reason` is one of `vts.errors.v1.ErrorReason`.

A recording can be sent while it is made, to the WebSocket `/v1/recommendations/recording`. The
first message is JSON text: `{"options": Options, "inputs": [Input, …], "weight": 1,
"content_type": "audio/webm", "token": "…"}`, of which nothing is needed; `inputs` go along with
the recording and hold no media, `token` is for gateways that ask for one, since browsers cannot
send it as a header. Binary messages of at most 1 MiB bring the recording, `{"end": true}` ends it.
Answers are the events of `POST /v1/recommendations` as text, each `{"event": name, "data": …}`.
Pages of other sites are refused.
"""


def document() -> dict[str, Any]:
    """The OpenAPI document.

    Raises:
        RuntimeError: The protos cannot be read.
    """
    schemas = Schemas(comments_of(_described_protos()))
    operations = paths(schemas.reference)
    for message in (pb.Options, mood_pb.Situation, pb.Progress, pb.SceneNews, pb.InputEvidence):
        schemas.reference(message.DESCRIPTOR)
    components = schemas.schemas | {"Problem": _PROBLEM, "Moods": _MOODS, "Form": _FORM}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "VTS",
            "version": "1",
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": operations,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Needed where the gateway was given a file of tokens.",
                }
            },
        },
    }


def main() -> int:
    """Runs the command; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on drift")
    check = parser.parse_args().check
    text = json.dumps(document(), ensure_ascii=False, indent=1) + "\n"
    if not check:
        _TARGET.write_text(text, encoding="utf-8")
        return 0
    if _TARGET.read_text(encoding="utf-8") != text:
        sys.stderr.write("gateway/rest/openapi.json is stale: run `make docs`\n")
        return 1
    return 0


def _described_protos() -> FileDescriptorSet:
    """The protos with their comments, which the stubs do not carry."""
    # Only where the document is made: a development tool, not a dependency.
    from grpc_tools import protoc

    well_known = resources.files("grpc_tools") / "_proto"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "protos.binpb"
        files = [
            str(path.relative_to(_PROTOS)) for path in sorted((_PROTOS / "vts").rglob("*.proto"))
        ]
        options = ["--include_source_info", f"--descriptor_set_out={target}"]
        if protoc.main(["protoc", f"-I{_PROTOS}", f"-I{well_known}", *options, *files]) != 0:
            raise RuntimeError("protoc failed")
        return FileDescriptorSet.FromString(target.read_bytes())


_TEXT: Schema = {"type": "string"}
_PROBLEM: Schema = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "reason"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {**_TEXT, "description": "The kind of problem, in English."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {**_TEXT, "description": "This very problem, in English."},
        "reason": {
            **_TEXT,
            "description": "A name of `vts.errors.v1.ErrorReason`; empty for HTTP's own errors.",
        },
        "field_violations": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": _TEXT, "description": _TEXT},
            },
            "description": "The fields to blame and what is wrong with each.",
        },
        "metadata": {
            "type": "object",
            "additionalProperties": _TEXT,
            "description": "Facts for programs, such as a limit.",
        },
        "request_id": {**_TEXT, "description": "Under which the logs know the request."},
    },
}
_MOODS: Schema = {
    "type": "object",
    "description": "The 13 moods (Cowen et al., PNAS 2020), in their fixed order, and the other "
    "vocabularies in whose labels a feeling can be told.",
    "properties": {
        "moods": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "id": _TEXT,
                    "english": _TEXT,
                    "korean": _TEXT,
                    "valence": {"type": "number", "minimum": -1, "maximum": 1},
                    "arousal": {"type": "number", "minimum": -1, "maximum": 1},
                },
            },
        },
        "taxonomies": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {**_TEXT, "enum": list(TAXONOMIES)},
                    "en": _TEXT,
                    "ko": _TEXT,
                    "labels": {"type": "integer", "description": "How many labels it has."},
                },
            },
        },
    },
}
_FORM: Schema = {
    "type": "object",
    "description": "Inputs of any size, 1 to 8 in all. They count in this order: media, texts, "
    "situation, songs, groups.",
    "properties": {
        "media": {
            "type": "array",
            "items": {"type": "string", "contentMediaType": "application/octet-stream"},
            "description": "Photos, videos or sounds; which, is told by the bytes. A WebM or MP4 "
            "part declared as `audio/*` is only listened to.",
        },
        "text": {"type": "array", "items": {"type": "string", "maxLength": 2000}},
        "situation": {"$ref": "#/components/schemas/Situation"},
        "track_id": {"type": "array", "items": {"type": "string", "format": "uuid"}},
        "group_id": {"type": "array", "items": {"type": "string", "maxLength": 64}},
        "weights": {
            "type": "array",
            "items": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
            "description": "As JSON: one number per input, in the order above; null means 1.",
        },
        "options": {"$ref": "#/components/schemas/Options"},
    },
    "additionalProperties": False,
}


if __name__ == "__main__":
    raise SystemExit(main())
