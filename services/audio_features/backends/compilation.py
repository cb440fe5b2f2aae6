"""Where numba keeps what it compiles for librosa, so that only the first start ever waits."""

import os
from pathlib import Path


def keep_compiled(folder: Path) -> None:
    """Makes numba keep compiled functions in `folder`; call before librosa is imported.

    Raises OSError if the folder cannot be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["NUMBA_CACHE_DIR"] = str(folder.resolve())
