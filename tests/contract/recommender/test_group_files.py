"""Groups come back from their file as they went in, and a damaged file is named."""

from pathlib import Path

import numpy as np
import pytest

from services.recommender.backends.groups import files, learning, material
from services.recommender.backends.groups.building import build
from services.recommender.backends.groups.process import GroupFolder, Limits
from services.recommender.domain import StoreError
from services.recommender.groups import Order
from services.recommender.predicting import Built
from tests.unit.recommender.flocks import flocks, middle, stand_in
from vts.moods import AUDIO_DIMENSIONS

LIMITS = Limits(memory_bytes=4 << 30, seconds=60, threads=1)


def saved(built: Built, path: Path) -> Built:
    files.save(built, path / "groups.npz")
    read = files.load(path / "groups.npz")
    assert read is not None
    return read


def test_groups_come_back_as_they_went_in(tmp_path: Path) -> None:
    built = stand_in()
    read = saved(built, tmp_path)
    assert read.quality == built.quality
    assert read.built_unix_seconds == built.built_unix_seconds
    for found, given in zip(read.groups, built.groups, strict=True):
        assert np.array_equal(found.audio, given.audio)
        assert (found.id, found.korean, found.tags) == (given.id, given.korean, given.tags)
        assert (found.affect, found.moods, found.examples) == (
            given.affect,
            given.moods,
            given.examples,
        )
    assert read.scores(middle(2)) == built.scores(middle(2))


def test_trees_come_back_as_they_went_in(tmp_path: Path) -> None:
    sounds = np.stack([s.vectors.audio for s in flocks(30) if s.vectors.audio is not None])
    trees = learning.trees(sounds, np.arange(30) % 6, 6, seed=1)
    built = stand_in()
    whole = {name: getattr(built, name) for name in Built.__slots__}
    read = saved(Built(**(whole | {"predictor": trees})), tmp_path)
    assert np.array_equal(read.predictor.scores(sounds), trees.scores(sounds))


def test_there_are_none_before_they_are_built(tmp_path: Path) -> None:
    assert GroupFolder(tmp_path, LIMITS, audio_dimensions=AUDIO_DIMENSIONS).load() is None


def test_groups_of_sounds_of_another_length_are_left_aside(tmp_path: Path) -> None:
    files.save(stand_in(), tmp_path / files.NAME)
    assert GroupFolder(tmp_path, LIMITS, audio_dimensions=AUDIO_DIMENSIONS + 1).load() is None
    assert GroupFolder(tmp_path, LIMITS, audio_dimensions=AUDIO_DIMENSIONS).load() is not None


@pytest.mark.parametrize("content", [b"", b"not groups", b"PK\x03\x04 cut short"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / files.NAME).write_bytes(content)
    with pytest.raises(StoreError, match=r"groups\.npz is damaged: .* build groups again"):
        files.load(tmp_path / files.NAME)


def test_a_damaged_file_is_kept_aside_and_there_are_no_groups(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files.save(stand_in(), tmp_path / files.NAME)
    cut_short = (tmp_path / files.NAME).read_bytes()[:-100]
    (tmp_path / files.NAME).write_bytes(cut_short)
    folder = GroupFolder(tmp_path, LIMITS, audio_dimensions=AUDIO_DIMENSIONS)
    assert folder.load() is None
    assert (tmp_path / files.DAMAGED).read_bytes() == cut_short
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "groups.npz is damaged" in caplog.text
    assert "groups.npz.damaged" in caplog.text
    assert folder.load() is None
    assert len(caplog.records) == 1


def test_whatever_byte_is_damaged_it_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / files.NAME
    files.save(stand_in(), path)
    whole = path.read_bytes()
    told = 0
    for at in np.random.default_rng(1).integers(0, len(whole), 200):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            files.load(path)
        except StoreError:
            told += 1
    assert told > 100


@pytest.mark.parametrize(("songs", "quiet", "groups"), [(4, 0, 2), (9, 3, 3)])
def test_as_few_songs_as_may_be_make_groups(
    tmp_path: Path, songs: int, quiet: int, groups: int
) -> None:
    heard = material.write([flocks(songs, groups, quiet=quiet)], tmp_path)
    stages: list[str] = []
    built = build(
        material.read(tmp_path, AUDIO_DIMENSIONS),
        Order(groups, 1),
        5,
        lambda stage, fraction: stages.append(f"{stage} {fraction:.2f}"),
    )
    assert heard == songs - quiet
    assert [group.id for group in built.groups] == [str(5 + at) for at in range(groups)]
    assert sum(group.tracks for group in built.groups) == len(built.points) == songs
    assert (built.quality.held_out, built.quality.network_accuracy) == (0, 0)
    assert saved(built, tmp_path).scores(middle(0)) == built.scores(middle(0))


def test_groups_in_another_format_are_left_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(files, "FORMAT", 1)
    files.save(stand_in(), tmp_path / files.NAME)
    monkeypatch.undo()
    assert files.load(tmp_path / files.NAME) is None
    assert "build them again" in caplog.text
