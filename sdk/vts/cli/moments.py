"""The options that tell a situation; what is known of words and ranges is told by the gateway."""

from __future__ import annotations

from typing import Annotated

import typer

_WHEN, _CAR = "Situation", "Situation: in a car"

Time = Annotated[str | None, typer.Option(help="Local time, as 23:10.", rich_help_panel=_WHEN)]
Weekday = Annotated[
    int | None, typer.Option(help="1 (Monday) to 7 (Sunday).", rich_help_panel=_WHEN)
]
Month = Annotated[int | None, typer.Option(help="1 to 12.", rich_help_panel=_WHEN)]
Season = Annotated[
    str | None, typer.Option(help="spring, summer, autumn or winter.", rich_help_panel=_WHEN)
]
Weather = Annotated[
    str | None, typer.Option(help="Such as clear, rain or snow.", rich_help_panel=_WHEN)
]
Temperature = Annotated[float | None, typer.Option(help="Degrees Celsius.", rich_help_panel=_WHEN)]
Activity = Annotated[
    str | None, typer.Option(help="Such as driving or studying.", rich_help_panel=_WHEN)
]
Place = Annotated[
    str | None, typer.Option(help="Such as cafe, beach or motorway.", rich_help_panel=_WHEN)
]
Company = Annotated[
    str | None,
    typer.Option(
        help="alone, partner, friends, family, children, colleagues or crowd.",
        rich_help_panel=_WHEN,
    ),
]
Speed = Annotated[float | None, typer.Option(help="Kilometres per hour.", rich_help_panel=_CAR)]
Traffic = Annotated[
    str | None, typer.Option(help="free, flowing, dense or jammed.", rich_help_panel=_CAR)
]
People = Annotated[
    int | None, typer.Option(help="People aboard, the driver too.", rich_help_panel=_CAR)
]
Child = Annotated[
    bool | None, typer.Option("--child/--no-child", help="A child is aboard.", rich_help_panel=_CAR)
]
Sleeper = Annotated[
    bool | None,
    typer.Option("--sleeper/--no-sleeper", help="Somebody sleeps.", rich_help_panel=_CAR),
]
Noise = Annotated[
    float | None,
    typer.Option(help="Loudness without the music, in dB(A).", rich_help_panel=_CAR),
]
Open = Annotated[
    bool | None,
    typer.Option("--open/--closed", help="A window or the roof is open.", rich_help_panel=_CAR),
]
DrivingMinutes = Annotated[
    float | None, typer.Option(help="Minutes at the wheel without a break.", rich_help_panel=_CAR)
]
