"""Measures the mood service: encoding beside torch, whole readings, memory and start.

Texts are real sentences where the training data is, else written ones. Figures go into a table and
into one JSON file. Example: `python -m benchmarks.mood --only encoding`
"""

import sys

from benchmarks.suite import Suite

MOOD = Suite(
    name="mood",
    title="Mood",
    about="Measures the mood service: encoding beside torch, whole readings, memory and start.",
    groups=("encoding", "service"),
    targets={
        "encoding_lowest_cosine": (0.99, None),
        "encoding_one_thread_one_ratio": (4.0, None),
        "encoding_two_threads_one_ratio": (4.0, None),
        "encoding_one_thread_batch_ratio": (3.0, None),
        "encoding_two_threads_batch_ratio": (3.0, None),
        "service_ready_seconds": (None, 4.0),
        "service_loaded_mib": (None, 350.0),
        "service_after_reading_mib": (None, 350.0),
    },
    units={"ms": "ms", "ratio": "× faster", "seconds": "s", "mib": "MiB"},
    variables={
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    },
)

if __name__ == "__main__":
    sys.exit(MOOD.run())
