"""Serves the recommender: `python -m services.recommender`."""

from servicekit.serving import Service, run
from servicekit.settings import load
from services.recommender.assembly import assembled
from services.recommender.settings import RecommenderSettings

if __name__ == "__main__":
    settings = load(RecommenderSettings)

    async def build() -> Service:
        """Puts the service together on the event loop it will run on."""
        return await assembled(settings)

    raise SystemExit(run(settings, build))
