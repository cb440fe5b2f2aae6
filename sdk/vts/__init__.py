"""VTS for Python: find music for a photo, a vlog, words, a situation or a sound.

Example:
    >>> import vts
    >>> with vts.Client() as client:  # doctest: +SKIP
    ...     for item in client.recommend(vts.Media("photo.jpg")).items:
    ...         print(item.track.title, "-", item.reason.en)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vts.aio import AsyncClient
    from vts.client import Client
    from vts.errors import VtsError
    from vts.inputs import Draft, Media, cabin, group, situation, text, track
    from vts.situations import Sample, Steadier, steadied

__all__ = [
    "AsyncClient",
    "Client",
    "Draft",
    "Media",
    "Sample",
    "Steadier",
    "VtsError",
    "cabin",
    "group",
    "situation",
    "steadied",
    "text",
    "track",
]

_HOMES = {
    "AsyncClient": "vts.aio",
    "Client": "vts.client",
    "Draft": "vts.inputs",
    "Media": "vts.inputs",
    "Sample": "vts.situations",
    "Steadier": "vts.situations",
    "VtsError": "vts.errors",
    "cabin": "vts.inputs",
    "group": "vts.inputs",
    "situation": "vts.inputs",
    "steadied": "vts.situations",
    "text": "vts.inputs",
    "track": "vts.inputs",
}


def __getattr__(name: str) -> Any:
    """Loads a public name on first use, so that services that only want stubs stay light."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'vts' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
