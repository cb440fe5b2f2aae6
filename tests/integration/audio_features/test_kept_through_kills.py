"""What was acknowledged survives a kill at any moment, whole; nothing is ever half there."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from services.audio_features.backends.storing import SqlAnalysisStore
from services.audio_features.domain import Analysis
from tests.integration.audio_features.databases import new_database
from tests.unit.audio_features.kept_analyses import whole

KEEPING = "tests.integration.audio_features.keeping_process"
KILLS, KEPT_BEFORE_A_KILL = 2, 15


def killed_while_keeping(url: str, acknowledged: Path, at_least: int) -> None:
    command = [sys.executable, "-m", KEEPING, url, str(acknowledged)]
    with subprocess.Popen(command) as process:
        end = time.monotonic() + 60
        while not acknowledged.exists() or lines(acknowledged) < at_least:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.003)
        process.kill()


def lines(file: Path) -> int:
    return file.read_bytes().count(b"\n")


def is_whole(kept: Analysis, seed: int) -> bool:
    made = whole(kept.id, seed=seed, windows=20)
    assert kept.feeling is not None
    assert made.feeling is not None
    return (
        kept.features.keys() == made.features.keys()
        and all(
            np.array_equal(kept.features[name].mean, made.features[name].mean)
            for name in made.features
        )
        and np.array_equal(kept.feeling.moods, made.feeling.moods)
        and np.array_equal(kept.materials["heard"], made.materials["heard"])
        and [window.start for window in kept.windows] == [window.start for window in made.windows]
        and kept.mfcc is not None
        and kept.chroma is not None
        and len(kept.heard.segments) == 2
    )


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_what_was_acknowledged_is_there_and_whole_after_kills(kind: str, tmp_path: Path) -> None:
    url = new_database(kind, tmp_path)
    last: dict[str, int] = {}
    for kill in range(KILLS):
        acknowledged = tmp_path / f"acknowledged_{kill}"
        killed_while_keeping(url, acknowledged, KEPT_BEFORE_A_KILL)
        told = acknowledged.read_text(encoding="ascii").splitlines(keepends=True)
        last |= {
            name: int(number)
            for name, number in (line.split() for line in told if line.endswith("\n"))
        }
        store = SqlAnalysisStore.opened(url)
        for name, number in last.items():
            kept = store.find(name)
            assert kept is not None
            # The one that was being kept may have arrived without a word.
            assert is_whole(kept, number) or is_whole(kept, len(told))
        everything = store.count({})[0]
        assert len(last) <= everything <= len(last) + 1
        store.close()
