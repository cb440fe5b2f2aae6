"""JSON schemas of protobuf messages, described by the comments of their protos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet

Schema = dict[str, Any]

_MESSAGE_TYPE, _MESSAGE_FIELD, _FILE_MESSAGES, _FILE_ENUMS = 3, 2, 4, 5
_NUMBERS: dict[int, Schema] = {
    FieldDescriptor.CPPTYPE_FLOAT: {"type": "number", "format": "float"},
    FieldDescriptor.CPPTYPE_DOUBLE: {"type": "number", "format": "double"},
    FieldDescriptor.CPPTYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.CPPTYPE_UINT32: {"type": "integer", "minimum": 0},
    # As in proto JSON: JavaScript's numbers end at 2^53.
    FieldDescriptor.CPPTYPE_INT64: {"type": ["string", "integer"], "format": "int64"},
    FieldDescriptor.CPPTYPE_UINT64: {"type": ["string", "integer"], "format": "uint64"},
    FieldDescriptor.CPPTYPE_BOOL: {"type": "boolean"},
}


class Schemas:
    """The schemas of all messages that were referred to, and of those they refer to.

    Args:
        comments: Descriptions by full name, such as `vts.gateway.v1.Playlist.items`.
    """

    def __init__(self, comments: Mapping[str, str]) -> None:
        self._comments = comments
        self._full_names: dict[str, str] = {}
        self.schemas: dict[str, Schema] = {}

    def reference(self, descriptor: Any) -> Schema:
        """A reference to a message's or enum's schema, which is made if it is not there yet.

        Raises:
            ValueError: Two packages use the same name.
        """
        name, full_name = descriptor.name, descriptor.full_name
        if self._full_names.setdefault(name, full_name) != full_name:
            raise ValueError(f"{full_name} and {self._full_names[name]} share a name")
        if name not in self.schemas:
            self.schemas[name] = {}  # so that a message may hold itself
            is_enum = hasattr(descriptor, "values_by_name")
            self.schemas[name] = self._enum(descriptor) if is_enum else self._message(descriptor)
        return {"$ref": f"#/components/schemas/{name}"}

    def _message(self, descriptor: Any) -> Schema:
        properties = {field.name: self._described(field) for field in descriptor.fields}
        schema: Schema = {
            "type": "object",
            "description": self._comments.get(descriptor.full_name, ""),
            "properties": properties,
            "additionalProperties": False,
        }
        for choice in descriptor.oneofs:
            names = [field.name for field in choice.fields]
            if len(names) > 1:  # a single one is an `optional` field
                schema["description"] += f"\n\nAt most one of {', '.join(names)} is set."
        return schema

    def _enum(self, descriptor: Any) -> Schema:
        return {
            "type": "string",
            "description": self._comments.get(descriptor.full_name, ""),
            "enum": [value.name for value in descriptor.values],
        }

    def _described(self, field: Any) -> Schema:
        description = self._comments.get(field.full_name, "")
        return {**self._field(field), **({"description": description} if description else {})}

    def _field(self, field: Any) -> Schema:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            values = self._value(field.message_type.fields_by_name["value"])
            return {"type": "object", "additionalProperties": values}
        value = self._value(field)
        return {"type": "array", "items": value} if field.is_repeated else value

    def _value(self, field: Any) -> Schema:
        if field.message_type is not None:
            return self.reference(field.message_type)
        if field.enum_type is not None:
            return self.reference(field.enum_type)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return {"type": "string", "contentEncoding": "base64"}
        return dict(_NUMBERS.get(field.cpp_type, {"type": "string"}))


def comments_of(files: FileDescriptorSet) -> dict[str, str]:
    """The leading comments of messages, fields and enums, by full name."""
    found: dict[str, str] = {}
    for file in files.file:
        names = _names(file)
        for location in file.source_code_info.location:
            name = names.get(tuple(location.path))
            if name and location.leading_comments:
                found[name] = location.leading_comments.strip().replace("\n ", "\n")
    return found


def _names(file: FileDescriptorProto) -> dict[tuple[int, ...], str]:
    """Full names by where the source info says they stand."""
    names: dict[tuple[int, ...], str] = {}
    for index, enum in enumerate(file.enum_type):
        names[(_FILE_ENUMS, index)] = f"{file.package}.{enum.name}"
    for index, message in enumerate(file.message_type):
        _add_message(names, message, (_FILE_MESSAGES, index), file.package)
    return names


def _add_message(
    names: dict[tuple[int, ...], str], message: DescriptorProto, path: tuple[int, ...], scope: str
) -> None:
    full_name = f"{scope}.{message.name}"
    names[path] = full_name
    for index, field in enumerate(message.field):
        names[(*path, _MESSAGE_FIELD, index)] = f"{full_name}.{field.name}"
    for index, nested in enumerate(message.nested_type):
        _add_message(names, nested, (*path, _MESSAGE_TYPE, index), full_name)
