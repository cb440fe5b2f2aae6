"""What every store of analyses promises, asked of each of them, on servers of the tests' own."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, delete

from services.audio_features.backends.fake_store import FakeStore
from services.audio_features.backends.storing import SqlAnalysisStore
from services.audio_features.backends.storing.engines import open_engine
from services.audio_features.backends.storing.tables import ANALYSES
from services.audio_features.domain import Analysis, Sequence
from services.audio_features.ports import AnalysisStore
from tests.integration.audio_features.databases import new_database
from tests.unit.audio_features.kept_analyses import VERSIONS, silence, whole


@pytest.fixture(scope="module", params=["fake", "sqlite", "postgresql", "mariadb"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str | None:
    """A database of the kind; None stands for the fake store."""
    folder = tmp_path_factory.mktemp("databases")
    return None if request.param == "fake" else new_database(request.param, folder)


@pytest.fixture
def store(url: str | None) -> Iterator[AnalysisStore]:
    made: AnalysisStore = FakeStore()
    if url is not None:
        made = SqlAnalysisStore.opened(url)
        with closing_engine(url) as engine, engine.begin() as connection:
            connection.execute(delete(ANALYSES))
    yield made
    made.close()


@contextmanager
def closing_engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def found(store: AnalysisStore, name: str) -> Analysis:
    analysis = store.find(name)
    assert analysis is not None
    return analysis


def check_alike(one: Any, other: Any, field: str = "") -> None:
    """Fails unless both are equal to the last bit, but for the sequences' known error."""
    if isinstance(one, Sequence):
        check_sequence(one, other, field)
    elif isinstance(one, np.ndarray):
        assert other.dtype == one.dtype, field
        assert other.shape == one.shape, field
        assert np.array_equal(one, other), field
    elif isinstance(one, Mapping):
        assert one.keys() == other.keys(), field
        for name, value in one.items():
            check_alike(value, other[name], f"{field}.{name}")
    elif isinstance(one, tuple):
        assert len(one) == len(other), field
        for number, (value, its) in enumerate(zip(one, other, strict=True)):
            check_alike(value, its, f"{field}[{number}]")
    elif hasattr(one, "__dataclass_fields__"):
        for each in fields(one):
            path = f"{field}.{each.name}"
            check_alike(getattr(one, each.name), getattr(other, each.name), path)
    else:
        assert one == other, field


def check_sequence(one: Sequence, other: Sequence, field: str) -> None:
    assert other.step_seconds == one.step_seconds, field
    assert other.frames.dtype == np.float32, field
    assert other.frames.shape == one.frames.shape, field
    error = np.abs(other.frames - one.frames)
    if field.endswith("chroma"):
        assert error.max() <= 1.001 * one.frames.max() / 510
    else:
        assert (error <= np.abs(one.frames) / 2_048 + 2**-25).all()


def test_what_is_kept_is_found_as_it_was(store: AnalysisStore) -> None:
    analysis = whole("a" * 32)
    store.keep(analysis)
    store.keep(whole("b" * 32, seed=1))
    check_alike(analysis, found(store, "a" * 32))


def test_where_nothing_is_heard_nothing_is_made_up(store: AnalysisStore) -> None:
    store.keep(silence("a" * 32))
    check_alike(silence("a" * 32), found(store, "a" * 32))


def test_what_was_never_kept_is_not_found(store: AnalysisStore) -> None:
    store.keep(whole("a" * 32))
    assert store.find("b" * 32) is None
    assert store.find("A" * 32) is None
    assert store.find("") is None


def test_what_is_kept_again_takes_the_place_of_what_was(store: AnalysisStore) -> None:
    store.keep(whole("a" * 32, windows=9))
    newer = replace(whole("a" * 32, seed=2, windows=2), materials={}, genres={}, beats=None)
    for _ in range(2):
        store.keep(newer)
        check_alike(newer, found(store, "a" * 32))
    assert store.count(VERSIONS) == (1, 0)
    store.keep(silence("a" * 32))
    check_alike(silence("a" * 32), found(store, "a" * 32))


def test_frames_that_were_asked_for_are_not_kept(store: AnalysisStore) -> None:
    frames = {"rms": Sequence(np.ones((5, 1), np.float32), 0.02)}
    store.keep(replace(whole("a" * 32), frames=frames))
    assert found(store, "a" * 32).frames == {}


def test_sequences_of_many_are_found_at_once(store: AnalysisStore) -> None:
    names = [f"{number:032x}" for number in range(12)]
    for number, name in enumerate(names):
        store.keep(whole(name, seed=number, frames=10 + number))
    store.keep(silence("f" * 32))
    sequences = store.sequences([*names, "f" * 32, "0" * 31 + "g"])
    assert list(sequences) == names
    for number, name in enumerate(names):
        kept = whole(name, seed=number, frames=10 + number)
        assert kept.mfcc is not None
        assert kept.chroma is not None
        check_sequence(kept.mfcc, sequences[name][0], "mfcc")
        check_sequence(kept.chroma, sequences[name][1], "chroma")
    assert store.sequences([]) == {}


def test_those_of_other_versions_are_counted(store: AnalysisStore) -> None:
    assert store.count(VERSIONS) == (0, 0)
    store.keep(whole("a" * 32))
    store.keep(replace(whole("b" * 32), part_versions={**VERSIONS, "feeling": "0"}))
    store.keep(replace(whole("c" * 32), part_versions={"features": "2"}))
    assert store.count(VERSIONS) == (3, 2)
    assert store.count(dict(reversed(VERSIONS.items()))) == (3, 2)
    assert store.count({"features": "2"}) == (3, 2)


def test_two_hours_of_sound_are_kept_whole(store: AnalysisStore) -> None:
    long = whole("a" * 32, windows=1_440, frames=77_600)
    store.keep(long)
    check_alike(long, found(store, "a" * 32))


def test_many_may_keep_the_same_sound_at_once(store: AnalysisStore) -> None:
    analyses = [whole(name * 32, seed=seed) for seed in range(4) for name in "abc"]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(store.keep, analyses))
    assert store.count(VERSIONS) == (3, 0)
    for name in "abc":
        one = found(store, name * 32)
        assert one.embedding is not None
        (its,) = (
            each
            for each in analyses
            if each.id == one.id
            and each.embedding is not None
            and np.array_equal(each.embedding, one.embedding)
        )
        check_alike(its, one)
