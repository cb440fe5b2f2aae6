"""The page, the documentation of the API, and the probes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

_WEB = Path(str(resources.files("gateway"))) / "web"
_REST = Path(str(resources.files("gateway.rest")))
_NO_CACHE = {"cache-control": "no-cache"}


class _Static(StaticFiles):
    """Static files that browsers ask for anew, so that an update shows."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["cache-control"] = "no-cache"
        return response


def page_routes(is_ready: Callable[[], bool]) -> list[Route | Mount]:
    """The routes of everything that is not the API itself."""

    async def readyz(_: Request) -> Response:
        ready = is_ready()
        return PlainTextResponse("ready" if ready else "not ready", 200 if ready else 503)

    return [
        Route("/", _page),
        Mount("/static", _Static(directory=_WEB, check_dir=False)),
        Route("/openapi.json", _openapi),
        Route("/docs", _docs),
        Route("/docs/{name}", _docs_file),
        Route("/healthz", _healthz),
        Route("/readyz", readyz),
    ]


async def _page(_: Request) -> Response:
    return FileResponse(_WEB / "index.html", headers=_NO_CACHE)


async def _openapi(_: Request) -> Response:
    return FileResponse(_REST / "openapi.json", media_type="application/json", headers=_NO_CACHE)


async def _docs(_: Request) -> Response:
    return FileResponse(_REST / "docs" / "index.html", headers=_NO_CACHE)


async def _docs_file(request: Request) -> Response:
    path = _docs_files().get(request.path_params["name"])
    if path is None:
        raise HTTPException(404, "there is no such file")
    return FileResponse(path, headers=_NO_CACHE)


async def _healthz(_: Request) -> Response:
    return PlainTextResponse("ok")


@cache
def _docs_files() -> dict[str, Path]:
    """The files of the documentation by name; nothing else can be reached."""
    from swagger_ui_bundle import swagger_ui_path

    bundle = ("swagger-ui.css", "swagger-ui-bundle.js")
    files = {name: Path(swagger_ui_path) / name for name in bundle}
    return files | {name: _REST / "docs" / name for name in ("docs.js", "docs.css")}
