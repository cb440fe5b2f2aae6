"""Parameters of queries, read strictly: every refusal names the parameter."""

from __future__ import annotations

import re

from starlette.datastructures import QueryParams

from servicekit.errors import invalid

_WHOLE = re.compile(r"-?[0-9]{1,20}")


def known(query: QueryParams, names: tuple[str, ...]) -> QueryParams:
    """The parameters, of which every name must be known."""
    for name in query:
        if name not in names:
            raise invalid(name[:120], f"is not known; known are {', '.join(names)}")
    return query


def whole(text: str, name: str) -> int:
    """A whole number."""
    if not _WHOLE.fullmatch(text):
        raise invalid(name, "must be a whole number")
    return int(text)


def number(text: str, name: str) -> float:
    """A number."""
    try:
        return float(text)
    except ValueError:
        raise invalid(name, "must be a number") from None


def truth(text: str, name: str) -> bool:
    """`true` or `false`."""
    if text not in ("true", "false"):
        raise invalid(name, "must be true or false")
    return text == "true"
