"""Makes the sample drive again: `python -m samples.drive`.

An evening trip as a car's sensors tell it: through town with its red lights, onto the motorway,
into a jam, into rain and the night, with a child who falls asleep. It is made up, with a seed.
"""

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "drive.jsonl"
START = datetime(2026, 7, 3, 19, 20)
EVERY_SECONDS = 15

LEGS: tuple[tuple[float, float, float, dict[str, Any]], ...] = (
    # minutes, speed in km/h, how much it varies, what else is told when the leg begins
    (
        1,
        0,
        0,
        {
            "activity": "driving",
            "weather": "clear",
            "temperature_celsius": 27,
            "cabin": {"people": 3, "child": True, "open": True, "noise_db": 66},
        },
    ),
    (3, 42, 8, {"place": "city"}),
    (1.5, 0, 0, {}),
    (4, 45, 8, {}),
    (1, 0, 0, {}),
    (3, 40, 8, {}),
    (18, 104, 6, {"place": "motorway", "traffic": "flowing", "cabin": {"open": False}}),
    (12, 12, 8, {"traffic": "jammed"}),
    (20, 98, 5, {"traffic": "free"}),
    (15, 96, 5, {"cabin": {"sleeper": True, "noise_db": 64}}),
    (25, 84, 6, {"weather": "rain"}),
    (4, 38, 8, {"place": "city", "traffic": "flowing"}),
    (1, 0, 0, {}),
    (3, 36, 8, {}),
    (
        6,
        0,
        0,
        {
            "activity": "relaxing",
            "place": "home",
            "cabin": {
                "people": None,
                "child": None,
                "sleeper": None,
                "noise_db": None,
                "open": None,
            },
        },
    ),
)


def samples() -> Iterator[dict[str, Any]]:
    """The samples, in the order of time."""
    drawn, time = random.Random(7), START  # noqa: S311  # a seed makes the same drive again
    for minutes, speed, spread, told in LEGS:
        for at in range(int(minutes * 60 / EVERY_SECONDS)):
            shown = max(0.0, speed + drawn.uniform(-spread, spread))
            sample = {"time": time.isoformat(), "speed_kmh": round(shown, 1)}
            yield sample | (told if at == 0 else {})
            time += timedelta(seconds=EVERY_SECONDS)


def main() -> None:
    """Writes the file."""
    lines = [json.dumps(sample, ensure_ascii=False) for sample in samples()]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
