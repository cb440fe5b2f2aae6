"""Keeps what numba compiles where the service keeps it, so that only one of them ever waits."""

import os
from pathlib import Path

os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).parents[3] / ".vts" / "numba"))
