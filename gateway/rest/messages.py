"""Messages as JSON: the proto field names, read strictly, so that an error names its field."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable
from typing import Any, TypeVar

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from starlette.responses import Response

from servicekit.errors import invalid

M = TypeVar("M", bound=Message)

_INTEGERS = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}


def to_json(message: Message) -> dict[str, Any]:
    """A message as JSON, with the fields that are zero or empty."""
    return json_format.MessageToDict(
        message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )


def dumped(message: Message) -> str:
    """The same as text on one line."""
    return json.dumps(to_json(message), ensure_ascii=False, separators=(",", ":"))


def message_response(message: Message) -> Response:
    """The response that carries a message."""
    return Response(dumped(message).encode(), media_type="application/json")


def parsed(text: bytes | str, kind: type[M], path: str = "") -> M:
    """The message that a JSON text holds.

    Args:
        text: The JSON.
        kind: The message's class.
        path: Where the message stands in the request, if not at its root.

    Raises:
        ServiceError: The text is not JSON, or not of this kind; the field is named.
    """
    return from_json(loaded(text, path), kind, path)


def loaded(text: bytes | str, path: str = "") -> Any:
    """The value of a JSON text.

    Raises:
        ServiceError: It is none.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise invalid(path or "body", f"is not JSON: {error.msg} at {place}") from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise invalid(path or "body", "is not JSON in UTF-8, or nested too deeply") from None


def from_json(value: Any, kind: type[M], path: str = "") -> M:
    """The message that a JSON value holds; raises as `parsed` does."""
    _check_message(value, kind.DESCRIPTOR, path)
    message = kind()
    try:
        json_format.ParseDict(value, message)
    except json_format.ParseError:
        raise invalid(path or "body", "is not a valid message") from None
    return message


def _check_message(value: Any, descriptor: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise invalid(path or "body", "must be an object")
    fields = {field.name: field for field in descriptor.fields}
    by_json_name = {field.json_name: field for field in descriptor.fields}
    taken: dict[str, str] = {}
    for name, each in value.items():
        field = fields.get(name) or by_json_name.get(name)
        here = f"{path}.{name}" if path else name
        if field is None:
            raise invalid(here[:120], f"is not known; known are {', '.join(fields)}")
        choice = field.containing_oneof
        if choice is not None and each is not None:
            if choice.name in taken:
                raise invalid(here, f"cannot be given together with {taken[choice.name]}")
            taken[choice.name] = name
        if each is not None:
            _check_field(each, field, here)


def _check_field(value: Any, field: FieldDescriptor, path: str) -> None:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        if not isinstance(value, dict):
            raise invalid(path, "must be an object")
        for key, each in value.items():
            _check_value(each, field.message_type.fields_by_name["value"], f"{path}.{key}")
    elif field.is_repeated:
        if not isinstance(value, list):
            raise invalid(path, "must be a list")
        for index, each in enumerate(value):
            _check_value(each, field, f"{path}[{index}]")
    else:
        _check_value(value, field, path)


def _check_value(value: Any, field: FieldDescriptor, path: str) -> None:
    if field.message_type is not None:
        _check_message(value, field.message_type, path)
    elif field.cpp_type in _INTEGERS:
        _check_integer(value, *_INTEGERS[field.cpp_type], path)
    elif field.enum_type is not None:
        names = list(field.enum_type.values_by_name)
        if value not in names and not (isinstance(value, int) and 0 <= value < len(names)):
            raise invalid(path, f"is not known; known are {', '.join(names)}")
    else:
        _SCALARS[field.type](value, path)


def _check_integer(value: Any, least: int, most: int, path: str) -> None:
    if isinstance(value, str) and value.removeprefix("-").isdecimal() and len(value) <= 20:
        value = int(value)
    is_whole = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_whole or not math.isfinite(value) or value != int(value):
        raise invalid(path, "must be a whole number")
    if not least <= value <= most:
        raise invalid(path, "is out of range")


def _check_number(value: Any, path: str) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value):
        raise invalid(path, "must be a number")
    if abs(value) > 3.4e38:
        raise invalid(path, "is out of range")


def _check_text(value: Any, path: str) -> None:
    if not isinstance(value, str):
        raise invalid(path, "must be a text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise invalid(path, "holds half a character (a lone surrogate)") from None


def _check_truth(value: Any, path: str) -> None:
    if not isinstance(value, bool):
        raise invalid(path, "must be true or false")


def _check_bytes(value: Any, path: str) -> None:
    _check_text(value, path)
    try:
        base64.b64decode(value, altchars=b"-_" if {"-", "_"} & set(value) else None, validate=True)
    except (binascii.Error, ValueError):
        raise invalid(path, "must be base64") from None


_SCALARS: dict[int, Callable[[Any, str], None]] = {
    FieldDescriptor.TYPE_STRING: _check_text,
    FieldDescriptor.TYPE_BYTES: _check_bytes,
    FieldDescriptor.TYPE_BOOL: _check_truth,
    FieldDescriptor.TYPE_FLOAT: _check_number,
    FieldDescriptor.TYPE_DOUBLE: _check_number,
}
