"""Published weights on this machine: which there are, where they lie, and how they get here."""

from vts.modelstore.manifest import Entry, File, ManifestError, entries, entry_for
from vts.modelstore.store import (
    DEFAULT_FOLDER,
    ModelStoreError,
    OfflineError,
    Store,
    Verdict,
    WrongFileError,
    pulled,
)

__all__ = [
    "DEFAULT_FOLDER",
    "Entry",
    "File",
    "ManifestError",
    "ModelStoreError",
    "OfflineError",
    "Store",
    "Verdict",
    "WrongFileError",
    "entries",
    "entry_for",
    "pulled",
]
