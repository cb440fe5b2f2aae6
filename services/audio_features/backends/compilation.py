"""Where numba keeps what it compiles, so that only the first start ever waits."""

import hashlib
import os
from pathlib import Path


def keep_compiled(folder: Path) -> None:
    """Makes numba keep compiled functions under `folder`; call before librosa is imported.

    Each version of this package has a folder of its own there: numba looks only at the file of a
    function, not at those of the functions that were compiled into it.

    Raises OSError if the folder cannot be made.
    """
    own = folder / _version()
    own.mkdir(parents=True, exist_ok=True)
    os.environ["NUMBA_CACHE_DIR"] = str(own.resolve())


def _version() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()
