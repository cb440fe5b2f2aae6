"""The process in which groups are built: `python -m ...child FOLDER`, told what to do by a file.

It ends with the service that started it, and at its limits of memory and processor time. What it
has to say goes to standard output, one JSON object a line.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path

RESULT = "groups.npz"
ORDER = "order.json"

_PR_SET_PDEATHSIG = 1
_NICENESS = 5


def main(folder: Path) -> None:
    """Reads the order and the material, builds, and leaves the result beside them."""
    told = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    _confine(told["parent"], told["memory_bytes"], told["seconds"])

    # Imported here, under the limits: they take a second and some hundred megabytes.
    from services.recommender.backends.groups import files, material
    from services.recommender.backends.groups.building import build
    from services.recommender.groups import Order

    songs = material.read(folder, told["audio_dimensions"])
    order = Order(told["groups"], told["seed"])
    files.save(build(songs, order, told["first_id"], _tell), folder / RESULT)


def _confine(parent: int, memory_bytes: int, seconds: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit("the service that started this has gone")
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICENESS)


def _tell(stage: str, fraction: float) -> None:
    sys.stdout.write(json.dumps({"stage": stage, "fraction": fraction}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
