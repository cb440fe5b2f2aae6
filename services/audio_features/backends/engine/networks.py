"""Networks of comparators that find the medians of overlapping windows.

Neighbouring windows share most of their values. A tile of half as many windows as a window is
long shares a core, which is sorted once; halves of the tile, quarters and so on share more, merged
in as they come, while whatever can no longer be a median is dropped (Adams 2021, "Fast median
filters using separable sorting networks", in one dimension). What is left is a list of minima and
maxima, which is the same for every tile and runs over many rows at a time.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

Comparator = tuple[int, int, int, int]
"""Values `low` and `high` become the lesser and the greater of values `first` and `second`."""

UNUSED = -1
"""Stands for a `low` or `high` that nobody reads."""


class _Network:
    """Comparators as they are thought of: every value is written once."""

    def __init__(self, inputs: int) -> None:
        self.count = inputs
        self.comparators: list[Comparator] = []

    def sorted(self, values: list[int]) -> list[int]:
        """Sorts by merging (Batcher 1968)."""
        if len(values) < 2:
            return values
        middle = len(values) // 2
        return self.merged(self.sorted(values[:middle]), self.sorted(values[middle:]))

    def merged(self, some: list[int], others: list[int]) -> list[int]:
        """Merges two sorted lists of any lengths, odd and even places apart."""
        if not some or not others:
            return some or others
        if len(some) == len(others) == 1:
            return list(self._compared(some[0], others[0]))
        even = self.merged(some[::2], others[::2])
        odd = self.merged(some[1::2], others[1::2])
        result = even[:1]
        for first, second in zip(odd, even[1:], strict=False):
            result += self._compared(first, second)
        pairs = min(len(odd), len(even) - 1)
        return result + odd[pairs:] + even[1 + pairs :]

    def _compared(self, first: int, second: int) -> tuple[int, int]:
        low, high = self.count, self.count + 1
        self.count += 2
        self.comparators.append((low, high, first, second))
        return low, high


@cache
def median_network(window: int) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Finds the medians of (window + 1) / 2 neighbouring windows.

    Values 0 to 3 * tile - 2 are read; returns comparators of shape (n, 4), where each median is
    found, shape (tile,), and how many values there are at most at a time.
    """
    tile = (window + 1) // 2
    network = _Network(window + tile - 1)
    core = network.sorted(list(range(tile - 1, window)))
    medians = _split(network, core, 0, window, 0, tile)
    return _placed(_needed(network.comparators, medians), medians, window + tile - 1)


def _split(
    network: _Network, known: list[int], dropped: int, window: int, first: int, last: int
) -> list[int]:
    """Medians of windows `first` to `last`, which share `known` above `dropped` lower values."""
    if last - first == 1:
        return known
    middle = (first + last) // 2
    found: list[int] = []
    for start, stop, extra in (
        (first, middle, range(middle - 1, last - 1)),
        (middle, last, range(first + window, middle + window)),
    ):
        merged = network.merged(known, network.sorted(list(extra)))
        unknown = stop - start - 1
        highest = window // 2 - dropped
        lowest = max(0, highest - unknown)
        kept = merged[lowest : highest + 1]
        found += _split(network, kept, dropped + lowest, window, start, stop)
    return found


def _needed(comparators: list[Comparator], results: list[int]) -> list[Comparator]:
    """Leaves out what no result depends on."""
    wanted = set(results)
    kept: list[Comparator] = []
    for low, high, first, second in reversed(comparators):
        if low in wanted or high in wanted:
            wanted |= {first, second}
            kept.append((low, high, first, second))
    return [
        (low if low in wanted else UNUSED, high if high in wanted else UNUSED, first, second)
        for low, high, first, second in reversed(kept)
    ]


def _placed(
    comparators: list[Comparator], results: list[int], inputs: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], int]:
    """Gives each value a place that is free from its making to its last reading."""
    last_read = {value: index for index, step in enumerate(comparators) for value in step[2:]}
    place = {value: value for value in range(inputs)}
    free, count, steps = list[int](), inputs, []
    for index, (low, high, first, second) in enumerate(comparators):
        step = []
        for value in (low, high):
            if value != UNUSED:
                if not free:
                    free.append(count)
                    count += 1
                place[value] = free.pop()
            step.append(place.get(value, UNUSED))
        steps.append((*step, place[first], place[second]))
        ended = {value for value in (first, second) if last_read[value] == index}
        free += [place[value] for value in ended - set(results)]
    found = np.array([place[value] for value in results], np.int32)
    return np.array(steps, np.int32), found, count
