"""`python -m services.captioner` serves until it is told to stop."""

from servicekit.serving import run
from servicekit.settings import load
from services.captioner.assembly import build
from services.captioner.settings import Settings

if __name__ == "__main__":
    settings = load(Settings)
    raise SystemExit(run(settings, lambda: build(settings)))
