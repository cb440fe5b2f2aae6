"""A process that keeps analyses until it is killed, and says which are kept: `URL FOLDER`."""

import itertools
import sys
from pathlib import Path

from services.audio_features.backends.storing import SqlAnalysisStore
from tests.unit.audio_features.kept_analyses import whole


def main(url: str, acknowledged: Path) -> None:
    """Keeps one after the other, each of the first ten again and again with other numbers."""
    store = SqlAnalysisStore.opened(url)
    with acknowledged.open("a", encoding="ascii") as told:
        for number in itertools.count():
            name = f"{number % 10 if number % 2 else number:032x}"
            store.keep(whole(name, seed=number, windows=20))
            told.write(f"{name} {number}\n")
            told.flush()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
