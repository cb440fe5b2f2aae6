"""The nearest of many are exactly those of brute force, however many are put aside unseen."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.audio_features.backends import warping
from services.audio_features.backends.warping import searching
from services.audio_features.backends.warping.bounds import rests
from services.audio_features.backends.warping.diagonals import walk
from services.audio_features.backends.warping.layouts import lanes

Frames = np.ndarray


def drawn(frames: int, width: int, random: np.random.Generator) -> Frames:
    return np.cumsum(random.normal(size=(frames, width)), axis=0).astype(np.float32)


@st.composite
def searches(draw: st.DrawFn) -> tuple[Frames, list[Frames], float]:
    """A query, candidates of any lengths with some of them twice, and the share of a band."""
    random = np.random.default_rng(draw(st.integers(0, 10_000)))
    width = draw(st.integers(1, 40))
    lengths = draw(st.lists(st.integers(1, 60), min_size=1, max_size=25))
    others = [drawn(length, width, random) for length in lengths]
    query = drawn(draw(st.integers(1, 60)), width, random)
    return query, others + others[:4], draw(st.floats(0.02, 1.0))


@settings(max_examples=80, deadline=None)
@given(searches(), st.integers(1, 12), st.integers(1, 3))
def test_the_nearest_are_those_of_brute_force_and_ties_keep_their_order(
    search: tuple[Frames, list[Frames], float], count: int, threads: int
) -> None:
    query, others, share = search
    candidates = warping.packed(others)
    every = warping.distances(query, candidates, share)
    expected = np.argsort(every, kind="stable")[:count]
    indices, distances = warping.nearest(query, candidates, count, share, threads)
    assert indices.tolist() == expected.tolist()
    np.testing.assert_array_equal(distances, every[expected])


@settings(max_examples=80, deadline=None)
@given(searches())
def test_no_bound_is_over_its_distance(search: tuple[Frames, list[Frames], float]) -> None:
    query, others, share = search
    candidates = warping.packed(others)
    bounds = warping.lower_bounds(query, candidates, share)
    assert (bounds <= warping.distances(query, candidates, share) * (1 + 1e-6)).all()


def test_equal_sequences_are_at_no_distance_and_have_no_bound_over_it() -> None:
    query = drawn(50, 12, np.random.default_rng(0))
    candidates = warping.packed([query, query])
    assert warping.lower_bounds(query, candidates, 0.1).tolist() == [0, 0]
    assert warping.nearest(query, candidates, 1, 0.1)[0].tolist() == [0]


@settings(max_examples=60, deadline=None)
@given(searches(), st.floats(0.1, 2.0))
def test_a_walk_is_given_up_only_where_the_distance_passes_the_limit(
    search: tuple[Frames, list[Frames], float], of_distance: float
) -> None:
    query, others, share = search
    candidates = warping.packed(others[:1])
    exact = float(warping.distances(query, candidates, share)[0])
    width = warping.band_width(share, len(query), len(others[0]))
    columns = searching.column_costs(
        lanes(query),
        candidates.values,
        candidates.offsets,
        candidates.lengths,
        np.array([width]),
    )
    limit = exact * of_distance
    found, _ = walk(
        lanes(query[::-1]),
        lanes(others[0]),
        width,
        False,
        np.empty((0, 0), np.uint8),
        limit,
        rests(searching.row_costs(lanes(query), lanes(others[0]), width)),
        rests(columns),
    )
    assert found == exact or (found == np.inf and exact > limit)


def test_most_candidates_that_are_far_off_are_never_walked_to_their_end() -> None:
    random = np.random.default_rng(1)
    query = drawn(300, 12, random)
    others = [query + random.normal(scale=0.1, size=query.shape).astype(np.float32)]
    others += [drawn(300, 12, random) + 40 for _ in range(20)]
    candidates = warping.packed(others)
    nearest = warping.nearest(query, candidates, 1, 0.1)
    bounds = warping.lower_bounds(query, candidates, 0.1)
    assert nearest[0].tolist() == [0]
    assert (bounds[1:] > nearest[1][0]).all()
