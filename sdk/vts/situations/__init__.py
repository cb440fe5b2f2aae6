"""Situations over time: when what is going on has really changed, and the music with it.

A car's sensors tell something every second; music should change a few times an hour. `steadied`
takes samples as they come and gives a `Change` whenever the situation became another one: noise is
smoothed, values must last, edges have a margin, and a car that stops at a light changes nothing.
What makes music less safe (night at the wheel, a jam, a child) counts at once.

Example:
    >>> import vts
    >>> samples = [{"time": "2026-07-03T08:00:00", "speed_kmh": 60, "activity": "driving"}]
    >>> [change.why.en for change in vts.steadied(samples)]
    ['the beginning']
"""

from vts.situations.samples import Sample, SampleError
from vts.situations.steadying import Change, Steadier, Steadiness, steadied

__all__ = ["Change", "Sample", "SampleError", "Steadier", "Steadiness", "steadied"]
