"""`python -m services.audio_features` serves; with `--warm-up` it only compiles what it needs."""

import sys

from servicekit.serving import run
from servicekit.settings import load
from services.audio_features.composition import build, fill_cache
from services.audio_features.settings import Settings

WARM_UP = "--warm-up"

if __name__ == "__main__":
    only_warm_up = WARM_UP in sys.argv
    if only_warm_up:
        sys.argv.remove(WARM_UP)
    settings = load(Settings)
    raise SystemExit(
        fill_cache(settings) if only_warm_up else run(settings, lambda: build(settings))
    )
