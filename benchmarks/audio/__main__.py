"""Measures what is done with sound: features, medians, alignment, start and import, as ratios.

Material is real music where the training data has it, else the project's own sketches. Figures go
into a table and into one JSON file. Example: `python -m benchmarks.audio --only features,medians`
"""

import sys
from pathlib import Path

from benchmarks.suite import Suite

SOUND = Suite(
    name="audio",
    title="Sound",
    about="Measures features, medians, alignment, start and import of sound, as ratios.",
    groups=("features", "medians", "warping", "start", "importing"),
    targets={
        "features_one_thread_ratio": (6.0, None),
        "features_two_threads_ratio": (10.0, None),
        "medians_ratio": (8.0, None),
        "warping_full_ratio": (5.0, None),
        "warping_banded_ratio": (20.0, None),
        "warping_top_10_two_threads_ratio": (50.0, None),
        "start_seconds": (None, 6.0),
        "importing_songs_per_hour": (12_000.0, None),
    },
    units={
        "ms": "ms",
        "ratio": "× faster",
        "seconds": "s",
        "hour": "songs an hour",
        "loop": "× faster",
    },
    variables={
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "NUMBA_CACHE_DIR": str(Path(".vts/numba").resolve()),
    },
)

if __name__ == "__main__":
    sys.exit(SOUND.run())
