"""`python -m gateway` serves gRPC, REST and the page."""

from functools import partial

from gateway.assembly import build
from gateway.settings import GatewaySettings
from servicekit.serving import run
from servicekit.settings import load

if __name__ == "__main__":
    settings = load(GatewaySettings)
    raise SystemExit(run(settings, partial(build, settings)))
