"""Puts the commands together; where the gateway is and how errors are told."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vts.cli import following, grouping, importing, library, models, moods, recommending
from vts.cli.extensions import ExtensibleGroup
from vts.cli.state import State
from vts.connections import DEFAULT_ADDRESS
from vts.errors import VtsError
from vts.importing.drafting import UnreadableListError
from vts.modelstore import ModelStoreError

app = typer.Typer(
    name="vts",
    cls=ExtensibleGroup,
    help="Find music for a photo, a vlog, words, a situation or a sound.",
    epilog='Example: vts recommend photo.jpg --text "but calmer"',
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def connection(
    context: typer.Context,
    address: Annotated[
        str, typer.Option(envvar="VTS_ADDRESS", help="The gateway, as host:port.")
    ] = DEFAULT_ADDRESS,
    token_file: Annotated[
        Path | None,
        typer.Option(envvar="VTS_TOKEN_FILE", help="File that holds the access token."),
    ] = None,
    tls: Annotated[bool, typer.Option(help="Speak TLS to the gateway.")] = False,
    web_address: Annotated[
        str, typer.Option(envvar="VTS_WEB_ADDRESS", help="The gateway's address for browsers.")
    ] = "http://127.0.0.1:8080",
    locale: Annotated[
        str, typer.Option(envvar="VTS_LOCALE", help="Language of the answers: en or ko.")
    ] = "ko" if os.environ.get("LANG", "").startswith("ko") else "en",
) -> None:
    """Find music for a photo, a vlog, words, a situation or a sound."""
    if locale not in {"en", "ko"}:
        raise typer.BadParameter("must be en or ko", param_hint="--locale")
    try:
        token = token_file.read_text(encoding="utf-8").strip() if token_file else None
    except OSError as error:
        raise typer.BadParameter(
            f"can't be read: {error.strerror}", param_hint="--token-file"
        ) from None
    context.obj = State(address, token, tls, web_address, locale)


app.command(name="recommend", epilog=recommending.EXAMPLE)(recommending.recommend)
app.command(name="follow", epilog=following.EXAMPLE)(following.follow)
app.command(name="similar", epilog="Example: vts similar 'clair de lune'")(recommending.similar)
app.command(name="moods", epilog=moods.EXAMPLE)(moods.read_moods)
app.command(name="find", epilog="Example: vts find '밤편지'")(library.find)
app.command(name="import", epilog="Example: vts import ~/Music --keep-sound")(
    importing.import_songs
)
app.command(name="groups", epilog="Example: vts groups --map map.svg")(grouping.groups)
app.command(name="cluster", epilog="Example: vts cluster --groups 12 --map map.svg")(
    grouping.cluster
)
app.command(name="status", epilog="Example: vts status --json")(library.status)
app.add_typer(models.app, name="models")


def main() -> None:
    """Runs the command; a failed call is told in a line, without a traceback."""
    errors = Console(stderr=True, highlight=False)
    try:
        app()
    except VtsError as error:
        reason = f" ({error.reason})" if error.reason else ""
        message, *details = str(error).split("\n")
        errors.print(f"[red]vts:[/] {_plain(message)}{reason}", *map(_plain, details), sep="\n")
        if error.code.name == "UNAVAILABLE" and not error.reason:
            errors.print("Is the gateway running? `make run` starts one; --address names another.")
        sys.exit(1)
    except (UnreadableListError, ModelStoreError, OSError) as error:
        errors.print(f"[red]vts:[/] {_plain(str(error))}")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
