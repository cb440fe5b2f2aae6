"""Serves sound analysis: `python -m services.audio_features`; `--warm-up` compiles and ends."""

import sys

from servicekit.serving import Service, run
from servicekit.settings import load
from services.audio_features.assembly import assembled, fill_cache
from services.audio_features.settings import AudioFeaturesSettings

WARM_UP = "--warm-up"

if __name__ == "__main__":
    only_warm_up = WARM_UP in sys.argv
    sys.argv = [word for word in sys.argv if word != WARM_UP]
    settings = load(AudioFeaturesSettings)

    async def build() -> Service:
        """Puts the service together on the event loop it will run on."""
        return await assembled(settings)

    raise SystemExit(fill_cache(settings) if only_warm_up else run(settings, build))
