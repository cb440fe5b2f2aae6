"""Neither the length of blocks, nor threads, nor where things are held changes what is measured."""

from pathlib import Path

import numpy as np
import pytest

from services.audio_features.backends.engine import measuring, tables
from services.audio_features.backends.engine.tables import Table
from services.audio_features.backends.measurement import (
    Measurement,
    measure_recording,
    measure_sound,
)
from services.audio_features.backends.recordings import Recording
from services.audio_features.backends.spectra import UNITS
from services.audio_features.domain import Abandoned
from tests.unit.audio_features.sounds import music

SOUND = music(9.0)


@pytest.fixture(scope="module")
def whole() -> Measurement:
    with Recording.of(SOUND) as recording:
        return measure_recording(recording, block_frames=10_000)


@pytest.mark.parametrize("block_frames", [7, 100, 387])
def test_blocks_of_any_length_give_the_same_values(block_frames: int, whole: Measurement) -> None:
    with Recording.of(SOUND) as recording:
        found = measure_recording(recording, block_frames=block_frames)
    for name in UNITS:
        expected = whole.values(name)
        tolerance = 1e-6 * float(np.abs(expected).max())
        np.testing.assert_allclose(found.values(name), expected, rtol=2e-5, atol=tolerance)
    np.testing.assert_allclose(found.pitch_classes, whole.pitch_classes, rtol=1e-5)


def test_threads_change_no_value() -> None:
    one, many = measure_sound(SOUND, 1), measure_sound(SOUND, 3)
    for name in UNITS:
        np.testing.assert_array_equal(one.values(name), many.values(name))
    np.testing.assert_array_equal(one.pitch_classes, many.pitch_classes)


def test_files_instead_of_memory_change_no_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, whole: Measurement
) -> None:
    monkeypatch.setattr(tables, "MEMORY_BYTES", 1 << 16)
    monkeypatch.setattr(measuring, "KEPT_FRAMES", 0)
    with Recording(tmp_path, memory_bytes=1000) as recording:
        recording.append(SOUND)
        found = measure_recording(recording, folder=tmp_path, block_frames=10_000)
    assert list(tmp_path.iterdir()) == []
    for name in UNITS:
        np.testing.assert_array_equal(found.values(name), whole.values(name))
    found.close()


def test_a_stretch_of_frames_is_the_same_stretch_of_all(whole: Measurement) -> None:
    for name in UNITS:
        everything = whole.values(name)
        for start, stop in ((0, 5), (3, 90), (whole.frames - 6, whole.frames), (50, 50)):
            found = whole.values(name, start, stop)
            tolerance = 1e-5 * float(np.abs(everything).max())
            np.testing.assert_allclose(found, everything[:, start:stop], rtol=1e-4, atol=tolerance)


def test_statistics_taken_in_parts_are_those_of_the_whole(
    monkeypatch: pytest.MonkeyPatch, whole: Measurement
) -> None:
    expected = whole.summaries()
    monkeypatch.setattr("services.audio_features.backends.measurement.SUMMARIZED_NUMBERS", 1)
    monkeypatch.setattr("services.audio_features.backends.measurement._READ_FRAMES", 64)
    for name, summary in whole.summaries().items():
        for found, row in zip(summary.statistics(), expected[name].statistics(), strict=True):
            tolerance = 1e-4 * float(np.abs(row).max())
            np.testing.assert_allclose(found, row, rtol=1e-4, atol=tolerance)


def test_whoever_leaves_ends_the_measuring() -> None:
    def left() -> None:
        raise Abandoned

    with Recording.of(SOUND) as recording, pytest.raises(Abandoned):
        measure_recording(recording, threads=2, check=left)


def test_whoever_leaves_late_leaves_no_scratch_file_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tables, "MEMORY_BYTES", 0)
    checks = 0
    leaves_at = float("inf")

    def left() -> None:
        nonlocal checks
        checks += 1
        if checks >= leaves_at:
            raise Abandoned

    with Recording.of(SOUND) as recording:
        measure_recording(recording, check=left, folder=tmp_path).close()
        open_before = open_in(tmp_path)
        checks, leaves_at = 0, checks
        with pytest.raises(Abandoned) as caught:
            measure_recording(recording, check=left, folder=tmp_path)
        assert (open_in(tmp_path), open_before) == (0, 0), caught


def open_in(folder: Path) -> int:
    """How many files of a folder this process holds open."""
    held = (each.readlink() for each in Path("/proc/self/fd").iterdir() if each.is_symlink())
    return sum(folder in path.parents for path in held)


def test_a_table_reads_across_its_blocks() -> None:
    table, rows = Table({"one": 1, "three": 3}), np.arange(40, dtype=np.float32).reshape(4, 10)
    for start, stop in ((0, 4), (4, 5), (5, 10)):
        table.append({"one": rows[:1, start:stop], "three": rows[1:, start:stop]})
    np.testing.assert_array_equal(table.values("three", 2, 9), rows[1:, 2:9])
    np.testing.assert_array_equal(table.values("one"), rows[:1])
    assert table.values("three", 4, 4).shape == (3, 0)
