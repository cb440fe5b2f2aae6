"""Songs to import, from folders of music, sound files, and lists (JSON Lines, CSV).

`drafts_from` reads everything in this process, one song after the other. `FolderImport` is what
`vts import` does: it reads with several processes, asks the gateway what it has already, remembers
what it has read, and goes on where it was stopped.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vts.importing.course import FolderImport
    from vts.importing.drafting import Origin, UnreadableListError
    from vts.importing.folders import SOUND_SUFFIXES
    from vts.importing.sources import drafts_from

__all__ = ["SOUND_SUFFIXES", "FolderImport", "Origin", "UnreadableListError", "drafts_from"]

_HOMES = {
    "FolderImport": "vts.importing.course",
    "Origin": "vts.importing.drafting",
    "SOUND_SUFFIXES": "vts.importing.folders",
    "UnreadableListError": "vts.importing.drafting",
    "drafts_from": "vts.importing.sources",
}


def __getattr__(name: str) -> Any:
    """Loads a public name on first use: the processes that read files need no stubs."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module 'vts.importing' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
