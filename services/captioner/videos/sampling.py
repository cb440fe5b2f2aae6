"""Sampling: which pictures of a video are worth decoding, told from its packets alone."""

import numpy as np

from services.captioner.videos.packets import Packets

WHOLE_PIXELS = 20 * 30 * 1280 * 720
"""Up to so many pixels in all a video is decoded from end to end: it takes about a second."""

MOST_PIXELS = 20_000_000_000
"""Up to so many it is if its key frames are too sparse to tell what happens."""

SPARSE_SECONDS = 12.0
"""From one key frame to the next; encoders leave at most 250 pictures between them by default."""

_LEAST_SPACING_SECONDS = 3.0
_LEAST_APART_SECONDS = 1.0
_MOST_SPACED = 120
_MOST_EARLY = 60
_EARLY = 0.85
_LEAST_SIZE_RATIO = 3.0
_LEAST_OF_KEY = 0.35
_NEAR = 12


def is_whole(packets: Packets, pixels: float, whole_pixels: int = WHOLE_PIXELS) -> bool:
    """Whether every picture is decoded: because that is quick, or because key frames are too few.

    Args:
        packets: Of the whole video.
        pixels: Of all its pictures together.
        whole_pixels: Up to so many it is quick.
    """
    if pixels <= whole_pixels:
        return True
    ends = np.append(packets.times[packets.key_order()], packets.seconds)
    return bool(pixels <= MOST_PIXELS and np.diff(np.sort(ends)).max() > SPARSE_SECONDS)


def worth_decoding(packets: Packets) -> list[int]:
    """Places of the key packets to look at: evenly spaced ones, and those that came early.

    Encoders begin anew where the picture changes at once, so a key frame that comes before its
    turn often follows a cut.
    """
    spacing = max(_LEAST_SPACING_SECONDS, packets.seconds / _MOST_SPACED)
    hasty = early(packets)
    chosen: list[int] = []
    last = -np.inf
    for place in packets.key_order():
        wanted = _LEAST_APART_SECONDS if place in hasty else spacing
        if packets.times[place] >= last + wanted:
            chosen.append(int(place))
            last = packets.times[place]
    return chosen


def early(packets: Packets) -> frozenset[int]:
    """Places of key packets that came clearly sooner after the one before than is the rule."""
    keys = packets.key_order()
    gaps = np.diff(packets.times[keys])
    if len(gaps) < 2:
        return frozenset()
    regular = float(np.quantile(gaps, 0.9))
    soonest = np.argsort(gaps, kind="stable")[:_MOST_EARLY]
    return frozenset(int(keys[1 + at]) for at in soonest if gaps[at] < _EARLY * regular)


def next_key(packets: Packets, place: int) -> int:
    """The place of the first key packet after `place`, or of the end."""
    later = np.flatnonzero(packets.keys[place + 1 :])
    return int(place + 1 + later[0]) if len(later) else len(packets.keys)


def cut_between(packets: Packets, first: int, last: int) -> float | None:
    """When the picture changed at once between two packets; None if the sizes do not tell.

    A picture that has nothing in common with the one before takes several times as many bytes as
    its neighbours, and not much fewer than a key picture.
    """
    inside = np.arange(first + 1, last)
    inside = inside[~packets.keys[inside]]
    if not len(inside):
        return None
    biggest = int(inside[packets.sizes[inside].argmax()])
    others = inside[(inside != biggest) & (np.abs(inside - biggest) <= _NEAR)]
    usual = float(np.median(packets.sizes[others])) if len(others) else 0.0
    size = float(packets.sizes[biggest])
    if size >= _LEAST_SIZE_RATIO * usual and size >= _LEAST_OF_KEY * packets.sizes[first]:
        return float(packets.times[biggest])
    return None


def cut_within(packets: Packets, start: float, end: float) -> float:
    """When the picture changed at once between two times; the end if the packets do not tell."""
    shown = np.flatnonzero((packets.times > start) & (packets.times <= end))
    hasty = early(packets)
    begun = [place for place in shown if place in hasty]
    if begun:
        return float(packets.times[begun[0]])
    found = cut_between(packets, int(shown[0]) - 1, int(shown[-1]) + 1) if len(shown) else None
    return found if found is not None and start < found <= end else end
