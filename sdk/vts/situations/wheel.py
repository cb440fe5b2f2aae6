"""How long somebody has been at the wheel, where the car does not tell it itself."""

from __future__ import annotations

from vts.situations.samples import Sample

BREAK_SECONDS = 600.0
"""A stop of this length is a break; a shorter one, at a light or for fuel, is not."""

MOVING_KMH = 5.0
NOT_BY_CAR = frozenset({"train", "bus", "airport"})


class Wheel:
    """Counts the minutes since the last break, from the speeds of samples."""

    def __init__(self) -> None:
        self._is_told = False
        self._place: object = None
        self._activity: object = None
        self._began: float | None = None
        self._moved = 0.0

    def minutes(self, sample: Sample, at: float) -> float | None:
        """The minutes at the wheel; None where the car tells them, or nobody drives."""
        values = sample.values
        self._is_told = self._is_told or "driving_minutes" in values
        self._place = values.get("place", self._place)
        self._activity = values.get("activity", self._activity)
        drives = self._activity == "driving" or self._place in ("car", "motorway")
        if self._is_told or not drives:
            self._began = None
            return None
        speed = values.get("speed_kmh")
        moves = speed is not None and float(speed) >= MOVING_KMH
        if self._began is None or at - self._moved >= BREAK_SECONDS:
            self._began = at if moves else None
        if moves:
            self._moved = at
        return None if self._began is None else (at - self._began) / 60.0
