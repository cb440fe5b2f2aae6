"""Serves mood readings: `python -m services.mood`."""

from servicekit.serving import Service, run
from servicekit.settings import load
from services.mood.assembly import assembled
from services.mood.settings import MoodSettings

if __name__ == "__main__":
    settings = load(MoodSettings)

    async def build() -> Service:
        """Puts the service together on the event loop it will run on."""
        return await assembled(settings)

    raise SystemExit(run(settings, build))
