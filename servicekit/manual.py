"""The manual of a settings class, written from its fields: for `--help` and for the docs."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings


@dataclass(frozen=True, slots=True)
class Variable:
    """One environment variable, in words."""

    name: str
    kind: str
    default: str
    description: str


def variable_name(settings_class: type[BaseSettings], field: str) -> str:
    """Returns the environment variable that sets `field`."""
    return f"{settings_class.model_config.get('env_prefix', '')}{field}".upper()


def variables(settings_class: type[BaseSettings]) -> Iterator[Variable]:
    """Yields every variable, a service's own before the shared ones."""
    inherited = [name for base in settings_class.__mro__[1:] for name in _annotated(base)]
    fields = settings_class.model_fields
    own_first = sorted(fields, key=lambda name: name in inherited)
    for name in own_first:
        yield Variable(
            name=variable_name(settings_class, name),
            kind=_kind(fields[name].annotation),
            default=_default(fields[name]),
            description=_description(settings_class, name),
        )


def help_text(settings_class: type[BaseSettings]) -> str:
    """Returns the variables with their defaults and descriptions, and an example command."""
    listed = list(variables(settings_class))
    entries = [
        f"  {each.name} ({each.kind}; default {each.default})\n"
        + textwrap.fill(each.description, 88, initial_indent=" " * 6, subsequent_indent=" " * 6)
        for each in listed
    ]
    level = variable_name(settings_class, "log_level")
    port = variable_name(settings_class, "port")
    module = settings_class.__module__.removesuffix(".settings")
    example = f"  {port}=50100 {level}=debug python -m {module}"
    return "\n".join(["environment variables:", *entries, "", "example:", example])


def _annotated(base: type) -> Iterable[str]:
    return inspect.get_annotations(base)


def _description(settings_class: type[BaseSettings], name: str) -> str:
    """Returns the nearest description: a subclass may give only a new default."""
    for base in settings_class.__mro__:
        field = getattr(base, "model_fields", {}).get(name)
        if field is not None and field.description:
            return str(field.description)
    return ""


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        return "none: required"
    if value is None or isinstance(value, SecretStr):
        return "not set"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Path):
        return value.as_posix()
    return str(value)


def _kind(annotation: Any) -> str:
    """Returns a type in words that people who set variables use."""
    if get_origin(annotation) is Literal:
        return " | ".join(map(str, get_args(annotation)))
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if parts and type(None) in get_args(annotation):
        return " | ".join(_kind(part) for part in parts)
    names = {int: "integer", float: "number", bool: "true | false", str: "text", Path: "path"}
    return names.get(annotation, "secret" if annotation is SecretStr else _name(annotation))


def _name(annotation: Any) -> str:
    return str(getattr(annotation, "__name__", annotation))
